"""Conversations between two members, the messages in them, and the mutations of both."""

from datetime import datetime

import strawberry

from auth.identity import OAuthScope
from loaders.messages import ConversationRow
from models.messages import MessageRow
from resolvers.messages import changing, reading, receipts, sending
from resolvers.nodes import id_of
from rules.terms import ConversationContext
from schema.errors import UserError
from schema.fields import entity, field, given, input_of, mutation, paged, payload
from schema.interfaces import Node
from schema.pages import PageInfo
from schema.refs import ConversationRef, MemberRef
from schema.verdicts import ActionVerdict

READ = [OAuthScope.MESSAGES_READ]
WRITE = [OAuthScope.MESSAGES_WRITE]


@strawberry.type(description="Who read a message and when.")
class ReadReceipt:
    """One reading of one message."""

    member: MemberRef | None = field(
        "Reader; null when the account is gone or became invisible.", batch=reading.receipt_members
    )
    read_at: datetime = field("When it was read.")


@entity(MessageRow, "A message.")
class Message(Node):
    """What one member wrote to another."""

    id: strawberry.ID = field("Global id.", value=reading.message_id)
    conversation: ConversationRef = field("The thread.", batch=reading.conversations)
    author: MemberRef | None = field(
        "Author; null when the account is gone or became invisible.", batch=reading.authors
    )
    body: str | None = field("Plain text; null when deleted.")
    sent_at: datetime = field("Accepted by the server at.")
    edited_at: datetime | None = field("Last edited at.")
    read_by: list[ReadReceipt] | None = field(
        "Read receipts, the author's left out; null unless both sides share them.", batch=reading.receipts
    )
    client_key: str | None = field("Echo of the client's key, to match optimistic rows. Only for the author.")


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
    total_count: int | None = field(
        "Size of the whole list; null when hidden or too costly to count.", batch=reading.totals
    )


@entity(
    ConversationRow,
    "A thread between members who may message each other. Its two members go on reading it when it is closed "
    "for writing, also when one of them blocked the other or is gone.",
)
class Conversation(Node):
    """A thread as one of its members sees it."""

    id: strawberry.ID = field("Global id.", column=id_of("CV", "low_id", "high_id", "id"))
    participants: list[MemberRef | None] = field(
        "Participants except the viewer, at most two; null where one is gone or became invisible.",
        batch=reading.participants,
    )
    messages: MessageConnection | None = paged("Messages, newest first.", batch=reading.messages)
    last_message: Message | None = field("Latest message.", batch=reading.last_messages)
    unread_count: int = field("Messages the viewer has not read.", batch=reading.unread_counts)
    can_write: ActionVerdict = field(
        "Whether the viewer may write now (a removed connection or a block closes the thread for writing).",
        batch=reading.verdicts,
    )
    context: ConversationContext = field("What the thread hangs on.")


@strawberry.type(description="One place in a list of conversations.")
class ConversationEdge:
    """A conversation in a list."""

    cursor: str = field("Opaque position in the list.")
    node: Conversation | None = field("The conversation; null when it became invisible.")


@strawberry.type(description="A page of conversations.")
class ConversationConnection:
    """Conversations in pages."""

    edges: list[ConversationEdge] = field("The conversations with their cursors.")
    nodes: list[Conversation | None] = field("The conversations alone; null holes are what became invisible.")
    page_info: PageInfo = field("Where this page stands in the list.")
    total_count: int | None = field(
        "Size of the whole list; null when hidden or too costly to count.", batch=reading.totals
    )


@input_of("sendMessage")
class SendMessageInput:
    """Where to, and what."""

    conversation_id: strawberry.ID | None = given("The thread.", optional=True)
    member_id: strawberry.ID | None = given("A connection; the thread is found or made.", optional=True)
    body: str = given("Plain text, at most 5,000 characters.")
    client_key: str | None = given("Echoed back, and makes the send idempotent.", optional=True)


@input_of("updateMessage")
class UpdateMessageInput:
    """Which message, and what it says now."""

    message_id: strawberry.ID = given("The message.")
    body: str = given("New text.")


@input_of("markMessagesRead")
class MarkMessagesReadInput:
    """Which thread, and how far."""

    conversation_id: strawberry.ID = given("The thread.")
    up_to_message_id: strawberry.ID = given("Last read message.")


@input_of("deleteMessage")
class DeleteMessageInput:
    """Which message."""

    message_id: strawberry.ID = given("The message.")


@input_of("signalTyping")
class SignalTypingInput:
    """Where."""

    conversation_id: strawberry.ID = given("The thread.")


@payload("sendMessage")
class SendMessagePayload:
    """The message."""

    message: Message | None = field("The message as accepted.", scopes=READ)
    conversation: Conversation | None = field("The thread.", batch=sending.conversations, scopes=READ)
    user_errors: list[UserError] = field("Empty on success.")


@payload("updateMessage")
class UpdateMessagePayload:
    """The message."""

    message: Message | None = field("The message after the edit.", scopes=READ)
    user_errors: list[UserError] = field("Empty on success.")


@payload("markMessagesRead")
class MarkMessagesReadPayload:
    """The thread."""

    conversation: Conversation | None = field(
        "The thread with its new unread count.", batch=receipts.conversations, scopes=READ
    )
    user_errors: list[UserError] = field("Empty on success.")


@payload("deleteMessage")
class DeleteMessagePayload:
    """The message."""

    message: Message | None = field("The message, body null.", scopes=READ)
    user_errors: list[UserError] = field("Empty on success.")


@payload("signalTyping")
class SignalTypingPayload:
    """Whether it was taken."""

    accepted: bool = field("The viewer may write there; whom the signal reaches is not told.")
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.type
class MessageMutations:
    """Writing, changing and reading."""

    send_message: SendMessagePayload | None = mutation(
        "Send a message into a thread or to a connection (exactly one of the two).",
        sending.send_message,
        SendMessageInput,
        scopes=WRITE,
    )
    update_message: UpdateMessagePayload | None = mutation(
        "Change the text of the viewer's own message.",
        changing.update_message,
        UpdateMessageInput,
        scopes=WRITE,
    )
    mark_messages_read: MarkMessagesReadPayload | None = mutation(
        "Mark a thread read up to a message.",
        receipts.mark_messages_read,
        MarkMessagesReadInput,
        scopes=WRITE,
    )
    delete_message: DeleteMessagePayload | None = mutation(
        "Delete the viewer's own message for both; while a block stands between the two, for the viewer "
        "alone.",
        changing.delete_message,
        DeleteMessageInput,
        scopes=WRITE,
    )
    signal_typing: SignalTypingPayload | None = mutation(
        "Tell the thread that the viewer types.",
        receipts.signal_typing,
        SignalTypingInput,
        scopes=WRITE,
    )
