"""The door to connections: pages over a member's network, newest first, ties by member."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ARRAY, Integer, and_, any_, bindparam, func, or_, select, true
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.sql import Select

from auth.visibility import sees_connections
from executor.errors import CodedError
from loaders import members as member_loader
from loaders.context import Context
from loaders.members import MemberRow
from loaders.paging import Key, KeysetList, Page, check, invalid_cursor, page
from models import connections
from models.database import Row, Statement
from rules.paging import PageArgs

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST: tuple[datetime, int] = (datetime.max.replace(tzinfo=UTC), 0)
LAST: tuple[datetime, int] = (datetime.min.replace(tzinfo=UTC), 2**31 - 1)
"""Positions before and behind every link; PostgreSQL reads the two instants as infinity."""


class ConnectionRow(Row):
    """The link between two members, seen from `member_id`."""

    member_id: int
    other_id: int
    connected_at: datetime


@dataclass(frozen=True, slots=True)
class NetworkItem:
    """A member of somebody's network and the link to them; both null where the member is invisible."""

    row: ConnectionRow
    node: MemberRow | None

    @property
    def connection(self) -> ConnectionRow | None:
        """The link, as far as its other end is visible."""
        return self.row if self.node else None

    @property
    def key(self) -> Key:
        """Microseconds since 1970 and the member."""
        return ((self.row.connected_at - EPOCH) // timedelta(microseconds=1), self.row.other_id)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The two positions between which a page lies, neither of them on it."""

    after_at: datetime
    after_id: int
    before_at: datetime
    before_id: int

    @classmethod
    def of(cls, after: Key | None, before: Key | None) -> "Bounds":
        """The bounds of two cursors' keys; an absent one is the end of the list."""
        return cls(*(_position(after) if after else FIRST), *(_position(before) if before else LAST))


def _position(key: Key) -> tuple[datetime, int]:
    try:
        microseconds, other_id = key
        return EPOCH + timedelta(microseconds=microseconds), int(other_id)
    except (OverflowError, TypeError, ValueError):
        raise invalid_cursor() from None


def _pages(*, backward: bool) -> Select[tuple[int, int, datetime]]:
    """Top n for each member between two positions, one more than the page to see whether the list goes on."""
    instant = TIMESTAMP(timezone=True)
    after_at, before_at = bindparam("after_at", type_=instant), bindparam("before_at", type_=instant)
    at, other = connections.c.connected_at, connections.c.other_id
    behind = or_(at < after_at, other > bindparam("after_id", type_=Integer))
    ahead = or_(at > before_at, other < bindparam("before_id", type_=Integer))
    owner_ids = func.unnest(bindparam("member_ids", type_=ARRAY(Integer)))
    owners = owner_ids.table_valued("id").render_derived("owners")
    order = (at.asc(), other.desc()) if backward else (at.desc(), other.asc())
    links = (
        select(other, at)
        .where(connections.c.member_id == owners.c.id, at <= after_at, behind, at >= before_at, ahead)
        .order_by(*order)
        .limit(bindparam("size", type_=Integer))
        .lateral("links")
    )
    return select(owners.c.id.label("member_id"), links.c.other_id, links.c.connected_at).join_from(
        owners, links, true()
    )


FORWARD = Statement(_pages(backward=False), ConnectionRow)
BACKWARD = Statement(_pages(backward=True), ConnectionRow)
BETWEEN = Statement(
    select(connections.c.member_id, connections.c.other_id, connections.c.connected_at).where(
        and_(
            connections.c.member_id == bindparam("member_id", type_=Integer),
            connections.c.other_id == any_(bindparam("other_ids", type_=ARRAY(Integer))),
        )
    ),
    ConnectionRow,
)


async def pages(
    ctx: Context, owners: Sequence[MemberRow], args: PageArgs
) -> list[Page[NetworkItem] | CodedError | None]:
    """One page of each owner's network; None where the list is hidden, an error for another list's cursor.

    Raises CodedError BAD_USER_INPUT for a page size that no list accepts.
    """
    check(args)
    visible = [owner for owner in owners if _lies_open(ctx, owner)]
    if not visible:
        return [None] * len(owners)
    bounds = {owner.id: _bounds(ctx, owner, args) for owner in visible}
    items = await _items(ctx, bounds, args)
    return [_page(ctx, owner, bounds.get(owner.id), items, args) for owner in owners]


async def between(ctx: Context, pairs: Sequence[tuple[int, int]]) -> list[ConnectionRow | None]:
    """The links of these pairs, in their order, as far as the viewer is one of the two."""
    viewer_id = ctx.sight.network_viewer_id
    if viewer_id is None:
        return [None] * len(pairs)
    others = [_other(pair, viewer_id) for pair in pairs]
    found = await ctx.rows(BETWEEN, member_id=viewer_id, other_ids=[other for other in others if other])
    rows = {row.other_id: row for row in found}
    visible = await member_loader.load_many(ctx, list(rows))
    hidden = {other_id for other_id, member in zip(rows, visible, strict=True) if member is None}
    return [None if other in hidden else rows.get(other) for other in others]


def _other(pair: tuple[int, int], viewer_id: int) -> int:
    low, high = pair
    return {low: high, high: low}.get(viewer_id, 0) if low < high < 2**31 else 0


def _lies_open(ctx: Context, owner: MemberRow) -> bool:
    return sees_connections(owner.connections_visibility, ctx.sight.network_standing(owner.id))


def _keyset(ctx: Context, owner_id: int) -> KeysetList:
    return KeysetList(ctx.deployment.cursor_key, f"connections:{owner_id}")


def _bounds(ctx: Context, owner: MemberRow, args: PageArgs) -> Bounds | CodedError:
    keyset = _keyset(ctx, owner.id)
    try:
        return Bounds.of(
            keyset.key(args.after) if args.after is not None else None,
            keyset.key(args.before) if args.before is not None else None,
        )
    except CodedError as error:
        return error


async def _items(
    ctx: Context, bounds: Mapping[int, Bounds | CodedError], args: PageArgs
) -> dict[int, list[NetworkItem]]:
    """The items of each list. A cursor fits one list alone, so all lists that it fits share its bounds."""
    ids = [owner_id for owner_id, bound in bounds.items() if isinstance(bound, Bounds)]
    shared = next((bound for bound in bounds.values() if isinstance(bound, Bounds)), None)
    if shared is None:
        return {}
    statement = BACKWARD if args.backward else FORWARD
    rows = await ctx.rows(statement, member_ids=ids, size=args.size + 1, **asdict(shared))
    nodes = await member_loader.load_many(ctx, [row.other_id for row in rows])
    items: dict[int, list[NetworkItem]] = defaultdict(list)
    for row, node in zip(rows, nodes, strict=True):
        items[row.member_id].append(NetworkItem(row, node))
    return items


def _page(
    ctx: Context,
    owner: MemberRow,
    bound: Bounds | CodedError | None,
    items: Mapping[int, list[NetworkItem]],
    args: PageArgs,
) -> Page[NetworkItem] | CodedError | None:
    if not isinstance(bound, Bounds):
        return bound
    return page(_keyset(ctx, owner.id), items.get(owner.id, []), args, owner.network_size)
