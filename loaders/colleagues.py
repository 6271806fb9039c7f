"""The door to who works or worked at a company: the viewer's connections, and whom these know.

A position is at the company that it names by id or else by name, whatever its case and accents. It tells of
its member only where the viewer may see the experience.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    and_,
    any_,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.sql.expression import FromClause

from auth.network import BROKER_IDS, SEEN_BY, exists, is_first
from auth.visibility import VIEW, VIEW_OF_CONNECTIONS, sees
from executor.errors import CodedError
from executor.selection import Selection
from loaders import connections as connection_loader
from loaders import members as member_loader
from loaders.companies import CompanyRow
from loaders.connections import NetworkRow
from loaders.context import Context
from loaders.listings import Listing
from loaders.paging import Page
from loaders.timelines import Item, PositionedRow
from models import adjacency, companies, connections, members, positions
from rules.audiences import ProfileSection
from rules.paging import PageArgs

SecondPage = Page[Item[PositionedRow]] | CodedError | None
BROKERS: Final = 500
"""Most connections of the viewer whose connections are looked through."""


def _works_at(is_current: bool | None) -> ColumnElement[bool]:
    """SQL: the row of `members` openly works at the row of `companies` (or used to, or either)."""
    is_named = and_(
        positions.c.company_id.is_(None), positions.c.company_key == func.search_key(companies.c.name)
    )
    there = and_(
        positions.c.member_id == members.c.id, or_(positions.c.company_id == companies.c.id, is_named)
    )
    held = select(positions.c.id).where(there).correlate(members, companies)
    now = held.where(positions.c.ended_on.is_(None)).exists()
    period = {True: now, False: and_(held.exists(), ~now), None: held.exists()}
    return and_(period[is_current], exists(), sees(ProfileSection.EXPERIENCE))


def _seen(source: FromClause, member_id: ColumnElement[int], view: FromClause) -> FromClause:
    return source.join(members, members.c.id == member_id).join(view, true())


def _connections(is_current: bool | None) -> Select[Any]:
    """The viewer's connections in the columns of `connection_loader.LISTED`."""
    return (
        select(
            *(connections.c[name] for name in ("member_id", "other_id", "connected_at")),
            companies.c.id.label("owner_id"),
            connections.c.connected_at.label("at"),
            connections.c.other_id.label("tie"),
        )
        .select_from(_seen(companies.join(connections, true()), connections.c.other_id, VIEW_OF_CONNECTIONS))
        .where(connections.c.member_id == SEEN_BY, _works_at(is_current))
    )


def _second_degree() -> Select[Any]:
    """Whom connections of the viewer know, through whom others may be found."""
    some = func.subarray(BROKER_IDS, literal_column("1"), literal_column(str(BROKERS)), type_=ARRAY(Integer))
    known = select(func.unnest(adjacency.c.ids).label("id")).where(adjacency.c.member_id == any_(some))
    reached = known.distinct().cte("reached").prefix_with("MATERIALIZED")
    return (
        select(companies.c.id.label("owner_id"), members.c.joined_at.label("at"), members.c.id.label("tie"))
        .select_from(_seen(companies.join(reached, true()), reached.c.id, VIEW))
        .where(members.c.id != SEEN_BY, ~is_first(), _works_at(None))
    )


CONNECTIONS: Mapping[bool | None, Select[Any]] = {
    is_current: _connections(is_current) for is_current in (True, False, None)
}
SIZES = {
    is_current: Listing("connections at", rows, PositionedRow) for is_current, rows in CONNECTIONS.items()
}
SECOND_DEGREE = Listing("second degree at", _second_degree(), PositionedRow)


async def connections_at(
    ctx: Context,
    companies: Sequence[CompanyRow],
    args: PageArgs,
    selection: Selection,
    *,
    is_current: bool | None,
) -> list[Page[NetworkRow] | CodedError | None]:
    """One page of the viewer's connections who work at each company now (True), used to (False), or either.

    None where nobody is signed in or the token may not read the network. Raises CodedError BAD_USER_INPUT for
    a page size that no list accepts.
    """
    if ctx.sight.network_viewer_id is None:
        return [None] * len(companies)
    ids = [company.id for company in companies]
    counts = selection.has("totalCount")
    sizes = (
        await SIZES[is_current].totals(ctx, ids, **ctx.sight.parameters()) if counts else dict.fromkeys(ids)
    )
    name, listed = f"connections at, {is_current}", CONNECTIONS[is_current]
    found = await connection_loader.network(ctx, name, listed, sizes, args, selection, is_own=True)
    return [found.get(company_id) for company_id in ids]


async def second_degree_at(ctx: Context, companies: Sequence[CompanyRow], args: PageArgs) -> list[SecondPage]:
    """One page of the members who work or worked at each company and whom a connection of the viewer knows.

    The latest to join come first. None and errors as for `connections_at`.
    """
    if ctx.sight.network_viewer_id is None:
        return [None] * len(companies)
    ids, sight = [company.id for company in companies], ctx.sight.parameters()

    async def show(rows: Sequence[PositionedRow]) -> list[Item[PositionedRow]]:
        found = await member_loader.load_many(ctx, [row.tie for row in rows])
        return [Item(row, member) for row, member in zip(rows, found, strict=True)]

    sizes = await SECOND_DEGREE.totals(ctx, ids, **sight)
    pages = await SECOND_DEGREE.timeline.pages(Page, ctx, sizes, args, show, **sight)
    return [pages.get(company_id) for company_id in ids]
