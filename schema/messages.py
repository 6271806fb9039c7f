"""Conversations between two members and the messages in them."""

from datetime import datetime

import strawberry

from loaders.messages import ConversationRow
from models.messages import MessageRow
from resolvers import messages as message_resolver
from resolvers.nodes import id_of
from rules.terms import ConversationContext
from schema.fields import entity, field, paged
from schema.interfaces import Node
from schema.pages import PageInfo
from schema.refs import ConversationRef, MemberRef
from schema.verdicts import ActionVerdict


@entity(MessageRow, "A message.")
class Message(Node):
    """What one member wrote to another."""

    id: strawberry.ID = field("Global id.", value=message_resolver.message_id)
    conversation: ConversationRef = field("The thread.", batch=message_resolver.conversations)
    author: MemberRef | None = field(
        "Author; null when the account is gone or became invisible.", batch=message_resolver.authors
    )
    body: str | None = field("Plain text; null when deleted.")
    sent_at: datetime = field("Accepted by the server at.")


@strawberry.type(description="One place in a list of messages.")
class MessageEdge:
    """A message in its conversation."""

    cursor: str = field("Opaque position in the list.")
    node: Message | None = field("The message; null when it became invisible.")


@strawberry.type(description="A page of messages.")
class MessageConnection:
    """Messages in pages."""

    edges: list[MessageEdge] = field("The messages with their cursors.")
    nodes: list[Message | None] = field("The messages alone; null holes are what became invisible.")
    page_info: PageInfo = field("Where this page stands in the list.")
    total_count: int | None = field("Size of the whole list; null when hidden or too costly to count.")


@entity(
    ConversationRow,
    "A thread between members who may message each other. Its two members go on reading it when it is closed "
    "for writing, also when one of them blocked the other or is gone.",
)
class Conversation(Node):
    """A thread as one of its members sees it."""

    id: strawberry.ID = field("Global id.", value=id_of("CV", "low_id", "high_id", "id"))
    participants: list[MemberRef | None] = field(
        "Participants except the viewer, at most two; null where one is gone or became invisible.",
        batch=message_resolver.participants,
    )
    messages: MessageConnection | None = paged("Messages, newest first.", batch=message_resolver.messages)
    last_message: Message | None = field("Latest message.", batch=message_resolver.last_messages)
    can_write: ActionVerdict = field(
        "Whether the viewer may write now (a removed connection or a block closes the thread for writing).",
        batch=message_resolver.verdicts,
    )
    context: ConversationContext = field("What the thread hangs on.")
