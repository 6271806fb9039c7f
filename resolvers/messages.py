"""Conversations and messages: reading them, and the writing that other mutations bring about."""

from collections.abc import Mapping, Sequence
from typing import Any

from executor.errors import CodedError
from loaders import connection_requests as request_loader
from loaders import members as member_loader
from loaders import messages as message_loader
from loaders.connection_requests import RequestKey, RequestRow
from loaders.context import Context
from loaders.members import MemberRow
from loaders.messages import ConversationRow
from loaders.paging import Page
from loaders.timelines import Item, PositionedRow
from models.messages import POST, MessageRow
from rules import ids
from rules.connection_requests import Side
from rules.events import Event, EventKind
from rules.messages import can_write
from rules.paging import PageArgs
from rules.terms import ConversationContext
from rules.verdicts import Verdict

Pages = Sequence[Page[Item[PositionedRow]] | CodedError]


async def write(
    ctx: Context,
    low_id: int,
    high_id: int,
    context: ConversationContext,
    body: str,
    request_key: RequestKey | None = None,
) -> MessageRow:
    """Write what the viewer says in the conversation of the two, or of the request, which starts with it.

    Runs in the transaction of a caller who holds both inboxes, has checked the body and that the viewer may
    write, and tells what `told` gives.
    """
    sender_id, recipient_id, request_id = request_key or (None, None, None)
    hangs_on = {"sender_id": sender_id, "recipient_id": recipient_id, "request_id": request_id}
    pair = {"low_id": low_id, "high_id": high_id}
    content = {"author_id": ctx.member_id, "body": body.strip(), "now": ctx.now}
    [message] = await ctx.rows(POST[context], context=context, **pair, **hangs_on, **content)
    return message


async def again(ctx: Context, first: Mapping[str, Any]) -> MessageRow | None:
    """The message that an earlier attempt wrote and kept by conversation and number."""
    conversation_id, number = first["message"]
    return (await message_loader.load_messages(ctx, [(conversation_id, number)]))[0]


def told(message: MessageRow) -> list[Event]:
    """What both members of the conversation are to be told of a message."""
    subject = message_id(message)
    return [
        Event(member_id, EventKind.MESSAGE_CHANGED, subject)
        for member_id in (message.low_id, message.high_id)
    ]


def message_id(message: MessageRow) -> str:
    """The public id of a message."""
    return ids.encode("MSG", *message.key)


async def conversations(messages: Sequence[MessageRow], ctx: Context) -> list[ConversationRow | None]:
    """The conversation of each message."""
    return await message_loader.load_conversations(ctx, [message.conversation_id for message in messages])


async def authors(messages: Sequence[MessageRow], ctx: Context) -> list[MemberRow | None]:
    """Who wrote each message, None where they are gone or hidden."""
    return await member_loader.load_many(ctx, [message.author_id or 0 for message in messages])


async def participants(
    conversations: Sequence[ConversationRow], ctx: Context
) -> list[list[MemberRow | None]]:
    """The other member of each conversation, None where they are gone or hidden."""
    others = await member_loader.load_many(ctx, [_other(ctx, each) for each in conversations])
    return [[other] for other in others]


async def messages(conversations: Sequence[ConversationRow], ctx: Context, *, page: PageArgs) -> Pages:
    """One page of each conversation's messages."""
    return await message_loader.pages(ctx, conversations, page)


async def last_messages(conversations: Sequence[ConversationRow], ctx: Context) -> list[MessageRow | None]:
    """The latest message of each conversation."""
    return await message_loader.load_messages(ctx, [(each.id, each.last_number) for each in conversations])


async def verdicts(conversations: Sequence[ConversationRow], ctx: Context) -> list[Verdict]:
    """Whether the viewer may write in each conversation now."""
    on_connections = {_other(ctx, each) for each in conversations if each.request_key is None}
    connected = await message_loader.connected(ctx, on_connections)
    requests = await _requests(ctx, [each.request_key for each in conversations if each.request_key])
    return [_verdict(ctx, each, connected, requests) for each in conversations]


def _verdict(
    ctx: Context,
    conversation: ConversationRow,
    connected: frozenset[int],
    requests: dict[RequestKey, RequestRow | None],
) -> Verdict:
    return can_write(
        conversation.context,
        is_connected=_other(ctx, conversation) in connected,
        request=requests[conversation.request_key] if conversation.request_key else None,
        side=Side.SENDER if conversation.sender_id == ctx.member_id else Side.RECIPIENT,
        now=ctx.now,
    )


async def _requests(ctx: Context, keys: Sequence[RequestKey]) -> dict[RequestKey, RequestRow | None]:
    found = await ctx.entities(request_loader.rows_by_keys).load_many(keys)
    return dict(zip(keys, found, strict=True))


def _other(ctx: Context, conversation: ConversationRow) -> int:
    """The member at the other end; only the two of a conversation ever have its row."""
    return conversation.high_id if conversation.low_id == ctx.member_id else conversation.low_id
