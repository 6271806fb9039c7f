"""Introductions. Each row holds what its requester and the other two know, see `rules.introductions`."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.database import Row, Statement
from models.metadata import choice, instant, member_key, metadata, one_of
from rules.terms import IntroductionPurpose, IntroductionState

OPEN = "IN ('REQUESTED', 'FORWARDED')"
"""SQL: a state is one of those in which an introduction is open."""

introductions = Table(
    "introductions",
    metadata,
    member_key("requester_id"),
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    member_key("broker_id", primary_key=False),
    member_key("target_id", primary_key=False),
    choice("state", IntroductionState.REQUESTED),
    choice("requester_state", IntroductionState.REQUESTED),
    Column("purpose", Text, nullable=False),
    Column("message_to_broker", Text, nullable=False),
    Column("message_to_target", Text, nullable=False),
    Column("endorsement", Text, comment="What the broker added"),
    instant("requested_at"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("forwarded_at", DateTime(timezone=True), comment="Since when the target knows of it"),
    CheckConstraint(
        "requester_id <> broker_id AND broker_id <> target_id AND target_id <> requester_id",
        name="three_members",
    ),
    CheckConstraint(
        "(state NOT IN ('REQUESTED', 'DECLINED_BY_BROKER') OR forwarded_at IS NULL) AND "
        "(state NOT IN ('FORWARDED', 'ACCEPTED', 'DECLINED_BY_TARGET') OR forwarded_at IS NOT NULL)",
        name="forwarded_at",
    ),
    CheckConstraint(f"NOT state {OPEN} OR requester_state = state", name="open_for_both"),
    CheckConstraint(
        "requester_state IN ('REQUESTED', 'FORWARDED', 'ACCEPTED', 'CANCELLED', 'EXPIRED')",
        name="requester_state",
    ),
    one_of("state", IntroductionState),
    one_of("purpose", IntroductionPurpose),
    Index(
        "introductions_open_key",
        *("requester_id", "broker_id", "target_id"),
        unique=True,
        postgresql_where=text(f"requester_state {OPEN}"),
    ),
    Index("introductions_requester_idx", "requester_id", text("requested_at DESC"), "id"),
    Index("introductions_broker_idx", "broker_id", text("requested_at DESC"), "id"),
    Index("introductions_target_idx", "target_id", text("requested_at DESC"), "id"),
    Index("introductions_expiry_idx", "expires_at", postgresql_where=text(f"requester_state {OPEN}")),
    comment="state is what broker and target know, requester_state what the requester does",
)


class KeyRow(Row):
    """The three of an introduction, its number, and its state as broker and target know it."""

    requester_id: int
    broker_id: int
    target_id: int
    number: int
    state: IntroductionState


KEY = "requester_id, broker_id, target_id, id AS number, state"
INSTANT = DateTime(timezone=True)
NOW = bindparam("now", type_=INSTANT)
CHANGED = ("state", "requester_state", "endorsement", "forwarded_at")
"""The columns that a move may change."""

REQUEST = Statement(
    text(f"""
    INSERT INTO introductions (
        requester_id, broker_id, target_id, purpose, message_to_broker, message_to_target,
        requested_at, expires_at
    )
    VALUES (
        :requester_id, :broker_id, :target_id, :purpose, :message_to_broker, :message_to_target,
        :now, :expires_at
    )
    RETURNING {KEY}
    """).bindparams(  # noqa: S608 - put together from constants
        *(bindparam(name, type_=Integer) for name in ("requester_id", "broker_id", "target_id")),
        *(bindparam(name, type_=Text) for name in ("purpose", "message_to_broker", "message_to_target")),
        bindparam("expires_at", type_=INSTANT),
        NOW,
    ),
    KeyRow,
)
CHANGE = Statement(
    text(f"""
    UPDATE introductions AS introduction
    SET ({", ".join(CHANGED)}) = (
        SELECT {", ".join(CHANGED)} FROM jsonb_populate_record(introduction, :changes)
    )
    WHERE (requester_id, id) = (:requester_id, :id)
    """).bindparams(  # noqa: S608
        bindparam("requester_id", type_=Integer),
        bindparam("id", type_=BigInteger),
        bindparam("changes", type_=JSONB),
    ),
    Row,
)
"""Set the columns that `changes` names; the others keep what they hold."""


def _cancel(which: str, *parameters: BindParameter[Any]) -> Statement[KeyRow]:
    """Close the introductions for everybody who sees them open; what was over had expired before."""
    end = "CASE WHEN expires_at > :now THEN 'CANCELLED' ELSE 'EXPIRED' END"
    return Statement(
        text(f"""
        UPDATE introductions SET
            state = CASE WHEN state {OPEN} THEN {end} ELSE state END, requester_state = {end}
        WHERE (requester_id, id) IN (
            SELECT requester_id, id FROM introductions
            WHERE requester_state {OPEN} AND {which}
            ORDER BY id FOR UPDATE
        )
        RETURNING {KEY}
        """).bindparams(*parameters, NOW),  # noqa: S608 - two conditions, both below
        KeyRow,
    )


def _is_party(member: str) -> str:
    return f"(requester_id = {member} OR broker_id = {member} OR target_id = {member})"


ONE, MEMBER = (bindparam(name, type_=Integer) for name in ("one", "member_id"))
OTHERS = bindparam("others", type_=ARRAY(Integer))
CANCEL_BETWEEN = _cancel(
    f"expires_at > :now AND {_is_party(':one')} AND {_is_party('ANY (:others)')}", ONE, OTHERS
)
"""What cannot go on when two of the three are parted, or connected without it."""
CANCEL_OF = _cancel(_is_party(":member_id"), MEMBER)
"""All that a member has a part in, also what ran out: with one who is gone nobody else comes to close it."""
EXPIRED = Statement(
    text(f"""
    SELECT {KEY} FROM introductions WHERE requester_state {OPEN} AND expires_at <= :now
    ORDER BY expires_at, id LIMIT 100
    """).bindparams(NOW),  # noqa: S608
    KeyRow,
)
"""Some that the requester at least still holds open."""
