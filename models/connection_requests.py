"""Requests to connect. Each row holds what either side knows, see `rules.connection_requests`."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.database import Row, Statement
from models.metadata import choice, instant, member_key, metadata, one_of
from rules.terms import ConnectionRequestState, DeclineKind, RelationType, RequestOrigin

NOTE_DIGEST = r"md5(lower(regexp_replace(note, '\s+', ' ', 'g')))"
"""SQL: the same for notes that differ in case and blanks alone; around them there are none."""

connection_requests = Table(
    "connection_requests",
    metadata,
    member_key("sender_id"),
    member_key("recipient_id"),
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    choice("state", ConnectionRequestState.PENDING),
    choice("sender_state", ConnectionRequestState.PENDING),
    Column("ignored", Boolean, nullable=False, server_default=text("false")),
    Column("decline_kind", Text),
    Column("undelivered", Boolean, nullable=False, server_default=text("false")),
    Column("lifted", Boolean, nullable=False, server_default=text("false")),
    Column("reported", Boolean, nullable=False, server_default=text("false")),
    choice("relation_type", RelationType.UNSPECIFIED),
    Column("relation_detail", Text),
    Column("note", Text),
    choice("origin", RequestOrigin.PROFILE),
    Column("introduction_id", BigInteger, comment="Number of the sender's introduction that it names"),
    instant("sent_at"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("sender_closed_at", DateTime(timezone=True)),
    Column("reminders_sent", SmallInteger, nullable=False, server_default=text("0")),
    Column("reminded_at", DateTime(timezone=True)),
    Column("reminder", Text, comment="The line of the last reminder that reached the recipient"),
    Column("expiry_announced", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("sender_id <> recipient_id", name="two_members"),
    CheckConstraint("(state = 'PENDING') = (closed_at IS NULL)", name="closed_at"),
    CheckConstraint("(sender_state = 'PENDING') = (sender_closed_at IS NULL)", name="sender_closed_at"),
    CheckConstraint("(state = 'DECLINED') = (decline_kind IS NOT NULL)", name="decline"),
    one_of("state", ConnectionRequestState),
    one_of("sender_state", ConnectionRequestState),
    one_of("decline_kind", DeclineKind),
    one_of("relation_type", RelationType),
    one_of("origin", RequestOrigin),
    # One open request for each pair, in the eyes of the recipient and in those of the sender.
    Index(
        "connection_requests_pending_key",
        text("least(sender_id, recipient_id)"),
        text("greatest(sender_id, recipient_id)"),
        unique=True,
        postgresql_where=text("state = 'PENDING'"),
    ),
    Index(
        "connection_requests_sender_pending_key",
        text("least(sender_id, recipient_id)"),
        text("greatest(sender_id, recipient_id)"),
        unique=True,
        postgresql_where=text("sender_state = 'PENDING'"),
    ),
    Index("connection_requests_sent_idx", "sender_id", text("sent_at DESC"), "recipient_id", "id"),
    Index("connection_requests_received_idx", "recipient_id", text("sent_at DESC"), "sender_id", "id"),
    Index(
        "connection_requests_note_idx",
        "sender_id",
        text(NOTE_DIGEST),
        "sent_at",
        postgresql_where=text("note IS NOT NULL"),
    ),
    Index(
        "connection_requests_introduction_idx",
        *("sender_id", "introduction_id"),
        postgresql_where=text("introduction_id IS NOT NULL"),
    ),
    Index(
        "connection_requests_expiry_idx",
        "expires_at",
        postgresql_where=text("state = 'PENDING' OR sender_state = 'PENDING'"),
    ),
    Index(
        "connection_requests_answered_idx",
        "closed_at",
        postgresql_where=text("state IN ('ACCEPTED', 'DECLINED')"),
    ),
    comment="state and closed_at are the recipient's view, sender_state and sender_closed_at the sender's",
)


class KeyRow(Row):
    """The key of a request."""

    sender_id: int
    recipient_id: int
    id: int


class LiftedRow(KeyRow):
    """A request that was declined, and whether its recipient never knew of it."""

    undelivered: bool


MOVED = (
    *("state", "sender_state", "ignored", "decline_kind", "undelivered", "lifted", "reported"),
    *("closed_at", "sender_closed_at", "reminders_sent", "reminded_at", "reminder"),
)
"""The columns that a move may change."""

INSTANT = DateTime(timezone=True)
SEND = Statement(
    text("""
    INSERT INTO connection_requests (
        sender_id, recipient_id, state, decline_kind, undelivered, closed_at,
        relation_type, relation_detail, note, origin, introduction_id, sent_at, expires_at
    )
    VALUES (
        :sender_id, :recipient_id, :state, :decline_kind, :undelivered, :closed_at,
        :relation_type, :relation_detail, :note, :origin, :introduction_id, :now, :expires_at
    )
    RETURNING sender_id, recipient_id, id
    """).bindparams(
        *(bindparam(name, type_=Integer) for name in ("sender_id", "recipient_id")),
        *(bindparam(name, type_=Text) for name in ("state", "decline_kind", "note", "origin")),
        *(bindparam(name, type_=Text) for name in ("relation_type", "relation_detail")),
        *(bindparam(name, type_=INSTANT) for name in ("closed_at", "now", "expires_at")),
        bindparam("undelivered", type_=Boolean),
        bindparam("introduction_id", type_=BigInteger),
    ),
    KeyRow,
)
CHANGE = Statement(
    text(f"""
    UPDATE connection_requests AS request
    SET ({", ".join(MOVED)}) = (SELECT {", ".join(MOVED)} FROM jsonb_populate_record(request, :changes))
    WHERE (sender_id, recipient_id, id) = (:sender_id, :recipient_id, :id)
    """).bindparams(  # noqa: S608 - the names are constants
        *(bindparam(name, type_=Integer) for name in ("sender_id", "recipient_id")),
        bindparam("id", type_=BigInteger),
        bindparam("changes", type_=JSONB),
    ),
    Row,
)
"""Set the columns that `changes` names; the others keep what they hold."""

LIFT_BETWEEN = Statement(
    text("""
    UPDATE connection_requests SET lifted = true
    WHERE (sender_id, recipient_id) IN ((:one, :other), (:other, :one)) AND state = 'DECLINED' AND NOT lifted
    RETURNING sender_id, recipient_id, id, undelivered
    """).bindparams(*(bindparam(name, type_=Integer) for name in ("one", "other"))),
    LiftedRow,
)
"""What either declined of the other bars nobody any more."""
