"""One-way subscriptions of a member to another."""

from sqlalchemy import CheckConstraint, Index, Table, text

from models.metadata import instant, member_key, metadata

follows = Table(
    "follows",
    metadata,
    member_key("follower_id"),
    member_key("followee_id"),
    instant("followed_at"),
    CheckConstraint("follower_id <> followee_id", name="two_members"),
    Index("follows_followers_idx", "followee_id", text("followed_at DESC"), "follower_id"),
)
