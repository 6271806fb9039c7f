"""How far members are from the viewer, and through whom."""

from collections.abc import Sequence

from executor.errors import CodedError
from executor.selection import Selection
from loaders import distances
from loaders.context import Context
from loaders.distances import NetworkPath, SharedPage
from loaders.members import MemberRow
from loaders.relationships import RelationshipRow
from rules.distances import MOST_PATHS
from rules.paging import PageArgs

Rows = Sequence[RelationshipRow]


async def paths(rows: Rows, ctx: Context, *, first: int) -> list[list[NetworkPath] | None] | list[CodedError]:
    """Up to `first` shortest chains to each member, best broker first; None where the other does not tell."""
    if not 1 <= first <= MOST_PATHS:
        return [CodedError("BAD_USER_INPUT", f"`first` must be between 1 and {MOST_PATHS}.")] * len(rows)
    return await distances.paths(ctx, _others(rows), first)


async def mutual_connections(
    members: Sequence[MemberRow], ctx: Context, *, page: PageArgs, selection: Selection
) -> list[SharedPage]:
    """One page of the connections that the viewer shares with each; None where the other does not tell."""
    return await distances.pages(ctx, [member.id for member in members], page, selection)


def _others(rows: Rows) -> list[int]:
    return [row.other_id for row in rows]
