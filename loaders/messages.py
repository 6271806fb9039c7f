"""The door to conversations and messages: their two members read them, and go on reading when it is over."""

from collections.abc import Collection, Sequence
from typing import TypeAlias

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Integer, any_, bindparam, func, or_, select, tuple_

from auth.identity import OAuthScope
from executor.errors import CodedError
from loaders.connection_requests import REQUEST_KEYS, RequestKey, key_columns
from loaders.context import Context
from loaders.paging import Page
from loaders.timelines import Item, PositionedRow, Timeline
from models import connections, conversations, messages
from models.database import Row, Statement
from models.messages import MessageRow
from rules.paging import PageArgs
from rules.terms import ConversationContext

MessageKey: TypeAlias = tuple[int, int]
"""A conversation and the number of a message in it."""


class ConversationRow(Row):
    """The conversation of two members; a REQUEST_REPLY with the key of its request."""

    low_id: int
    high_id: int
    id: int
    context: ConversationContext
    sender_id: int | None
    recipient_id: int | None
    request_id: int | None
    last_number: int

    @property
    def key(self) -> tuple[int, int, int]:
        """The numbers of the public id."""
        return self.low_id, self.high_id, self.id

    @property
    def request_key(self) -> tuple[int, int, int] | None:
        """The request that it hangs on."""
        if self.sender_id is None or self.recipient_id is None or self.request_id is None:
            return None
        return self.sender_id, self.recipient_id, self.request_id


class LinkRow(Row):
    """Somebody's connection."""

    other_id: int


def _is_members() -> ColumnElement[bool]:
    """SQL: the reader is one of the conversation's two members."""
    reader = bindparam("reader_id", type_=Integer)
    return or_(conversations.c.low_id == reader, conversations.c.high_id == reader)


COLUMNS = [conversations.c[name] for name in ConversationRow.__annotations__]
BY_IDS = Statement(
    select(*COLUMNS).where(
        conversations.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger))), _is_members()
    ),
    ConversationRow,
)
OF_REQUESTS = Statement(
    select(*COLUMNS)
    .join_from(
        REQUEST_KEYS,
        conversations,
        tuple_(conversations.c.sender_id, conversations.c.recipient_id, conversations.c.request_id)
        == tuple_(REQUEST_KEYS.c.sender_id, REQUEST_KEYS.c.recipient_id, REQUEST_KEYS.c.id),
    )
    .where(_is_members()),
    ConversationRow,
)
WANTED = (
    func.unnest(
        bindparam("conversation_ids", type_=ARRAY(BigInteger)), bindparam("numbers", type_=ARRAY(BigInteger))
    )
    .table_valued("conversation_id", "number")
    .render_derived("wanted")
)
BY_KEYS = Statement(
    select(conversations.c.low_id, conversations.c.high_id, messages)
    .join_from(
        WANTED,
        messages,
        tuple_(messages.c.conversation_id, messages.c.number)
        == tuple_(WANTED.c.conversation_id, WANTED.c.number),
    )
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(_is_members()),
    MessageRow,
)
LINKS = Statement(
    select(connections.c.other_id).where(
        connections.c.member_id == bindparam("member_id", type_=Integer),
        connections.c.other_id == any_(bindparam("other_ids", type_=ARRAY(Integer))),
    ),
    LinkRow,
)
# Ties ascend in a timeline; of messages at one instant the later one comes first.
NEWEST = Timeline(
    "messages",
    select(
        messages.c.conversation_id.label("owner_id"),
        messages.c.sent_at.label("at"),
        (-messages.c.number).label("tie"),
    ),
    PositionedRow,
)


async def conversations_by_ids(ctx: Context, ids: Sequence[int]) -> list[ConversationRow | None]:
    """The conversations with these ids, None where the viewer is no member of one."""
    reader_id = _reader_id(ctx)
    found = await ctx.rows(BY_IDS, ids=ids, reader_id=reader_id) if reader_id else []
    rows = {row.id: row for row in found}
    return [rows.get(id) for id in ids]


async def messages_by_numbers(ctx: Context, keys: Sequence[MessageKey]) -> list[MessageRow | None]:
    """The messages with these numbers, None where the viewer is no member of the conversation."""
    reader_id = _reader_id(ctx)
    ids, numbers = zip(*keys, strict=True)
    wanted = {"conversation_ids": ids, "numbers": numbers}
    found = await ctx.rows(BY_KEYS, reader_id=reader_id, **wanted) if reader_id else []
    rows = {(row.conversation_id, row.number): row for row in found}
    return [rows.get(key) for key in keys]


async def load_conversations(ctx: Context, ids: Sequence[int]) -> list[ConversationRow | None]:
    """Like `conversations_by_ids`, but each is read once an operation."""
    return await ctx.entities(conversations_by_ids).load_many(ids)


async def load_messages(ctx: Context, keys: Sequence[MessageKey]) -> list[MessageRow | None]:
    """Like `messages_by_numbers`, but each is read once an operation."""
    return await ctx.entities(messages_by_numbers).load_many(keys)


async def of_requests(ctx: Context, keys: Sequence[RequestKey]) -> list[ConversationRow | None]:
    """The conversations that hang on these requests, None where there is none."""
    reader_id = _reader_id(ctx)
    found = await ctx.rows(OF_REQUESTS, **key_columns(keys), reader_id=reader_id) if reader_id else []
    rows = {row.request_key: row for row in found}
    return [rows.get(key) for key in keys]


async def conversations_by_keys(
    ctx: Context, keys: Sequence[tuple[int, int, int]]
) -> list[ConversationRow | None]:
    """The conversations behind keys of both members and the id."""
    rows = await load_conversations(ctx, [id for *_, id in keys])
    return [row if row and row.key == key else None for row, key in zip(rows, keys, strict=True)]


async def messages_by_keys(
    ctx: Context, keys: Sequence[tuple[int, int, int, int]]
) -> list[MessageRow | None]:
    """The messages behind keys of both members, the conversation and the number."""
    rows = await load_messages(ctx, [(id, number) for *_, id, number in keys])
    return [row if row and row.key == key else None for row, key in zip(rows, keys, strict=True)]


async def pages(
    ctx: Context, of: Sequence[ConversationRow], args: PageArgs
) -> list[Page[Item[PositionedRow]] | CodedError]:
    """One page of each conversation's messages, newest first."""

    async def show(rows: Sequence[PositionedRow]) -> list[Item[PositionedRow]]:
        found = await load_messages(ctx, [(row.owner_id, -row.tie) for row in rows])
        return [Item(row, message) for row, message in zip(rows, found, strict=True)]

    lengths = {conversation.id: conversation.last_number for conversation in of}
    found = await NEWEST.pages(ctx, lengths, args, show)
    return [found[conversation.id] for conversation in of]


async def connected(ctx: Context, other_ids: Collection[int]) -> frozenset[int]:
    """Which of the members the viewer is connected with: for decisions alone."""
    if not other_ids:
        return frozenset()
    found = await ctx.rows(LINKS, member_id=ctx.member_id, other_ids=list(other_ids))
    return frozenset(row.other_id for row in found)


def _reader_id(ctx: Context) -> int | None:
    """The viewer, if the token may read messages."""
    viewer = ctx.viewer
    return viewer.member_id if viewer and viewer.may(OAuthScope.MESSAGES_READ) else None
