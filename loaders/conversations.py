"""Lists of conversations and of the messages in them; what of these is unread, and when they were read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Integer,
    Select,
    any_,
    bindparam,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from executor.errors import CodedError
from loaders.context import Context
from loaders.listings import Listing
from loaders.messages import (
    IDS,
    READER,
    ConversationRow,
    MessageKey,
    conversation_columns,
    is_visible,
    load_messages,
)
from loaders.paging import Page
from loaders.timelines import Item, PositionedRow
from models import conversations, messages, participations, readings
from models.database import Row, Statement
from models.messages import is_unread
from rules.paging import PageArgs


class ListedRow(ConversationRow, PositionedRow):
    """A conversation in a list."""


class UnreadRow(Row):
    """How many messages of a conversation are unread."""

    conversation_id: int
    unread: int


class ReadRow(Row):
    """When a member read a message."""

    conversation_id: int
    number: int
    read_at: datetime


@dataclass(eq=False)
class ListPage(Page[Any]):
    """A page that knows its list, so that the length of that is counted only when asked for."""

    listing: Listing[Any]
    wanted: Mapping[str, object]


UNREAD_ONLY = bindparam("unread_only", type_=Boolean)


UNREAD = Statement(
    select(participations.c.conversation_id, func.count(messages.c.number).label("unread"))
    .join_from(participations, messages, is_unread())
    .where(participations.c.member_id == READER, participations.c.conversation_id == any_(IDS))
    .group_by(participations.c.conversation_id),
    UnreadRow,
)


def _readings() -> Select[Any]:
    """When each wanted message was read by a member: when the first of their readings reached it.

    Where that one was not shared there is none: a later one would tell that it was read before.
    """
    arrays = (
        bindparam(name, type_=ARRAY(BigInteger)) for name in ("conversation_ids", "numbers", "reader_ids")
    )
    wanted = (
        func.unnest(*arrays).table_valued("conversation_id", "number", "reader_id").render_derived("wanted")
    )
    first = (
        select(readings.c.read_at, readings.c.is_shared)
        .where(
            readings.c.conversation_id == wanted.c.conversation_id,
            readings.c.member_id == wanted.c.reader_id,
            readings.c.up_to >= wanted.c.number,
        )
        .order_by(readings.c.up_to)
        .limit(literal_column("1", Integer))
        .lateral("first")
    )
    return (
        select(wanted.c.conversation_id, wanted.c.number, first.c.read_at)
        .join_from(wanted, first, true())
        .where(first.c.is_shared)
    )


READINGS = Statement(_readings(), ReadRow)
# Ties ascend in a timeline; of messages at one instant the later one comes first.
NEWEST = Listing(
    "messages",
    select(
        messages.c.conversation_id.label("owner_id"),
        messages.c.sent_at.label("at"),
        (-messages.c.number).label("tie"),
    ).where(is_visible()),
    PositionedRow,
)
OF_MEMBER = Listing(
    "conversations",
    select(
        participations.c.member_id.label("owner_id"),
        participations.c.last_at.label("at"),
        participations.c.conversation_id.label("tie"),
        *conversation_columns(),
    )
    .join(conversations, conversations.c.id == participations.c.conversation_id)
    .where(or_(not_(UNREAD_ONLY), select(messages.c.number).where(is_unread()).exists())),
    ListedRow,
)


async def pages(ctx: Context, of: Sequence[ConversationRow], args: PageArgs) -> list[ListPage | CodedError]:
    """One page of each conversation's messages, newest first."""

    async def show(rows: Sequence[PositionedRow]) -> list[Item[PositionedRow]]:
        found = await load_messages(ctx, [(row.owner_id, -row.tie) for row in rows])
        return [Item(row, message) for row, message in zip(rows, found, strict=True)]

    wanted = {"reader_id": ctx.member_id}
    lengths = {conversation.id: None for conversation in of}
    page = partial(ListPage, listing=NEWEST, wanted=wanted)
    found = await NEWEST.timeline.pages(page, ctx, lengths, args, show, **wanted)
    return [found[each.id] for each in of]


async def page_of_viewer(ctx: Context, args: PageArgs, *, unread_only: bool) -> ListPage | CodedError:
    """One page of the viewer's conversations, that with the newest message first."""

    async def show(rows: Sequence[ListedRow]) -> list[Item[ListedRow]]:
        return [Item(row, row) for row in rows]

    own, wanted = ctx.member_id, {"unread_only": unread_only}
    page = partial(ListPage, listing=OF_MEMBER, wanted=wanted)
    return (await OF_MEMBER.timeline.pages(page, ctx, {own: None}, args, show, **wanted))[own]


async def totals(ctx: Context, of: Sequence[ListPage]) -> list[int | None]:
    """How long the list of each page is, all of one kind; None where counting costs too much."""
    found = await of[0].listing.totals(ctx, [page.of.owner_id for page in of], **of[0].wanted)
    return [found.get(page.of.owner_id) for page in of]


async def unread(ctx: Context, member_id: int, ids: Collection[int]) -> dict[int, int]:
    """How many messages a member has not read in those of the conversations where there are any."""
    found = await ctx.rows(UNREAD, reader_id=member_id, ids=list(ids))
    return {row.conversation_id: row.unread for row in found}


async def readings_of(ctx: Context, keys: Mapping[MessageKey, int]) -> dict[MessageKey, datetime]:
    """When each message was read by the member named with it, where it was."""
    ids, numbers = zip(*keys, strict=True) if keys else ((), ())
    wanted = {"conversation_ids": ids, "numbers": numbers, "reader_ids": list(keys.values())}
    found = await ctx.rows(READINGS, **wanted) if keys else []
    return {(row.conversation_id, row.number): row.read_at for row in found}
