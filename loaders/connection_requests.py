"""The door to connection requests: each as the viewer may know it, who must be one of the two."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from auth.identity import OAuthScope
from auth.network import exists
from loaders.context import Context
from models import connection_requests, members
from models.database import Row, Statement, constant
from rules.connection_requests import VIEWS, Side
from rules.seen_requests import SeenRequest, seen
from rules.terms import ConnectionRequestState, DeclineKind

RequestKey: TypeAlias = tuple[int, int, int]
"""Sender, recipient and number."""


class RequestRow(Row):
    """A request with the views of both sides. It never leaves the server: see `rules.connection_requests`."""

    sender_id: int
    recipient_id: int
    number: int
    state: ConnectionRequestState
    sender_state: ConnectionRequestState
    ignored: bool
    decline_kind: DeclineKind | None
    undelivered: bool
    lifted: bool
    reported: bool
    relation_type: str
    relation_detail: str | None
    note: str | None
    origin: str
    introduction_id: int | None
    sent_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    sender_closed_at: datetime | None
    reminders_sent: int
    reminded_at: datetime | None
    reminder: str | None

    @property
    def key(self) -> RequestKey:
        """The key of the row."""
        return self.sender_id, self.recipient_id, self.number


REQUESTS = connection_requests.c
COLUMNS = [
    REQUESTS.id.label("number") if name == "number" else REQUESTS[name] for name in RequestRow.__annotations__
]


def both_exist() -> ColumnElement[bool]:
    """SQL: both exist for the viewer. A request of somebody who does not exist does not either."""
    both = members.c.id.in_([REQUESTS.sender_id, REQUESTS.recipient_id])
    return ~select(members.c.id).where(both, ~exists()).exists()


def is_gone(side: Side) -> ColumnElement[bool]:
    """SQL: this side sees nothing of the request, as `rules.connection_requests.state_of` has it."""
    gone = func.string_to_array(constant(",".join(sorted(VIEWS[side].gone))), constant(","))
    is_over = REQUESTS[VIEWS[side].state] == any_(gone)
    return or_(is_over, REQUESTS.undelivered) if side is Side.RECIPIENT else is_over


def _keys() -> Any:
    """The keys asked for, as a table; `key_columns` gives its parameters."""
    arrays = (
        bindparam("sender_ids", type_=ARRAY(Integer)),
        bindparam("recipient_ids", type_=ARRAY(Integer)),
        bindparam("ids", type_=ARRAY(BigInteger)),
    )
    return func.unnest(*arrays).table_valued("sender_id", "recipient_id", "id").render_derived("wanted")


REQUEST_KEYS = _keys()
BY_KEYS = Statement(
    select(*COLUMNS)
    .join_from(
        REQUEST_KEYS,
        connection_requests,
        tuple_(REQUESTS.sender_id, REQUESTS.recipient_id, REQUESTS.id)
        == tuple_(REQUEST_KEYS.c.sender_id, REQUEST_KEYS.c.recipient_id, REQUEST_KEYS.c.id),
    )
    .where(both_exist()),
    RequestRow,
)


def key_columns(keys: Sequence[RequestKey]) -> dict[str, object]:
    """The keys as the parameters of `REQUEST_KEYS`."""
    senders, recipients, ids = zip(*keys, strict=True) if keys else ((), (), ())
    return {"sender_ids": senders, "recipient_ids": recipients, "ids": ids}


def _latest() -> Statement[RequestRow]:
    """The last request from the member to each other one, and from each of them to the member."""
    member = bindparam("member_id", type_=Integer)
    others = func.unnest(bindparam("other_ids", type_=ARRAY(Integer)))
    other = others.table_valued("id").render_derived("others")
    last = [
        select(*COLUMNS)
        .where(REQUESTS.sender_id == sender, REQUESTS.recipient_id == recipient)
        .order_by(REQUESTS.id.desc())
        .limit(literal_column("1", Integer))
        .lateral(name)
        for name, sender, recipient in (("sent", member, other.c.id), ("received", other.c.id, member))
    ]
    sent, received = (select(*each.c).select_from(other.join(each, true())) for each in last)
    return Statement(sent.union_all(received), RequestRow)


LATEST = _latest()
OF_INTRODUCTIONS = Statement(
    select(*COLUMNS)
    .where(
        REQUESTS.sender_id == any_(bindparam("sender_ids", type_=ARRAY(Integer))),
        REQUESTS.introduction_id == any_(bindparam("introduction_ids", type_=ARRAY(BigInteger))),
        both_exist(),
    )
    .order_by(REQUESTS.id),
    RequestRow,
)
DECLINED = Statement(
    select(*COLUMNS).where(
        REQUESTS.sender_id == bindparam("sender_id", type_=Integer),
        REQUESTS.recipient_id == bindparam("recipient_id", type_=Integer),
        REQUESTS.state == constant("DECLINED"),
    ),
    RequestRow,
)
"""All that a recipient declined of a sender, what was never delivered included."""


def side_of(ctx: Context, key: RequestKey) -> Side | None:
    """Which side of the request the viewer is; None for anybody else."""
    sides = {key[0]: Side.SENDER, key[1]: Side.RECIPIENT}
    return sides.get(ctx.member_id) if ctx.viewer and key[1] < 2**31 else None


async def rows_by_keys(ctx: Context, keys: Sequence[RequestKey]) -> list[RequestRow | None]:
    """The rows with these keys, with both views: for decisions alone."""
    found = await ctx.rows(BY_KEYS, **key_columns(keys), **ctx.sight.parameters())
    rows = {row.key: row for row in found}
    return [rows.get(key) for key in keys]


async def load_many(ctx: Context, keys: Sequence[RequestKey]) -> list[SeenRequest | None]:
    """The requests as the viewer may know them; None where missing, gone or none of the viewer's."""
    wanted = [key for key in keys if side_of(ctx, key)]
    rows = await ctx.entities(rows_by_keys).load_many(wanted)
    found = dict(zip(wanted, rows, strict=True))
    return [as_seen(ctx, found.get(key)) for key in keys]


async def by_keys(ctx: Context, keys: Sequence[RequestKey]) -> list[SeenRequest | None]:
    """Like `load_many`, for a token that may read requests."""
    if ctx.viewer is None or not ctx.viewer.may(OAuthScope.REQUESTS_READ):
        return [None] * len(keys)
    return await load_many(ctx, keys)


def as_seen(ctx: Context, row: RequestRow | None) -> SeenRequest | None:
    """The row as the viewer may know it."""
    side = row and side_of(ctx, row.key)
    return seen(row, side, ctx.now, ctx.deployment.policy) if row and side else None


async def of_introductions(ctx: Context, keys: Sequence[tuple[int, int]]) -> list[SeenRequest | None]:
    """The last request that names each introduction and is there for the viewer, by requester and number."""
    if ctx.viewer is None or not ctx.viewer.may(OAuthScope.REQUESTS_READ):
        return [None] * len(keys)
    senders, numbers = zip(*keys, strict=True)
    values = {"sender_ids": senders, "introduction_ids": numbers, **ctx.sight.parameters()}
    found = await ctx.rows(OF_INTRODUCTIONS, **values)
    last = {(row.sender_id, row.introduction_id): each for row in found if (each := as_seen(ctx, row))}
    return [last.get(key) for key in keys]


async def latest(ctx: Context, other_ids: Sequence[int]) -> list[tuple[RequestRow | None, RequestRow | None]]:
    """The last request from the viewer to each of the others, and from each of them to the viewer."""
    found = await ctx.rows(LATEST, member_id=ctx.member_id, other_ids=other_ids)
    rows = {(row.sender_id, row.recipient_id): row for row in found}
    own = ctx.member_id
    return [(rows.get((own, other)), rows.get((other, own))) for other in other_ids]


async def declined(ctx: Context, sender_id: int, recipient_id: int) -> list[RequestRow]:
    """All that the recipient declined of the sender: for decisions alone."""
    return await ctx.rows(DECLINED, sender_id=sender_id, recipient_id=recipient_id)
