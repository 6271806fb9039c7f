"""The door to conversations and messages: their two members read them, and go on reading when it is over."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    func,
    not_,
    or_,
    select,
    tuple_,
)

from auth.identity import OAuthScope
from auth.network import SEEN_BY, exists
from loaders.connection_requests import REQUEST_KEYS, RequestKey, key_columns
from loaders.connections import links_of
from loaders.context import Context
from models import conversations, members, messages, participations
from models.database import Row, Statement, constant
from models.messages import MessageRow
from rules.terms import ConversationContext

MessageKey: TypeAlias = tuple[int, int]
"""A conversation and the number of a message in it."""


class ConversationRow(Row):
    """The conversation of two members as one of them has it; a REQUEST_REPLY with the key of its request.

    `last_number` is of the newest message that the member sees, `read_number` of the last one they read.
    """

    low_id: int
    high_id: int
    id: int
    context: ConversationContext
    sender_id: int | None
    recipient_id: int | None
    request_id: int | None
    last_number: int
    read_number: int

    @property
    def key(self) -> tuple[int, int, int]:
        """The numbers of the public id."""
        return self.low_id, self.high_id, self.id

    @property
    def request_key(self) -> RequestKey | None:
        """The request that it hangs on."""
        if self.sender_id is None or self.recipient_id is None or self.request_id is None:
            return None
        return self.sender_id, self.recipient_id, self.request_id


class SentRow(MessageRow):
    """What an author sent under a key of theirs."""

    client_digest: bytes


class MemberRow(Row):
    """A member of whom something holds."""

    member_id: int


READER = bindparam("reader_id", type_=Integer)
IDS = bindparam("ids", type_=ARRAY(BigInteger))


def conversation_columns() -> list[ColumnElement[Any]]:
    """SQL: what a `ConversationRow` has, from `conversations` and the `participations` of one member."""
    own = {"last_number", "read_number"}
    return [
        (participations if name in own else conversations).c[name] for name in ConversationRow.__annotations__
    ]


def is_visible() -> ColumnElement[bool]:
    """SQL: the reader, one of the two members, sees the message."""
    return or_(not_(messages.c.is_undelivered), messages.c.author_id == READER)


def _message_columns() -> list[ColumnElement[Any]]:
    """SQL: a message as the reader sees it: an edit that was not delivered is its author's alone."""
    is_others = messages.c.author_id.is_distinct_from(READER)
    replaced = and_(is_others, messages.c.delivered_body.is_not(None))
    shown: dict[str, ColumnElement[Any]] = {
        "low_id": conversations.c.low_id,
        "high_id": conversations.c.high_id,
        "body": func.coalesce(case((is_others, messages.c.delivered_body)), messages.c.body),
        "edited_at": case((replaced, messages.c.delivered_edited_at), else_=messages.c.edited_at),
        "client_key": case((not_(is_others), messages.c.client_key)),
    }
    names = MessageRow.__annotations__
    return [shown[name].label(name) if name in shown else messages.c[name] for name in names]


OF_READER = and_(participations.c.conversation_id == conversations.c.id, participations.c.member_id == READER)
BY_IDS = Statement(
    select(*conversation_columns()).join(participations, OF_READER).where(conversations.c.id == any_(IDS)),
    ConversationRow,
)
OF_REQUESTS = Statement(
    select(*conversation_columns())
    .join_from(
        REQUEST_KEYS,
        conversations,
        tuple_(conversations.c.sender_id, conversations.c.recipient_id, conversations.c.request_id)
        == tuple_(REQUEST_KEYS.c.sender_id, REQUEST_KEYS.c.recipient_id, REQUEST_KEYS.c.id),
    )
    .join(participations, OF_READER),
    ConversationRow,
)
OF_PAIRS = Statement(
    select(*conversation_columns())
    .join(participations, OF_READER)
    .where(
        conversations.c.context == constant(ConversationContext.CONNECTION),
        conversations.c.low_id == any_(bindparam("low_ids", type_=ARRAY(Integer))),
        conversations.c.high_id == any_(bindparam("high_ids", type_=ARRAY(Integer))),
    ),
    ConversationRow,
)


def _wanted() -> Any:
    """The keys of messages, as a table."""
    arrays = (bindparam(name, type_=ARRAY(BigInteger)) for name in ("conversation_ids", "numbers"))
    return func.unnest(*arrays).table_valued("conversation_id", "number").render_derived("wanted")


def _by_keys() -> Select[Any]:
    wanted = _wanted()
    has_key = tuple_(messages.c.conversation_id, messages.c.number) == tuple_(*wanted.c)
    is_members = or_(conversations.c.low_id == READER, conversations.c.high_id == READER)
    return (
        select(*_message_columns())
        .join_from(wanted, messages, has_key)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(is_members, is_visible())
    )


BY_KEYS = Statement(_by_keys(), MessageRow)
BY_CLIENT_KEY = Statement(
    select(*_message_columns(), messages.c.client_digest)
    .join_from(messages, conversations, conversations.c.id == messages.c.conversation_id)
    .where(messages.c.author_id == READER, messages.c.client_key == bindparam("client_key", type_=Text)),
    SentRow,
)
LINK, LINKS = links_of(READER)
LINKED = Statement(select(LINK.c.other_id.label("member_id")).select_from(LINKS), MemberRow)


def _sharing() -> Select[Any]:
    """Those of some members who share receipts with the viewer, who does as well."""
    viewer = members.alias("viewer")
    wanted = members.c.id == any_(bindparam("other_ids", type_=ARRAY(Integer)))
    both = and_(members.c.read_receipts, viewer.c.read_receipts)
    shared = select(members.c.id.label("member_id")).join(viewer, viewer.c.id == SEEN_BY)
    return shared.where(wanted, both, exists())


SHARING = Statement(_sharing(), MemberRow)


async def conversations_by_ids(ctx: Context, ids: Sequence[int]) -> list[ConversationRow | None]:
    """The conversations with these ids, None where the viewer is no member of one."""
    return await _conversations(ctx, ids) if _may_read(ctx) else [None] * len(ids)


async def messages_by_numbers(ctx: Context, keys: Sequence[MessageKey]) -> list[MessageRow | None]:
    """The messages with these numbers, None where the viewer is no member of the conversation."""
    return await _messages(ctx, keys) if _may_read(ctx) else [None] * len(keys)


async def load_conversations(ctx: Context, ids: Sequence[int]) -> list[ConversationRow | None]:
    """Like `conversations_by_ids`, but each is read once an operation."""
    return await ctx.entities(conversations_by_ids).load_many(ids)


async def load_messages(ctx: Context, keys: Sequence[MessageKey]) -> list[MessageRow | None]:
    """Like `messages_by_numbers`, but each is read once an operation."""
    return await ctx.entities(messages_by_numbers).load_many(keys)


async def of_requests(ctx: Context, keys: Sequence[RequestKey]) -> list[ConversationRow | None]:
    """The conversations that hang on these requests, None where there is none."""
    if not _may_read(ctx):
        return [None] * len(keys)
    found = await ctx.rows(OF_REQUESTS, **key_columns(keys), reader_id=ctx.member_id)
    rows = {row.request_key: row for row in found}
    return [rows.get(key) for key in keys]


async def of_pairs(ctx: Context, pairs: Sequence[tuple[int, int]]) -> list[ConversationRow | None]:
    """What the connections of these pairs said to each other, the lower id first; None where nothing."""
    if not _may_read(ctx):
        return [None] * len(pairs)
    low_ids, high_ids = zip(*pairs, strict=True)
    found = await ctx.rows(OF_PAIRS, low_ids=low_ids, high_ids=high_ids, reader_id=ctx.member_id)
    rows = {row.key[:2]: row for row in found}
    return [rows.get(pair) for pair in pairs]


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


async def own_conversation(ctx: Context, key: tuple[int, ...]) -> ConversationRow | None:
    """A conversation of the viewer, whatever the token may read: for decisions."""
    if len(key) != 3:
        return None
    [row] = await _conversations(ctx, [key[2]])
    return row if row and row.key == key else None


async def own_message(ctx: Context, key: tuple[int, ...]) -> MessageRow | None:
    """A message that the viewer sees, whatever the token may read: for decisions."""
    if len(key) != 4:
        return None
    [row] = await _messages(ctx, [key[2:]])
    return row if row and row.key == key else None


async def sent_under(ctx: Context, client_key: str) -> SentRow | None:
    """What the viewer sent under this key of theirs, at any time."""
    return await ctx.row(BY_CLIENT_KEY, reader_id=ctx.member_id, client_key=client_key)


async def share_receipts(ctx: Context, of: Iterable[ConversationRow | MessageRow]) -> list[bool]:
    """Whether the viewer and the other of the two share receipts, and exist for each other."""
    others = [other_of(ctx, each) for each in of]
    return list(await ctx.entities(_sharing_with).load_many(others))


async def connected(ctx: Context, other_ids: Collection[int]) -> frozenset[int]:
    """Which of the members the viewer is connected with: for decisions alone."""
    if not other_ids:
        return frozenset()
    found = await ctx.rows(LINKED, reader_id=ctx.member_id, other_ids=list(other_ids))
    return frozenset(row.member_id for row in found)


def other_of(ctx: Context, of: ConversationRow | MessageRow) -> int:
    """The member at the other end; only the two of a conversation ever have its rows."""
    return of.high_id if of.low_id == ctx.member_id else of.low_id


async def _conversations(ctx: Context, ids: Sequence[int]) -> list[ConversationRow | None]:
    rows = {row.id: row for row in await ctx.rows(BY_IDS, ids=ids, reader_id=ctx.member_id)}
    return [rows.get(id) for id in ids]


async def _messages(ctx: Context, keys: Sequence[MessageKey]) -> list[MessageRow | None]:
    ids, numbers = zip(*keys, strict=True)
    found = await ctx.rows(BY_KEYS, reader_id=ctx.member_id, conversation_ids=ids, numbers=numbers)
    rows = {(row.conversation_id, row.number): row for row in found}
    return [rows.get(key) for key in keys]


async def _sharing_with(ctx: Context, other_ids: Sequence[int]) -> list[bool]:
    found = await ctx.rows(SHARING, other_ids=other_ids, **ctx.sight.parameters())
    sharing = {row.member_id for row in found}
    return [other_id in sharing for other_id in other_ids]


def _may_read(ctx: Context) -> bool:
    """Whether somebody is signed in whose token may read messages."""
    return ctx.viewer is not None and ctx.viewer.may(OAuthScope.MESSAGES_READ)
