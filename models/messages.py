"""Conversations and their messages, numbered without gaps.

A conversation outlives the first of its members and the request that it hangs on, so that its end can't tell
a closed account from a block. A trigger deletes it with the second.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    not_,
    select,
    text,
    update,
)

from models.database import Row, Statement, constant
from models.metadata import choice, instant, member_key, metadata, one_of
from models.notifications import notifications
from rules.events import NotificationKind
from rules.terms import ConversationContext

conversations = Table(
    "conversations",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    Column("low_id", Integer, nullable=False),
    Column("high_id", Integer, nullable=False),
    choice("context", ConversationContext.CONNECTION),
    Column("sender_id", Integer, comment="Of the request that a REQUEST_REPLY hangs on"),
    Column("recipient_id", Integer),
    Column("request_id", BigInteger),
    Column("last_number", BigInteger, nullable=False, server_default=text("0")),
    instant("created_at"),
    CheckConstraint("low_id < high_id", name="order"),
    CheckConstraint("(context = 'REQUEST_REPLY') = (request_id IS NOT NULL)", name="request"),
    one_of("context", ConversationContext),
    Index(
        "conversations_connection_key",
        *("low_id", "high_id"),
        unique=True,
        postgresql_where=text("context = 'CONNECTION'"),
    ),
    Index("conversations_request_key", "sender_id", "recipient_id", "request_id", unique=True),
    Index("conversations_low_id_idx", "low_id"),
    Index("conversations_high_id_idx", "high_id"),
)

messages = Table(
    "messages",
    metadata,
    Column(
        "conversation_id", BigInteger, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("number", BigInteger, primary_key=True, comment="1, 2, 3 … in each conversation"),
    Column("author_id", Integer, ForeignKey("members.id", ondelete="SET NULL")),
    Column("body", Text, comment="None when it was deleted"),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Column("edited_at", DateTime(timezone=True)),
    Column("delivered_body", Text, comment="What the other member has, where a change did not reach them"),
    Column("delivered_edited_at", DateTime(timezone=True)),
    Column("client_key", Text, comment="What its author called it, to send it once"),
    Column("client_digest", LargeBinary, comment="Of what was to be sent under that key"),
    Column(
        "is_undelivered", Boolean, nullable=False, server_default=text("false"), comment="Only for its author"
    ),
    Index("messages_author_idx", "author_id", "sent_at"),
    Index(
        "messages_client_key",
        *("author_id", "client_key"),
        unique=True,
        postgresql_where=text("client_key IS NOT NULL"),
    ),
    Index("messages_newest_idx", "conversation_id", text("sent_at DESC"), text("(-number)")),
)

participations = Table(
    "participations",
    metadata,
    member_key(),
    Column(
        "conversation_id", BigInteger, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("last_number", BigInteger, nullable=False, comment="Of the newest message that the member sees"),
    Column("last_at", DateTime(timezone=True), nullable=False, comment="When that was sent"),
    Column("read_number", BigInteger, nullable=False, server_default=text("0"), comment="Read up to here"),
    Index("participations_newest_idx", "member_id", text("last_at DESC"), "conversation_id"),
    Index("participations_conversation_id_idx", "conversation_id"),
)

readings = Table(
    "readings",
    metadata,
    Column(
        "conversation_id", BigInteger, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    ),
    member_key(),
    Column("up_to", BigInteger, primary_key=True, comment="Number of the last message read"),
    Column("read_at", DateTime(timezone=True), nullable=False),
    Column("is_shared", Boolean, nullable=False, comment="Whether both shared receipts then"),
    Index("readings_member_id_idx", "member_id"),
    comment="Each time that a member read on; a message was read when the first of them reached it",
)


class MessageRow(Row):
    """A message as one of its conversation's two members sees it; `author_id` None is gone.

    `client_key` is its author's alone, and so is a row that `is_undelivered`, which is for decisions.
    """

    low_id: int
    high_id: int
    conversation_id: int
    number: int
    author_id: int | None
    body: str | None
    sent_at: datetime
    edited_at: datetime | None
    client_key: str | None
    is_undelivered: bool

    @property
    def key(self) -> tuple[int, int, int, int]:
        """The numbers of the public id."""
        return self.low_id, self.high_id, self.conversation_id, self.number


class NewlyReadRow(Row):
    """Number of the newest message of the other member that was read only now; None where none was."""

    number: int | None


class ReadNoticeRow(Row):
    """A notification that was read with the messages of its conversation."""

    id: int


AUTHORS_VIEW = "number, author_id, body, sent_at, edited_at, client_key, is_undelivered"
NOW = bindparam("now", type_=DateTime(timezone=True))
KEY = [bindparam(name, type_=BigInteger) for name in ("conversation_id", "number")]
MEMBER = bindparam("member_id", type_=Integer)
# Clocks of several machines may differ: no message is older than the one before it.
_POST = f"""
    WITH thread AS (
        INSERT INTO conversations
            (low_id, high_id, context, sender_id, recipient_id, request_id, created_at, last_number)
        VALUES (:low_id, :high_id, :context, :sender_id, :recipient_id, :request_id, :now, 1)
        ON CONFLICT {{one}} DO UPDATE SET last_number = conversations.last_number + 1
        RETURNING id, low_id, high_id, last_number
    ), posted AS (
        INSERT INTO messages
            (conversation_id, number, author_id, body, sent_at, client_key, client_digest, is_undelivered)
        SELECT id, last_number, :author_id, :body, greatest(:now, sent_at), :client_key, :client_digest,
            :is_undelivered
        FROM thread LEFT JOIN messages ON conversation_id = id AND number = last_number - 1
        RETURNING conversation_id, {AUTHORS_VIEW}
    ), seen AS (
        INSERT INTO participations (member_id, conversation_id, last_number, last_at)
        SELECT member_id, conversation_id, number, sent_at
        FROM posted CROSS JOIN (VALUES (:low_id), (:high_id)) AS either (member_id)
        WHERE member_id = author_id OR NOT is_undelivered
        ON CONFLICT (member_id, conversation_id) DO UPDATE
        SET last_number = excluded.last_number, last_at = excluded.last_at
    ), noted AS (
        UPDATE connections SET last_interaction_at = sent_at FROM posted
        WHERE (member_id, other_id) IN ((:low_id, :high_id), (:high_id, :low_id))
        AND (member_id = author_id OR NOT is_undelivered)
    )
    SELECT low_id, high_id, posted.* FROM posted JOIN thread ON id = conversation_id
"""  # noqa: S608 - put together from constants


def _post(one: str) -> Statement[MessageRow]:
    """The next message of the conversation of which there is only `one`, which is made with its first."""
    numbers = ("low_id", "high_id", "sender_id", "recipient_id", "author_id")
    statement = text(_POST.replace("{one}", one)).bindparams(
        *(bindparam(name, type_=Integer) for name in numbers),
        *(bindparam(name, type_=Text) for name in ("context", "body", "client_key")),
        bindparam("request_id", type_=BigInteger),
        bindparam("client_digest", type_=LargeBinary),
        bindparam("is_undelivered", type_=Boolean),
        NOW,
    )
    return Statement(statement, MessageRow)


def _change(changes: str, *parameters: BindParameter[Any]) -> Statement[MessageRow]:
    """A change of the message with a key, which its author then sees."""
    statement = text(f"""
        UPDATE messages SET {changes} FROM conversations
        WHERE id = conversation_id AND (conversation_id, number) = (:conversation_id, :number)
        RETURNING low_id, high_id, conversation_id, {AUTHORS_VIEW}
    """)  # noqa: S608 - put together from constants
    return Statement(statement.bindparams(*KEY, *parameters), MessageRow)


POST = {
    ConversationContext.CONNECTION: _post("(low_id, high_id) WHERE context = 'CONNECTION'"),
    ConversationContext.REQUEST_REPLY: _post("(sender_id, recipient_id, request_id)"),
}
"""Writes the next message of a pair's conversation, or of a request's."""

EDIT = _change(
    """
    delivered_body = CASE WHEN NOT :is_delivered THEN coalesce(delivered_body, body) END,
    delivered_edited_at = CASE WHEN :is_delivered THEN NULL
        WHEN delivered_body IS NULL THEN edited_at ELSE delivered_edited_at END,
    body = :body, edited_at = :now
    """,
    *(bindparam("is_delivered", type_=Boolean), bindparam("body", type_=Text), NOW),
)
"""Another text; where it is not delivered, the other member keeps the one that was."""

_IS_ACROSS_BLOCK = """
    EXISTS (SELECT FROM blocks WHERE (blocker_id, blocked_id) IN ((low_id, high_id), (high_id, low_id)))
"""
_IS_KEPT = f"NOT is_undelivered AND {_IS_ACROSS_BLOCK}"
DELETE = _change(f"""
    delivered_body = CASE WHEN {_IS_KEPT} THEN coalesce(delivered_body, body) END,
    delivered_edited_at = CASE WHEN {_IS_KEPT} THEN
        CASE WHEN delivered_body IS NULL THEN edited_at ELSE delivered_edited_at END END,
    body = NULL
""")
"""No text any more; across a block the other member keeps it, who would learn that the account is open."""

DELETE_KEPT = Statement(
    text(f"""
    UPDATE messages SET delivered_body = NULL, delivered_edited_at = NULL FROM conversations
    WHERE id = conversation_id AND low_id = least(:one, :other) AND high_id = greatest(:one, :other)
    AND body IS NULL AND delivered_body IS NOT NULL AND NOT {_IS_ACROSS_BLOCK}
    RETURNING low_id, high_id, conversation_id, {AUTHORS_VIEW}
    """).bindparams(bindparam("one", type_=Integer), bindparam("other", type_=Integer)),  # noqa: S608
    MessageRow,
)
"""What was deleted across a block is deleted for both, when no block is there any more; what that was."""

READ_ON = Statement(
    text("""
    WITH moved AS (
        UPDATE participations SET read_number = :number
        WHERE (member_id, conversation_id) = (:member_id, :conversation_id)
    ), noted AS (
        INSERT INTO readings (conversation_id, member_id, up_to, read_at, is_shared)
        VALUES (:conversation_id, :member_id, :number, :now, :is_shared)
    )
    SELECT max(number) AS number FROM messages
    WHERE conversation_id = :conversation_id AND number > :read_number AND number <= :number
    AND author_id <> :member_id
    """).bindparams(
        *KEY, bindparam("read_number", type_=BigInteger), bindparam("is_shared", type_=Boolean), MEMBER, NOW
    ),
    NewlyReadRow,
)
"""A member has read on from a number up to another."""


def is_unread() -> ColumnElement[bool]:
    """SQL: the message is there, for the member of the row of `participations`, who has not read it."""
    return and_(
        messages.c.conversation_id == participations.c.conversation_id,
        messages.c.number > participations.c.read_number,
        messages.c.author_id.is_distinct_from(participations.c.member_id),
        func.coalesce(messages.c.delivered_body, messages.c.body).is_not(None),
        not_(messages.c.is_undelivered),
    )


def _is_done() -> ColumnElement[bool]:
    """SQL: the row is a member's unread notification of a conversation in which they have read everything."""
    member, conversation_id = MEMBER, bindparam("conversation_id", type_=BigInteger)
    has_place = and_(
        participations.c.member_id == member, participations.c.conversation_id == conversation_id
    )
    return and_(
        notifications.c.member_id == member,
        notifications.c.kind == constant(NotificationKind.MESSAGE_RECEIVED),
        notifications.c.subject == bindparam("subject", type_=Text),
        notifications.c.read_at.is_(None),
        ~select(messages.c.number).join_from(participations, messages, is_unread()).where(has_place).exists(),
    )


RETRACT_NOTICE = Statement(delete(notifications).where(_is_done()), Row)
"""The notification of a conversation vanishes, if nothing is unread there any more."""

READ_NOTICE = Statement(
    update(notifications).values(read_at=NOW).where(_is_done()).returning(notifications.c.id), ReadNoticeRow
)
"""The notification of a conversation is read, if nothing is unread there any more; which one that was."""
