"""Accepted links between members: two rows for each pair, and each member's neighbours as one array."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, Table, text
from sqlalchemy.dialects.postgresql import ARRAY

from models.metadata import instant, member_key, metadata

connections = Table(
    "connections",
    metadata,
    member_key(),
    Column("other_id", Integer, primary_key=True),
    instant("connected_at"),
    CheckConstraint("member_id <> other_id", name="two_members"),
    # Each row has its mirror: they are written in one statement or, deferred, in one transaction.
    ForeignKeyConstraint(
        ["other_id", "member_id"],
        ["connections.member_id", "connections.other_id"],
        name="connections_mirror_fkey",
        deferrable=True,
        ondelete="CASCADE",
    ),
    Index("connections_newest_idx", "member_id", text("connected_at DESC"), "other_id"),
)

adjacency = Table(
    "adjacency",
    metadata,
    member_key(),
    Column("ids", ARRAY(Integer), nullable=False, comment="Connected members, ascending"),
)
