"""The door to connections: pages over a member's network, newest first, ties by member."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    select,
    true,
)

from auth.network import SEEN_BY
from auth.visibility import VIEW, VIEW_OF_CONNECTIONS, is_between, is_listed
from executor.errors import CodedError
from executor.selection import Selection
from loaders import members as member_loader
from loaders.context import Context
from loaders.members import MemberRow
from loaders.paging import NODES, Key, Page
from loaders.timelines import INSTANTS, PositionedRow, Timeline, key_of
from models import connections
from models.database import Row, Statement, fenced
from rules.paging import PageArgs


class ConnectionRow(Row):
    """The link between two members, seen from `member_id`; only the two know since when."""

    member_id: int
    other_id: int
    connected_at: datetime | None


class ListedRow(ConnectionRow, PositionedRow):
    """A link in the list of `member_id`."""


class NetworkRow(MemberRow, ListedRow):
    """A link in the list of `member_id` and the member at its other end, whose columns are null if invisible.

    It is the row of both, and the link is told only where the member is.
    """

    @property
    def key(self) -> Key:
        """The position in the list."""
        return key_of(self)

    @property
    def node(self) -> "NetworkRow | None":
        """The member, as far as visible."""
        return None if self.id is None else self


COLUMNS = (
    connections.c.member_id,
    connections.c.other_id,
    case((is_between(), connections.c.connected_at)).label("connected_at"),
)
PLACE = (connections.c.member_id.label("owner_id"), connections.c.other_id.label("tie"))
LISTED = select(*COLUMNS, *PLACE, connections.c.connected_at.label("at")).where(is_listed())
LINK_COLUMNS = frozenset({"owner_id", "other_id", "member_id", "connected_at", "at", "tie"})
LIST = ("shows_connections", "only_shared")
"""The columns of a member that say which of their connections the viewer may see."""


class Owner(Protocol):
    """What pages of connections need to know of a member."""

    @property
    def id(self) -> int:
        """Whose list it is."""

    @property
    def shows_connections(self) -> bool:
        """Whether the viewer may see it."""

    @property
    def only_shared(self) -> bool:
        """Whether it has only what the viewer shares."""

    @property
    def network_size(self) -> int | None:
        """How long it is, where that is asked for."""


@dataclass(frozen=True, slots=True)
class Own:
    """The viewer, who sees all of their own list; how long it is nobody asks."""

    id: int
    shows_connections: bool
    only_shared: bool = False
    network_size: None = None


@lru_cache(member_loader.STATEMENTS_KEPT)
def _network(
    name: str, listed: Select[Any], links: frozenset[str], names: frozenset[str], *, is_own: bool
) -> Timeline[NetworkRow]:
    """Lists of links, or of the viewer's own, with these columns of them and of who is at the other ends."""
    along = member_loader.joined_by("other_id", names, VIEW_OF_CONNECTIONS if is_own else VIEW)
    return Timeline(name, listed, NetworkRow, along=along, columns=links, shared=listed is LISTED)


def links_of(member_id: ColumnElement[int]) -> tuple[Any, Any]:
    """SQL: the connections of a member with the parameter `other_ids`, and what they are selected from."""
    others = func.unnest(bindparam("other_ids", type_=ARRAY(Integer)))
    wanted = others.table_valued("id").render_derived("wanted")
    is_link = and_(connections.c.member_id == member_id, connections.c.other_id == wanted.c.id)
    link = fenced(select(connections).where(is_link)).lateral("link")
    return link, wanted.join(link, true())


def _between() -> Select[Any]:
    link, source = links_of(SEEN_BY)
    return select(*(link.c[name] for name in ConnectionRow.__annotations__)).select_from(source)


BETWEEN = Statement(_between(), ConnectionRow, differing=("seen_by", "other_ids"))
LISTED_IDS = Statement(
    select(connections.c.other_id).where(
        connections.c.member_id == bindparam("owner_id", type_=Integer), is_listed()
    ),
    ConnectionRow,
)


def list_columns(selection: Selection) -> Sequence[str]:
    """The columns of a member that a page of the list of connections takes."""
    return (*LIST, "network_size") if selection.has("totalCount") else LIST


def link_columns(selection: Selection) -> frozenset[str]:
    """The columns of the links that are wanted: reading an instant costs as much as all of a short row."""
    return selection.once(_link_columns)


def _link_columns(selection: Selection) -> frozenset[str]:
    wanted = {"owner_id", "other_id"}
    if selection.has("edges", "connection"):
        wanted |= {"member_id", "connected_at"}
    if selection.has("edges", "cursor") or selection.has("pageInfo"):
        wanted |= {"at", "tie"}
    return frozenset(wanted)


def own_columns(selection: Selection) -> Sequence[str]:
    """The columns of the viewer that a page of their own connections takes: none but for its length."""
    return list_columns(selection) if selection.has("totalCount") else ()


async def own(ctx: Context, selection: Selection) -> Owner:
    """The viewer as the owner of a page. Raises CodedError UNAUTHENTICATED as `loaders.members.own` does."""
    if columns := own_columns(selection):
        return await member_loader.own(ctx, columns)
    return Own(ctx.member_id, shows_connections=ctx.sight.network_viewer_id is not None)


def is_own_list(ctx: Context, owner_ids: Iterable[int]) -> bool:
    """Whether the viewer is the only owner: everybody on the list is connected to them."""
    return [*owner_ids] == [ctx.sight.network_viewer_id]


async def pages(
    ctx: Context, owners: Sequence[Owner], args: PageArgs, selection: Selection
) -> list[Page[NetworkRow] | CodedError | None]:
    """One page of each owner's network; None where the list is hidden, an error for another list's cursor.

    Rows of members have the `list_columns`. Raises CodedError BAD_USER_INPUT for a page size that no
    list accepts.
    """
    counts = selection.has("totalCount")
    sizes = {owner.id: owner.network_size if counts else None for owner in owners if owner.shows_connections}
    only_shared = [owner.id for owner in owners if owner.only_shared]
    found = await network(
        ctx,
        "connections",
        LISTED,
        sizes,
        args,
        selection,
        is_own=is_own_list(ctx, sizes),
        only_shared=only_shared,
    )
    return [found.get(owner.id) for owner in owners]


async def network(
    ctx: Context,
    name: str,
    listed: Select[Any],
    sizes: Mapping[int, int | None],
    args: PageArgs,
    selection: Selection,
    *,
    is_own: bool,
    **values: object,
) -> dict[int, Page[NetworkRow] | CodedError]:
    """One page for each owner in `sizes` of a list of links, which has the columns of `LISTED`.

    `is_own` says that all links are the viewer's, so that less is asked of who is at the other ends.

    Raises CodedError BAD_USER_INPUT for a page size that no list accepts.
    """
    # Whether the other one is visible says whether there is a link at all.
    names = member_loader.columns_at(ctx, selection, *NODES) or member_loader.ALWAYS

    async def show(rows: Sequence[NetworkRow]) -> Sequence[NetworkRow]:
        member_loader.know(ctx, names, rows)
        return rows

    cap = ctx.deployment.policy.connection_count_display_cap
    timeline = _network(name, listed, link_columns(selection), names, is_own=is_own)
    return await timeline.pages(
        Page, ctx, sizes, args, show, count_cap=cap, **values, **ctx.sight.parameters()
    )


async def batch(
    ctx: Context, names: frozenset[str], after_at: datetime, after_tie: int, size: int
) -> list[NetworkRow]:
    """Up to so many of the viewer's own links, newest first, behind one that is given by instant and member.

    Of the members at the other ends these columns are read, all of them null where one is not visible.
    """
    bounds = INSTANTS.whole._replace(after_at=after_at, after_tie=after_tie)
    values = {"only_shared": [], **ctx.sight.parameters()}
    timeline = _network("connections", LISTED, LINK_COLUMNS, names, is_own=True)
    return await timeline.rows(ctx, [ctx.member_id], bounds, size, values)


async def between(ctx: Context, pairs: Sequence[tuple[int, int]]) -> list[ConnectionRow | None]:
    """The links of these pairs, in their order, as far as the viewer is one of the two."""
    viewer_id = ctx.sight.network_viewer_id
    if viewer_id is None:
        return [None] * len(pairs)
    others = [_other(pair, viewer_id) for pair in pairs]
    wanted = [other for other in others if other]
    found = await ctx.rows(BETWEEN, other_ids=wanted, **ctx.sight.parameters())
    rows = {row.other_id: row for row in found}
    visible = await member_loader.load_many(ctx, list(rows))
    hidden = {other_id for other_id, member in zip(rows, visible, strict=True) if member is None}
    return [None if other in hidden else rows.get(other) for other in others]


def _other(pair: tuple[int, int], viewer_id: int) -> int:
    low, high = pair
    return {low: high, high: low}.get(viewer_id, 0) if low < high < 2**31 else 0


async def listed_ids(ctx: Context, member_id: int) -> list[int]:
    """The ids of the members in the list of connections of a member, as far as the viewer may see it."""
    owner = await member_loader.load(ctx, member_id, LIST)
    if owner is None or not owner.shows_connections:
        return []
    values = {"owner_id": owner.id, "only_shared": [owner.id] if owner.only_shared else []}
    return [row.other_id for row in await ctx.rows(LISTED_IDS, **values, **ctx.sight.parameters())]
