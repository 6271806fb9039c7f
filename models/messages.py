"""Conversations and their messages, numbered without gaps.

A conversation outlives the first of its members and the request that it hangs on, so that its end can't tell
a closed account from a block. A trigger deletes it with the second.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
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
from models.metadata import choice, instant, metadata, one_of
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
    Column("body", Text, nullable=False),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Index("messages_author_id_idx", "author_id"),
    Index("messages_newest_idx", "conversation_id", text("sent_at DESC"), text("(-number)")),
)


class MessageRow(Row):
    """A message and the two members of its conversation; `author_id` None is gone."""

    low_id: int
    high_id: int
    conversation_id: int
    number: int
    author_id: int | None
    body: str
    sent_at: datetime

    @property
    def key(self) -> tuple[int, int, int, int]:
        """The numbers of the public id."""
        return self.low_id, self.high_id, self.conversation_id, self.number


# Clocks of several machines may differ: no message is older than the one before it.
_POST = """
    WITH thread AS (
        INSERT INTO conversations
            (low_id, high_id, context, sender_id, recipient_id, request_id, created_at, last_number)
        VALUES (:low_id, :high_id, :context, :sender_id, :recipient_id, :request_id, :now, 1)
        ON CONFLICT {one} DO UPDATE SET last_number = conversations.last_number + 1
        RETURNING id, low_id, high_id, last_number
    ), posted AS (
        INSERT INTO messages (conversation_id, number, author_id, body, sent_at)
        SELECT id, last_number, :author_id, :body, greatest(:now, sent_at)
        FROM thread LEFT JOIN messages ON conversation_id = id AND number = last_number - 1
        RETURNING conversation_id, number, author_id, body, sent_at
    )
    SELECT low_id, high_id, posted.* FROM posted JOIN thread ON id = conversation_id
"""


def _post(one: str) -> Statement[MessageRow]:
    """The next message of the conversation of which there is only `one`, which is made with its first."""
    numbers = ("low_id", "high_id", "sender_id", "recipient_id", "author_id")
    statement = text(_POST.replace("{one}", one)).bindparams(
        *(bindparam(name, type_=Integer) for name in numbers),
        *(bindparam(name, type_=Text) for name in ("context", "body")),
        bindparam("request_id", type_=BigInteger),
        bindparam("now", type_=DateTime(timezone=True)),
    )
    return Statement(statement, MessageRow)


POST = {
    ConversationContext.CONNECTION: _post("(low_id, high_id) WHERE context = 'CONNECTION'"),
    ConversationContext.REQUEST_REPLY: _post("(sender_id, recipient_id, request_id)"),
}
"""Writes the next message of a pair's conversation, or of a request's."""
