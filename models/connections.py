"""Accepted links between members: two rows for each pair, each member's neighbours as one array, and ends."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from models.database import Row, Statement
from models.metadata import instant, member_key, metadata

connections = Table(
    "connections",
    metadata,
    member_key(),
    Column("other_id", Integer, primary_key=True),
    instant("connected_at"),
    Column("note", Text, comment="Of `member_id` alone"),
    Column("last_interaction_at", DateTime(timezone=True), comment="Since they connected"),
    Column(
        "introduction_id", BigInteger, comment="Number of the introduction behind it, by either of the two"
    ),
    # With the date, or PostgreSQL takes the index by date to find one link: that reads all that a member has.
    PrimaryKeyConstraint("member_id", "other_id", postgresql_include=["connected_at"]),
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
    Index(
        "connections_interaction_idx",
        *("member_id", text("coalesce(last_interaction_at, connected_at)"), "other_id"),
    ),
)

adjacency = Table(
    "adjacency",
    metadata,
    member_key(),
    Column("ids", ARRAY(Integer), nullable=False, comment="Connected members, ascending"),
    Column(
        "silent_ids",
        ARRAY(Integer),
        nullable=False,
        server_default=text("'{}'"),
        comment="Those of them who hide their connections from everybody; kept by triggers",
    ),
)

removals = Table(
    "removals",
    metadata,
    member_key("low_id"),
    member_key("high_id"),
    Column("remover_id", Integer, nullable=False),
    instant("removed_at"),
    CheckConstraint("low_id < high_id", name="order"),
    CheckConstraint("remover_id IN (low_id, high_id)", name="remover"),
    Index("removals_high_id_idx", "high_id"),
    comment="The last end of a connection between two members who are not connected",
)


class CountRow(Row):
    """A member and how many connections they have now."""

    member_id: int
    connection_count: int


ONE, OTHER = bindparam("one", type_=Integer), bindparam("other", type_=Integer)
OTHERS = bindparam("others", type_=ARRAY(Integer))
NOW = bindparam("now", type_=DateTime(timezone=True))

# Counts and arrays follow what was inserted, so that they can't tell anything else than the rows.
CONNECT = Statement(
    text("""
    WITH made AS (
        INSERT INTO connections (member_id, other_id, connected_at, introduction_id)
        VALUES (:one, :other, :now, :introduction_id), (:other, :one, :now, :introduction_id)
        RETURNING member_id, other_id
    ), neighbours AS (
        INSERT INTO adjacency (member_id, ids) SELECT member_id, ARRAY[other_id] FROM made
        ON CONFLICT (member_id) DO UPDATE SET ids = adjacency.ids | excluded.ids
    ), forgotten AS (
        DELETE FROM removals USING made WHERE low_id = member_id AND high_id = other_id
    ), outdated AS (
        DELETE FROM suggestion_lists USING made WHERE suggestion_lists.member_id = made.member_id
    )
    UPDATE members SET connection_count = connection_count + 1 FROM made WHERE id = member_id
    RETURNING member_id, connection_count
    """).bindparams(ONE, OTHER, NOW, bindparam("introduction_id", type_=BigInteger)),
    CountRow,
)
DISCONNECT = Statement(
    text("""
    WITH ended AS (
        DELETE FROM connections WHERE (member_id = :one AND other_id = ANY (:others))
        OR (member_id = ANY (:others) AND other_id = :one)
        RETURNING member_id, other_id
    ), gone AS (
        SELECT member_id, array_agg(other_id) AS other_ids FROM ended GROUP BY member_id
    ), neighbours AS (
        UPDATE adjacency SET ids = ids - other_ids FROM gone WHERE adjacency.member_id = gone.member_id
    ), kept AS (
        INSERT INTO removals (low_id, high_id, remover_id, removed_at)
        SELECT member_id, other_id, :one, :now FROM ended WHERE member_id < other_id
        ON CONFLICT (low_id, high_id) DO UPDATE
        SET remover_id = excluded.remover_id, removed_at = excluded.removed_at
    ), outdated AS (
        DELETE FROM suggestion_lists USING gone WHERE suggestion_lists.member_id = gone.member_id
    )
    UPDATE members SET connection_count = connection_count - cardinality(other_ids)
    FROM gone WHERE id = member_id
    RETURNING member_id, connection_count
    """).bindparams(ONE, OTHERS, NOW),
    CountRow,
)
"""Ends the connections that `one`, who removes them, has with these others; a row for each member of one."""
