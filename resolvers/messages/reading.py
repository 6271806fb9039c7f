"""Reading conversations and messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from auth.identity import Viewer
from executor.errors import CodedError
from loaders import conversations as conversation_loader
from loaders import members as member_loader
from loaders import messages as message_loader
from loaders.context import Context
from loaders.conversations import ListPage
from loaders.members import MemberRow
from loaders.messages import ConversationRow, other_of
from models.messages import MessageRow
from resolvers.messages.threads import threads
from rules import ids
from rules.messages import can_write
from rules.paging import PageArgs
from rules.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Receipt:
    """Who read a message, and when."""

    member_id: int
    read_at: datetime


def message_id(message: MessageRow) -> str:
    """The public id of a message."""
    return ids.encode("MSG", *message.key)


async def of_viewers(
    viewers: Sequence[Viewer], ctx: Context, *, page: PageArgs, unread_only: bool
) -> list[ListPage | CodedError]:
    """One page of the viewer's conversations."""
    return [await conversation_loader.page_of_viewer(ctx, page, unread_only=unread_only) for _ in viewers]


async def totals(pages: Sequence[ListPage], ctx: Context) -> list[int | None]:
    """The length of each page's list."""
    return await conversation_loader.totals(ctx, pages)


async def conversations(messages: Sequence[MessageRow], ctx: Context) -> list[ConversationRow | None]:
    """The conversation of each message."""
    return await message_loader.load_conversations(ctx, [message.conversation_id for message in messages])


async def authors(messages: Sequence[MessageRow], ctx: Context) -> list[MemberRow | None]:
    """Who wrote each message, None where they are gone or hidden."""
    return await member_loader.load_many(ctx, [message.author_id or 0 for message in messages])


async def receipts(messages: Sequence[MessageRow], ctx: Context) -> list[list[Receipt] | None]:
    """Who of the two, its author left out, read each message; None unless both share that."""
    shared = await message_loader.share_receipts(ctx, messages)
    readers = {
        (message.conversation_id, message.number): _reader_of(message)
        for message, is_shared in zip(messages, shared, strict=True)
        if is_shared
    }
    found = await conversation_loader.readings_of(ctx, readers)
    receipts = {key: [Receipt(readers[key], read_at)] for key, read_at in found.items()}
    keys = [(message.conversation_id, message.number) for message in messages]
    return [receipts.get(key, []) if key in readers else None for key in keys]


async def receipt_members(receipts: Sequence[Receipt], ctx: Context) -> list[MemberRow | None]:
    """Who read, None where they are gone or hidden."""
    return await member_loader.load_many(ctx, [receipt.member_id for receipt in receipts])


async def participants(
    conversations: Sequence[ConversationRow], ctx: Context
) -> list[list[MemberRow | None]]:
    """The other member of each conversation, None where they are gone or hidden."""
    others = await member_loader.load_many(ctx, [other_of(ctx, each) for each in conversations])
    return [[other] for other in others]


async def messages(
    conversations: Sequence[ConversationRow], ctx: Context, *, page: PageArgs
) -> list[ListPage | CodedError]:
    """One page of each conversation's messages."""
    return await conversation_loader.pages(ctx, conversations, page)


async def last_messages(conversations: Sequence[ConversationRow], ctx: Context) -> list[MessageRow | None]:
    """The latest message of each conversation that the viewer sees."""
    return await message_loader.load_messages(ctx, [(each.id, each.last_number) for each in conversations])


async def unread_counts(conversations: Sequence[ConversationRow], ctx: Context) -> list[int]:
    """How many messages of each conversation the viewer has not read."""
    found = await conversation_loader.unread(ctx, ctx.member_id, [each.id for each in conversations])
    return [found.get(each.id, 0) for each in conversations]


async def verdicts(conversations: Sequence[ConversationRow], ctx: Context) -> list[Verdict]:
    """Whether the viewer may write in each conversation now."""
    policy = ctx.deployment.policy
    return [can_write(thread, ctx.now, policy) for thread in await threads(ctx, conversations)]


def _reader_of(message: MessageRow) -> int:
    return message.high_id if message.author_id == message.low_id else message.low_id
