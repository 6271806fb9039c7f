"""Accepted links between members: two rows for each pair, and each member's neighbours as one array."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, text
from sqlalchemy.dialects.postgresql import ARRAY

from models.metadata import instant, member_key, metadata

connections = Table(
    "connections",
    metadata,
    member_key(),
    member_key("other_id"),
    instant("connected_at"),
    CheckConstraint("member_id <> other_id", name="two_members"),
    Index("connections_newest_idx", "member_id", text("connected_at DESC"), "other_id"),
)

adjacency = Table(
    "adjacency",
    metadata,
    member_key(),
    Column("ids", ARRAY(Integer), nullable=False, comment="Connected members, ascending"),
)
