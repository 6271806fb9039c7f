"""Search: members by words and by what they are, companies by their names."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import strawberry

from executor.errors import CodedError
from loaders import companies as company_loader
from loaders import connections as connection_loader
from loaders.context import Context
from loaders.search import companies as company_search
from loaders.search import members as member_search
from loaders.search.lists import MatchPage
from rules import ids
from rules.distances import NetworkDegree
from rules.paging import PageArgs
from rules.search import BEYOND, MemberSearchOrder, Wish, problem

STEPS: Final[Mapping[NetworkDegree, int]] = {
    NetworkDegree.SELF: 0,
    NetworkDegree.FIRST: 1,
    NetworkDegree.SECOND: 2,
    NetworkDegree.THIRD: 3,
    NetworkDegree.OUT_OF_NETWORK: BEYOND,
}
"""The number of connections of each degree."""

FACETS: Final[Mapping[str, str]] = {
    "schools": "school",
    "skills": "skill",
    "languages": "language",
    "industries": "industry",
    "locations": "location",
}
"""The kind of value that each list of a filter names; see `rules.search`."""
Given = Mapping[str, Any]


async def members(
    ctx: Context,
    *,
    page: PageArgs,
    query: str | None = None,
    filter: object = None,
    order_by: MemberSearchOrder = MemberSearchOrder.RELEVANCE,
) -> MatchPage | None:
    """One page of the members who are looked for; None for anonymous viewers and without PROFILE_READ.

    Raises CodedError BAD_USER_INPUT for a query or a filter that is too long or no text.
    """
    if ctx.sight.viewer_id is None:
        return None
    given, words = _given(filter), (query or "").strip() or None
    _refuse(problem(words, *given.values()))
    wish = Wish(
        query=words,
        facets=await _facets(ctx, given),
        steps=_steps(given),
        within=await _within(ctx, given),
        within_name=given.get("connections_of"),
        order=order_by,
    )
    return await member_search.like(ctx, wish, page)


async def companies(ctx: Context, *, page: PageArgs, query: str) -> MatchPage:
    """One page of the companies with these words in their names.

    Raises CodedError BAD_USER_INPUT for a query that is too long or no text.
    """
    _refuse(problem(query))
    return await company_search.like(ctx, query, page)


def _given(filter: object) -> Given:
    """What is asked for: neither null nor an empty list."""
    values = vars(filter).items() if filter else ()
    return {name: value for name, value in values if value not in (None, strawberry.UNSET, [])}


async def _facets(ctx: Context, given: Given) -> dict[str, list[str]]:
    facets = {kind: given[name] for name, kind in FACETS.items() if name in given}
    if "company_ids" in given:
        facets["company"] = await _companies(ctx, given["company_ids"])
    return facets


async def _companies(ctx: Context, company_ids: Sequence[str]) -> list[str]:
    """The companies by number and by name: positions have the one or else the other."""
    found = await company_loader.load_many(ctx, [ids.number("CO", id) for id in company_ids])
    return ["", *(value for row in found if row for value in (f"#{row.id}", row.name))]


def _steps(given: Given) -> list[int] | None:
    return [STEPS[degree] for degree in given["degrees"]] if "degrees" in given else None


async def _within(ctx: Context, given: Given) -> list[int] | None:
    """The members among whom to look, None for everybody. There are no groups to belong to."""
    if "group_id" in given:
        return []
    if "connections_of" not in given:
        return None
    return await connection_loader.listed_ids(ctx, ids.number("M", given["connections_of"]))


def _refuse(problem: str | None) -> None:
    if problem:
        raise CodedError("BAD_USER_INPUT", problem)
