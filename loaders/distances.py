"""The door to what links the viewer to others: chains, and who is known to both, a hundred at a time.

Everything here goes over the arrays of neighbours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import array

from auth.visibility import (
    BROKER_IDS,
    FAR,
    broker_ids,
    exists,
    is_first,
    is_second,
    known_since,
    leads_on,
    shows_shared,
)
from executor.errors import CodedError
from executor.selection import Selection
from loaders import members as member_loader
from loaders.context import Context
from loaders.members import MemberRow
from loaders.paging import NODES, Key, KeysetList, Page, check, invalid_cursor, page
from loaders.timelines import OWNER_ID
from models import members
from models.database import Row, Statement, fenced
from rules.distances import MOST_PATHS
from rules.paging import PageArgs

MOST_BROKERS: Final = 64
"""Among how many of the viewer's connections the best to ask are looked for."""

MOST_NEAR: Final = 16
"""How many of the other's connections to whom two steps lead are looked at: each has many ways."""


class ChainRow(Row):
    """Who stands between the viewer and a member who tells, nearest to the viewer first.

    Nobody to a connection of the viewer's; None where no chain leads.
    """

    other_id: int
    via: list[int] | None


class SharedRow(MemberRow):
    """Somebody to whom both the viewer and the owner are connected, whose columns are null if invisible.

    One row without anybody, `shared_id` None, for an owner who tells but has nobody on the page. `total` is
    there where it is wanted.
    """

    owner_id: int
    shared_id: int | None
    total: int

    @property
    def key(self) -> Key:
        """The position: such lists are in the order of ids, in which members joined."""
        return (self.shared_id,)

    @property
    def node(self) -> "SharedRow | None":
        """The member, as far as visible."""
        return None if self.id is None else self


@dataclass(frozen=True, slots=True)
class NetworkPath:
    """A chain of members, each connected to the next: the viewer first, the other one last."""

    members: Sequence[MemberRow]

    @property
    def length(self) -> int:
        """How many connections it takes."""
        return len(self.members) - 1

    @property
    def broker(self) -> MemberRow:
        """The viewer's own connection, whom to ask."""
        return self.members[1]


SharedPage = Page[SharedRow] | CodedError | None
OTHERS = and_(members.c.id == any_(bindparam("other_ids", type_=ARRAY(Integer))), exists())


def first_ids(ids: ColumnElement[Any]) -> ColumnElement[Sequence[int]]:
    """SQL: the first of an array of brokers, as many as are looked at."""
    return func.subarray(ids, literal_column("1"), literal_column(str(MOST_BROKERS)), type_=ARRAY(Integer))


def _one_step() -> Select[Any]:
    nobody: ColumnElement[Any] = literal_column("'{}'::int[]")
    since: ColumnElement[Any] = literal_column("'-infinity'::timestamptz")
    return select(nobody.label("via"), since.label("known_since")).where(is_first())


def _two_steps() -> Select[Any]:
    broker = func.unnest(first_ids(broker_ids())).table_valued("id").render_derived("broker")
    via: ColumnElement[Any] = array([broker.c.id])
    chain = select(via.label("via"), known_since(broker.c.id).label("known_since"))
    return chain.where(~is_first()).correlate(members)


def _three_steps() -> Select[Any]:
    """One chain for each of the viewer's connections."""
    shared = first_ids(FAR.c.ids.op("&")(BROKER_IDS)).label("ids")
    leading = select(FAR.c.member_id, shared).where(leads_on(), ~is_first(), ~is_second()).correlate(members)
    last = leading.limit(literal_column(str(MOST_NEAR))).subquery("last")
    each = func.unnest(last.c.ids).table_valued("id").render_derived("each")
    near = func.min(last.c.member_id).label("near_id")
    brokers = select(each.c.id, near).select_from(last.join(each, true())).group_by(each.c.id)
    broker = brokers.order_by(each.c.id).limit(literal_column(str(MOST_BROKERS))).subquery("broker")
    via: ColumnElement[Any] = array([broker.c.id, broker.c.near_id])
    return select(via.label("via"), known_since(broker.c.id).label("known_since")).correlate(members)


def _chains() -> Select[Any]:
    """Whom the viewer has known longest is asked first: that is told by nothing that others may hide."""
    found: CompoundSelect[Any] = union_all(_one_step(), _two_steps(), _three_steps())
    best = found.order_by("known_since", "via").limit(literal_column(str(MOST_PATHS))).lateral("best")
    return (
        select(members.c.id.label("other_id"), best.c.via)
        .select_from(members.outerjoin(best, true()))
        .where(OTHERS, shows_shared())
        .order_by(members.c.id, best.c.known_since, best.c.via)
    )


CHAINS = Statement(_chains(), ChainRow)


TOLD = fenced(select(broker_ids().label("ids")).correlate(members)).lateral("told")
"""Whom the viewer shares with the row of `members`, computed once for it."""
SHARED = func.unnest(TOLD.c.ids).table_valued("id").render_derived("shared")


def _shared(*, backward: bool) -> Select[Any]:
    """The first of each owner's list between two positions, or the last."""
    id = SHARED.c.id
    between = and_(id > bindparam("after", type_=Integer), id < bindparam("before", type_=Integer))
    size: ColumnElement[int] = bindparam("size", type_=Integer)
    return select(id).where(between).order_by(id.desc() if backward else id).correlate(TOLD).limit(size)


@lru_cache(member_loader.STATEMENTS_KEPT)
def _page(names: frozenset[str], *, backward: bool, counts: bool) -> Statement[SharedRow]:
    """The page of each owner who tells, with these columns of who is on it."""
    found = _shared(backward=backward).lateral("found")
    total = [func.coalesce(func.icount(TOLD.c.ids), literal_column("0")).label("total")] if counts else []
    listed = select(members.c.id.label("owner_id"), found.c.id.label("shared_id"), *total)
    owners = members.join(TOLD, true()).outerjoin(found, true())
    top = listed.select_from(owners).where(OTHERS, shows_shared()).subquery("top")
    others, joined = member_loader.joined_by("shared_id", names)(top)
    rows = select(*top.c, *others).select_from(top.outerjoin(joined, true()))
    place = top.c.shared_id.desc() if backward else top.c.shared_id
    return Statement(rows.order_by(top.c.owner_id, place), SharedRow)


Bounds = tuple[int, int]
WHOLE: Final = (0, 2**31 - 1)


async def chains(ctx: Context, other_ids: Sequence[int]) -> list[list[list[int]] | None]:
    """The ids of who stands between the viewer and each other member; None where that one does not tell.

    At most three of the shortest chains, each through another connection of the viewer's, the one known
    longest first, as far as `MOST_BROKERS` and `MOST_NEAR` of them are looked at. To a connection of the
    viewer's there is one, with nobody between.
    """
    found: dict[int, list[list[int]]] = {}
    for row in await ctx.rows(CHAINS, other_ids=other_ids, **ctx.sight.parameters()):
        found.setdefault(row.other_id, []).extend([] if row.via is None else [row.via])
    return [found.get(other_id) for other_id in other_ids]


async def paths(ctx: Context, other_ids: Sequence[int], most: int) -> list[list[NetworkPath] | None]:
    """Up to so many shortest paths to each member, best first; None where the member does not tell."""
    between = await ctx.entities(chains).load_many(other_ids)
    ids = [
        [[ctx.member_id, *via, other_id] for via in (vias or ())[:most]]
        for other_id, vias in zip(other_ids, between, strict=True)
    ]
    everybody = dict.fromkeys(id for paths in ids for path in paths for id in path)
    found = await member_loader.load_many(ctx, list(everybody))
    members = dict(zip(everybody, found, strict=True))
    return [
        None if vias is None else [path for each in paths if (path := _path(each, members))]
        for vias, paths in zip(between, ids, strict=True)
    ]


def _path(ids: Sequence[int], members: Mapping[int, MemberRow | None]) -> NetworkPath | None:
    """The path, unless somebody on it went away meanwhile."""
    found = [member for id in ids if (member := members[id])]
    return NetworkPath(found) if len(found) == len(ids) else None


async def pages(
    ctx: Context, owner_ids: Sequence[int], args: PageArgs, selection: Selection
) -> list[SharedPage]:
    """One page of the connections that the viewer shares with each, in the order in which these joined.

    None where the owner does not tell or is the viewer, an error for another list's cursor. Raises CodedError
    BAD_USER_INPUT for a page size that no list accepts.
    """
    check(args)
    if ctx.sight.network_viewer_id is None:
        return [None] * len(owner_ids)
    bounds = {owner_id: _bounds(_keyset(ctx, owner_id), args) for owner_id in owner_ids}
    # A cursor fits one list alone, so those it fits share their bounds.
    shared = next((bound for bound in bounds.values() if not isinstance(bound, CodedError)), WHOLE)
    found: dict[int, SharedPage] = {}
    for owner_id, listed in groupby(await _rows(ctx, owner_ids, shared, args, selection), OWNER_ID):
        bound, (first, *more) = bounds[owner_id], listed
        items = [] if first.shared_id is None else [first, *more]
        total = first.total if selection.has("totalCount") else None
        if isinstance(bound, CodedError):
            found[owner_id] = bound
        else:
            found[owner_id] = page(_keyset(ctx, owner_id), items, args, total)
    return [found.get(owner_id) for owner_id in owner_ids]


async def _rows(
    ctx: Context, owner_ids: Sequence[int], bounds: Bounds, args: PageArgs, selection: Selection
) -> list[SharedRow]:
    """The rows of all pages, owner by owner."""
    names = member_loader.columns_at(ctx, selection, *NODES) or member_loader.ALWAYS
    rows = await ctx.rows(
        _page(names, backward=args.backward, counts=selection.has("totalCount")),
        other_ids=owner_ids,
        after=bounds[0],
        before=bounds[1],
        size=args.size + 1,
        count_cap=ctx.deployment.policy.connection_count_display_cap,
        **ctx.sight.parameters(),
    )
    member_loader.know(ctx, names, rows)
    return rows


def _keyset(ctx: Context, owner_id: int) -> KeysetList:
    return KeysetList(ctx.deployment.cursor_cipher, "mutual connections", owner_id)


def _bounds(of: KeysetList, args: PageArgs) -> Bounds | CodedError:
    after, before = WHOLE
    try:
        return (
            after if args.after is None else _id(of.key(args.after)),
            before if args.before is None else _id(of.key(args.before)),
        )
    except CodedError as error:
        return error


def _id(key: Key) -> int:
    match key:
        case (int(id),):
            return id
    raise invalid_cursor()
