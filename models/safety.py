"""Blocks, mutes and reports to moderation."""

from sqlalchemy import (
    BigInteger,
    BindParameter,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    text,
)

from models.database import Row, Statement
from models.metadata import instant, member_key, metadata

blocks = Table(
    "blocks",
    metadata,
    member_key("blocker_id"),
    member_key("blocked_id"),
    instant("blocked_at"),
    Column("handle", Text, nullable=False, comment="Of the blocked member as they were when blocked"),
    Column("display_name", Text, nullable=False),
    Column("photo_url", Text),
    CheckConstraint("blocker_id <> blocked_id", name="two_members"),
    Index("blocks_newest_idx", "blocker_id", text("blocked_at DESC"), "blocked_id"),
    Index("blocks_blocked_idx", "blocked_id", "blocker_id"),
)

lifted_blocks = Table(
    "lifted_blocks",
    metadata,
    member_key("blocker_id"),
    member_key("blocked_id"),
    instant("lifted_at"),
    Index("lifted_blocks_blocked_id_idx", "blocked_id"),
    comment="Who may not be blocked again for a while",
)

mutes = Table(
    "mutes",
    metadata,
    member_key(),
    member_key("muted_id"),
    instant("muted_at"),
    Column("muted_until", DateTime(timezone=True)),
    CheckConstraint("member_id <> muted_id", name="two_members"),
    Index("mutes_newest_idx", "member_id", text("muted_at DESC"), "muted_id"),
    Index("mutes_muted_id_idx", "muted_id"),
    Index("mutes_muted_until_idx", "muted_until", postgresql_where=text("muted_until IS NOT NULL")),
)

reports = Table(
    "reports",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("reporter_id", Integer, ForeignKey("members.id", ondelete="SET NULL")),
    member_key("member_id", primary_key=False),
    Column("subject", Text, nullable=False, comment="Public id of what is reported"),
    Column("comment", Text),
    instant("reported_at"),
    Index("reports_member_id_idx", "member_id"),
    Index("reports_reporter_id_idx", "reporter_id"),
)

ONE, OTHER, MEMBER = (bindparam(name, type_=Integer) for name in ("one", "other", "member_id"))
NOW = bindparam("now", type_=DateTime(timezone=True))


class BlockedRow(Row):
    """A member who is not blocked any more."""

    blocked_id: int


class MutedRow(Row):
    """A member whose mute changed."""

    muted_id: int


def _cancel(which: str, *parameters: BindParameter[int]) -> Statement[Row]:
    """Close the requests for each side that sees them open; what was over had expired before."""
    return Statement(
        text(f"""
        UPDATE connection_requests SET
            state = CASE WHEN state <> 'PENDING' THEN state
                WHEN expires_at > :now THEN 'CANCELLED' ELSE 'EXPIRED' END,
            closed_at = CASE WHEN state <> 'PENDING' THEN closed_at ELSE least(expires_at, :now) END,
            sender_state = CASE WHEN sender_state <> 'PENDING' THEN sender_state
                WHEN expires_at > :now THEN 'CANCELLED' ELSE 'EXPIRED' END,
            sender_closed_at = CASE WHEN sender_state <> 'PENDING' THEN sender_closed_at
                ELSE least(expires_at, :now) END
        WHERE (state = 'PENDING' OR sender_state = 'PENDING') AND {which}
        """).bindparams(*parameters, NOW),  # noqa: S608 - two conditions, both below
        Row,
    )


CANCEL_BETWEEN = _cancel("(sender_id, recipient_id) IN ((:one, :other), (:other, :one))", ONE, OTHER)
CANCEL_OF = _cancel("(sender_id = :member_id OR recipient_id = :member_id)", MEMBER)
BLOCK = Statement(
    text("""
    WITH forgotten AS (
        DELETE FROM lifted_blocks WHERE (blocker_id, blocked_id) = (:one, :other)
    ), ended AS (
        DELETE FROM removals WHERE (low_id, high_id) = (least(:one, :other), greatest(:one, :other))
    )
    INSERT INTO blocks (blocker_id, blocked_id, blocked_at, handle, display_name, photo_url)
    VALUES (:one, :other, :now, :handle, :display_name, :photo_url)
    """).bindparams(ONE, OTHER, NOW),
    Row,
)
UNBLOCK = Statement(
    text("""
    WITH lifted AS (
        DELETE FROM blocks WHERE (blocker_id, blocked_id) = (:one, :other) RETURNING blocker_id, blocked_id
    )
    INSERT INTO lifted_blocks (blocker_id, blocked_id, lifted_at) SELECT *, :now FROM lifted
    RETURNING blocked_id
    """).bindparams(ONE, OTHER, NOW),
    BlockedRow,
)
MUTE = Statement(
    text("""
    INSERT INTO mutes AS known (member_id, muted_id, muted_at, muted_until)
    VALUES (:one, :other, :now, :muted_until)
    ON CONFLICT (member_id, muted_id) DO UPDATE SET
        muted_at = CASE WHEN known.muted_until <= :now THEN excluded.muted_at ELSE known.muted_at END,
        muted_until = excluded.muted_until
    WHERE known.muted_until IS DISTINCT FROM excluded.muted_until
    RETURNING muted_id
    """).bindparams(ONE, OTHER, NOW),
    MutedRow,
)
"""A row where that changes something; a mute that had ended begins anew."""

UNMUTE = Statement(
    text("""
    DELETE FROM mutes WHERE (member_id, muted_id) = (:one, :other)
    RETURNING muted_id
    """).bindparams(ONE, OTHER),
    MutedRow,
)
REPORT = Statement(
    text("""
    INSERT INTO reports (reporter_id, member_id, subject, comment, reported_at)
    VALUES (:one, :other, :subject, :comment, :now)
    """).bindparams(ONE, OTHER, NOW),
    Row,
)
