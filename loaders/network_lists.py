"""Lists of connections that are filtered or in another order than newest first.

What a viewer may not see of a member is null in every condition on it, so that it never matches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Text,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
)

from auth.visibility import VIEW, VIEW_OF_CONNECTIONS, is_listed, sees
from executor.errors import CodedError
from executor.selection import Selection
from loaders import members as member_loader
from loaders.connections import COLUMNS, PLACE, NetworkRow, Owner, is_own_list, link_columns
from loaders.context import Context
from loaders.listings import Listing
from loaders.own_connections import is_accepted
from loaders.paging import NODES, Key, Page
from loaders.timelines import INSTANTS, NAMES
from models import companies, connection_requests, connections, members, positions, taggings
from models.database import constant
from rules.audiences import ProfileSection
from rules.network_lists import is_private
from rules.paging import PageArgs
from rules.terms import NetworkOrder


class AlphabeticalRow(NetworkRow):
    """A link in a list by name, which stands in `at`."""

    @property
    def key(self) -> Key:
        """The name in lower case, and the id that breaks ties."""
        return (str(self.at), self.tie)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is kept of a list, by the names in `CONDITIONS`, and its order.

    `cursor_key` is what tells the list's cursors from those of others.
    """

    values: Mapping[str, object]
    order: NetworkOrder
    cursor_key: str = ""

    @property
    def name(self) -> str:
        """What the list is called by its cursors."""
        kept = self.cursor_key or orjson.dumps(self.values, option=orjson.OPT_SORT_KEYS).decode()
        return f"connections {self.order} {kept}"


SEEN = member_loader.COLUMNS
ZERO: Final[ColumnElement[int]] = literal_column("0")
SPACE = constant(" ")
FULL_NAME = func.concat_ws(SPACE, members.c.given_name, members.c.family_name)
INITIAL = func.concat(func.left(members.c.family_name, literal_column("1")), constant("."))
CUT_NAME = func.concat_ws(SPACE, members.c.given_name, INITIAL)
ACTIVE_AT = func.coalesce(connections.c.last_interaction_at, connections.c.connected_at)
POSITION = positions.c.member_id == members.c.id


def _contains(text: ColumnElement[Any]) -> ColumnElement[bool]:
    return func.strpos(func.lower(text), func.lower(bindparam("query", type_=Text))) > ZERO


def _is_one_of(text: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    given = func.unnest(bindparam(name, type_=ARRAY(Text))).column_valued("given")
    return func.lower(text) == any_(func.array(select(func.lower(given)).scalar_subquery()))


def _works_at(company: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(POSITION, company)


def _matches() -> list[ColumnElement[bool]]:
    """The second condition decides; the first keeps it from being asked of everybody."""
    in_company = _works_at(_contains(positions.c.company_name))
    anywhere = [_contains(each) for each in (FULL_NAME, CUT_NAME, members.c.headline)]
    seen = [_contains(SEEN[name]) for name in ("display_name", "headline")]
    return [or_(*anywhere, in_company), or_(*seen, and_(sees(ProfileSection.EXPERIENCE), in_company))]


def _chosen(column: str, name: str) -> list[ColumnElement[bool]]:
    return [_is_one_of(members.c[column], name), _is_one_of(SEEN[column], name)]


def _at_companies() -> list[ColumnElement[bool]]:
    """A position names the company, or is at one that is called the same."""
    wanted = bindparam("company_ids", type_=ARRAY(Integer))
    names = select(func.lower(companies.c.name)).where(companies.c.id == any_(wanted)).scalar_subquery()
    is_called_so = func.lower(positions.c.company_name) == any_(func.array(names))
    at_one = _works_at(or_(positions.c.company_id == any_(wanted), is_called_so))
    return [at_one, sees(ProfileSection.EXPERIENCE)]


def _is_tagged() -> ColumnElement[bool]:
    return exists().where(
        taggings.c.member_id == connections.c.member_id,
        taggings.c.other_id == connections.c.other_id,
        taggings.c.tag_id == any_(bindparam("tag_ids", type_=ARRAY(BigInteger))),
    )


def _is_related() -> ColumnElement[bool]:
    of_type = connection_requests.c.relation_type == any_(bindparam("relation_types", type_=ARRAY(Text)))
    return exists().where(is_accepted(connections), of_type)


def _instant(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=DateTime(timezone=True))


OF_MEMBERS: Final[Mapping[str, Sequence[ColumnElement[bool]]]] = {
    "query": _matches(),
    "company_ids": _at_companies(),
    "industries": _chosen("industry", "industries"),
    "locations": _chosen("location", "locations"),
}
CONDITIONS: Final[Mapping[str, Sequence[ColumnElement[bool]]]] = {
    **OF_MEMBERS,
    "tag_ids": [_is_tagged()],
    "relation_types": [_is_related()],
    "connected_after": [connections.c.connected_at > _instant("connected_after")],
    "inactive_since": [_instant("inactive_since") > ACTIVE_AT],
    "never_contacted": [connections.c.last_interaction_at.is_(None)],
}
"""SQL by part of the filter: all of them hold for a row of `connections` that is kept."""
BY_NAME = func.lower(SEEN["display_name"]).collate("C")
PLACES: Final[Mapping[NetworkOrder, ColumnElement[Any]]] = {
    NetworkOrder.NEWEST: connections.c.connected_at,
    NetworkOrder.OLDEST: connections.c.connected_at,
    NetworkOrder.NAME: BY_NAME,
    NetworkOrder.LAST_INTERACTION: ACTIVE_AT,
}


@lru_cache(member_loader.STATEMENTS_KEPT)
def _listing(
    parts: frozenset[str],
    order: NetworkOrder,
    links: frozenset[str],
    names: frozenset[str],
    *,
    is_own: bool,
) -> Listing[NetworkRow]:
    """A list, or the viewer's own, with these columns of the links and of the members at the other ends."""
    is_by_name = order is NetworkOrder.NAME
    view = VIEW_OF_CONNECTIONS if is_own else VIEW
    rows = select(*COLUMNS, *PLACE, PLACES[order].label("at")).where(is_listed())
    if is_by_name or not parts.isdisjoint(OF_MEMBERS):
        rows = rows.join(members, members.c.id == connections.c.other_id).join(view, true())
    return Listing(
        "connections",
        rows.where(*(condition for part in sorted(parts) for condition in CONDITIONS[part])),
        AlphabeticalRow if is_by_name else NetworkRow,
        oldest_first=order is not NetworkOrder.NEWEST,
        along=member_loader.joined_by("other_id", names, view),
        columns=links,
        positions=NAMES if is_by_name else INSTANTS,
    )


async def pages(
    ctx: Context, owners: Sequence[Owner], wanted: Wanted, args: PageArgs, selection: Selection
) -> list[Page[NetworkRow] | CodedError | None]:
    """One page of each owner's network; None where the list is hidden, an error for another list's cursor.

    An error as well for what is asked of others' lists but only of one's own to know. Rows of
    members have the `list_columns`. Raises CodedError BAD_USER_INPUT for a page size that no list accepts.
    """
    names = member_loader.columns_at(ctx, selection, *NODES) or member_loader.ALWAYS
    for_anybody, own_id = not is_private(wanted.values, wanted.order), ctx.sight.network_viewer_id
    shown = [owner for owner in owners if owner.shows_connections]
    told = [owner for owner in shown if for_anybody or owner.id == own_id]
    is_own = is_own_list(ctx, [owner.id for owner in told])
    listing = _listing(frozenset(wanted.values), wanted.order, link_columns(selection), names, is_own=is_own)
    values = {
        "only_shared": [owner.id for owner in owners if owner.only_shared],
        "count_cap": ctx.deployment.policy.connection_count_display_cap,
        **ctx.sight.parameters(),
        **wanted.values,
    }

    async def show(rows: Sequence[NetworkRow]) -> Sequence[NetworkRow]:
        member_loader.know(ctx, names, rows)
        return rows

    sizes: dict[int, int | None] = dict.fromkeys(owner.id for owner in told)
    if selection.has("totalCount"):
        sizes = await _sizes(ctx, listing, told, wanted, values)
    found = await listing.timeline.called(wanted.name).pages(Page, ctx, sizes, args, show, **values)
    refusal = CodedError("BAD_USER_INPUT", "Only one's own list is filtered or ordered by that.")
    refused = dict.fromkeys({owner.id for owner in shown} - sizes.keys(), refusal)
    return [(found | refused).get(owner.id) for owner in owners]


async def _sizes(
    ctx: Context,
    listing: Listing[NetworkRow],
    owners: Sequence[Owner],
    wanted: Wanted,
    values: Mapping[str, object],
) -> dict[int, int | None]:
    """The lengths of the lists; that of a whole one is known with its owner."""
    if wanted.values:
        return await listing.totals(ctx, [owner.id for owner in owners], **values)
    return {owner.id: owner.network_size for owner in owners}
