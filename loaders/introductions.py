"""The door to introductions: each as the viewer may know it, who must be one of the three."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import array

from auth.identity import OAuthScope
from auth.network import SEEN_BY, broker_ids, exists, known_since
from auth.visibility import shows_shared
from loaders.context import Context
from loaders.paths import first_ids
from models import connections, introductions, members
from models.database import Row, Statement, constant
from models.introductions import KeyRow
from rules.introductions import AWAITING, Path
from rules.seen_introductions import SeenIntroduction, seen
from rules.terms import IntroductionRole, IntroductionState

PublicKey: TypeAlias = tuple[int, int, int, int]
"""Requester, broker, target and number: what the public id says."""
IntroductionKey: TypeAlias = tuple[int, int]
"""Requester and number, by which there is one."""


class IntroductionRow(KeyRow):
    """An introduction with both views. It never leaves the server: see `rules.introductions`."""

    requester_state: IntroductionState
    purpose: str
    message_to_broker: str
    message_to_target: str
    endorsement: str | None
    requested_at: datetime
    expires_at: datetime
    forwarded_at: datetime | None

    @property
    def key(self) -> PublicKey:
        """The numbers of the public id."""
        return self.requester_id, self.broker_id, self.target_id, self.number


class BehindRow(IntroductionRow):
    """An introduction behind the connection between `low_id` and `high_id`."""

    low_id: int
    high_id: int


class PathRow(Row):
    """What leads to `other_id`, see `rules.introductions.Path`."""

    other_id: int
    is_visible: bool
    broker_id: int | None


INTRODUCTIONS = introductions.c
COLUMNS = [
    INTRODUCTIONS.id.label("number") if name == "number" else INTRODUCTIONS[name]
    for name in (*KeyRow.__annotations__, *IntroductionRow.__annotations__)
]
NOW = bindparam("now", type_=DateTime(timezone=True))
IS_UNCLOSED = or_(*(INTRODUCTIONS.requester_state == constant(state) for state in sorted(AWAITING)))
"""SQL: the requester sees the introduction open, or it ran out and nobody has written that down."""


def all_exist() -> ColumnElement[bool]:
    """SQL: all three exist for the viewer. With one who does not an introduction does not either."""
    three = members.c.id.in_([INTRODUCTIONS.requester_id, INTRODUCTIONS.broker_id, INTRODUCTIONS.target_id])
    return ~select(members.c.id).where(three, ~exists()).exists()


def _by_keys() -> Select[Any]:
    arrays = (bindparam("requester_ids", type_=ARRAY(Integer)), bindparam("ids", type_=ARRAY(BigInteger)))
    wanted = func.unnest(*arrays).table_valued("requester_id", "id").render_derived("wanted")
    has_key = tuple_(INTRODUCTIONS.requester_id, INTRODUCTIONS.id) == tuple_(*wanted.c)
    return select(*COLUMNS).join_from(wanted, introductions, has_key).where(all_exist())


def _behind() -> Select[Any]:
    """The introductions behind the connections of some pairs, asked for by either of the two."""
    arrays = (bindparam(name, type_=ARRAY(Integer)) for name in ("low_ids", "high_ids"))
    wanted = func.unnest(*arrays).table_valued("low_id", "high_id").render_derived("wanted")
    is_pair = tuple_(connections.c.member_id, connections.c.other_id) == tuple_(*wanted.c)
    made_it = and_(
        INTRODUCTIONS.id == connections.c.introduction_id, INTRODUCTIONS.requester_id.in_([*wanted.c])
    )
    return (
        select(*wanted.c, *COLUMNS)
        .join_from(wanted, connections, is_pair)
        .join(introductions, made_it)
        .where(all_exist())
    )


def _paths() -> Select[Any]:
    """Whether a broker leads from the viewer to each member, and the best whom the viewer has not asked.

    Only the broker `via_id` counts where one is named, else the first so many. Whom the viewer has known
    longest is asked first, as in the paths of `loaders.paths`.
    """
    via: ColumnElement[int] = bindparam("via_id", type_=Integer)
    named: ColumnElement[Any] = broker_ids().op("&")(array([via]))
    brokers = case((via.is_(None), first_ids(broker_ids())), else_=named)
    broker = func.unnest(brokers).table_valued("id").render_derived("broker")
    asked = select(INTRODUCTIONS.id).where(
        INTRODUCTIONS.requester_id == SEEN_BY,
        INTRODUCTIONS.broker_id == broker.c.id,
        INTRODUCTIONS.target_id == members.c.id,
        IS_UNCLOSED,
        INTRODUCTIONS.expires_at > NOW,
    )
    free = ~asked.correlate(members, broker).exists()
    best = select(broker.c.id).where(free).order_by(known_since(broker.c.id), broker.c.id)
    none: ColumnElement[int] = literal_column("0")
    wanted = members.c.id == any_(bindparam("other_ids", type_=ARRAY(Integer)))
    return select(
        members.c.id.label("other_id"),
        (func.coalesce(func.icount(brokers), none) > none).label("is_visible"),
        best.limit(literal_column("1", Integer)).correlate(members).scalar_subquery().label("broker_id"),
    ).where(wanted, shows_shared())


UNCLOSED = Statement(
    select(*COLUMNS).where(
        INTRODUCTIONS.requester_id == bindparam("requester_id", type_=Integer),
        INTRODUCTIONS.broker_id == bindparam("broker_id", type_=Integer),
        INTRODUCTIONS.target_id == bindparam("target_id", type_=Integer),
        IS_UNCLOSED,
    ),
    IntroductionRow,
)
BY_KEYS = Statement(_by_keys(), IntroductionRow)
BEHIND = Statement(_behind(), BehindRow)
PATHS = Statement(_paths(), PathRow)


def role_of(ctx: Context, key: PublicKey) -> IntroductionRole | None:
    """What the viewer is in the introduction; None for anybody else."""
    roles = dict(zip(key[:3], IntroductionRole, strict=True))
    return roles.get(ctx.member_id) if ctx.viewer else None


async def rows_by_keys(ctx: Context, keys: Sequence[IntroductionKey]) -> list[IntroductionRow | None]:
    """The rows with these keys, with both views: for decisions alone."""
    requesters, ids = zip(*keys, strict=True) if keys else ((), ())
    found = await ctx.rows(BY_KEYS, requester_ids=requesters, ids=ids, **ctx.sight.parameters())
    rows = {(row.requester_id, row.number): row for row in found}
    return [rows.get(key) for key in keys]


async def load_many(ctx: Context, keys: Sequence[IntroductionKey]) -> list[SeenIntroduction | None]:
    """The introductions as the viewer may know them; None where missing, unknown or none of the viewer's."""
    rows = await ctx.entities(rows_by_keys).load_many(keys)
    return [as_seen(ctx, row) for row in rows]


async def by_keys(ctx: Context, keys: Sequence[PublicKey]) -> list[SeenIntroduction | None]:
    """Those behind public ids, for a token that may read the network."""
    wanted = [(key[0], key[3]) if role_of(ctx, key) else (0, 0) for key in keys]
    found = await load_many(ctx, wanted) if may_read(ctx) else [None] * len(keys)
    return [each if each and _key(each) == key else None for each, key in zip(found, keys, strict=True)]


async def of_requests(ctx: Context, keys: Sequence[tuple[int, int | None]]) -> list[SeenIntroduction | None]:
    """The introductions that requests name, by their senders and the numbers."""
    named = [(sender_id, number) for sender_id, number in keys if number]
    if not (named and may_read(ctx)):
        return [None] * len(keys)
    found = iter(await load_many(ctx, named))
    return [next(found) if number else None for _, number in keys]


async def of_connections(ctx: Context, pairs: Sequence[tuple[int, int]]) -> list[SeenIntroduction | None]:
    """The introduction behind the connection of each pair, as far as the viewer is one of the two."""
    own = [pair for pair in pairs if ctx.viewer and ctx.member_id in pair]
    if not (own and may_read(ctx)):
        return [None] * len(pairs)
    low_ids, high_ids = zip(*own, strict=True)
    found = await ctx.rows(BEHIND, low_ids=low_ids, high_ids=high_ids, **ctx.sight.parameters())
    rows = {(row.low_id, row.high_id): row for row in found}
    return [as_seen(ctx, rows.get(pair)) for pair in pairs]


async def unclosed(ctx: Context, broker_id: int, target_id: int) -> list[IntroductionRow]:
    """What the viewer asked this broker for about this target and is not closed: for decisions."""
    return await ctx.rows(UNCLOSED, requester_id=ctx.member_id, broker_id=broker_id, target_id=target_id)


async def paths(ctx: Context, other_ids: Sequence[int]) -> list[Path]:
    """What leads from the viewer to each of the others: for decisions."""
    return await _paths_via(ctx, other_ids, None)


async def path_via(ctx: Context, other_id: int, broker_id: int) -> Path:
    """Whether this broker leads from the viewer to the other: for decisions."""
    [path] = await _paths_via(ctx, [other_id], broker_id)
    return path


def as_seen(ctx: Context, row: IntroductionRow | None) -> SeenIntroduction | None:
    """The row as the viewer may know it."""
    role = row and role_of(ctx, row.key)
    return seen(row, role, ctx.now) if row and role else None


def may_read(ctx: Context) -> bool:
    """Whether somebody is signed in whose token may read introductions."""
    return ctx.viewer is not None and ctx.viewer.may(OAuthScope.NETWORK_READ)


async def _paths_via(ctx: Context, other_ids: Sequence[int], broker_id: int | None) -> list[Path]:
    values = {"other_ids": other_ids, "via_id": broker_id, "now": ctx.now, **ctx.sight.parameters()}
    found = {row.other_id: Path(row.is_visible, row.broker_id) for row in await ctx.rows(PATHS, **values)}
    return [found.get(other_id, Path(is_visible=False, broker_id=None)) for other_id in other_ids]


def _key(each: SeenIntroduction) -> PublicKey:
    return each.requester_id, each.broker_id, each.target_id, each.number
