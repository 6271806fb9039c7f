"""How far members are from the viewer, and through whom."""

from collections.abc import Awaitable, Sequence
from typing import Any

from executor.errors import CodedError
from executor.selection import Selection
from loaders import mutual_connections as mutual_loader
from loaders import paths as path_loader
from loaders import relationships
from loaders.context import Context
from loaders.members import MemberRow
from loaders.mutual_connections import SharedPage
from loaders.paths import NetworkPath
from loaders.relationships import RelationshipRow
from rules.distances import MOST_PATHS
from rules.paging import PageArgs

Rows = Sequence[RelationshipRow]
Distances = list[Any] | Awaitable[list[Any]]


def degrees(rows: Rows, ctx: Context) -> Distances:
    """The distance to each member; None for one whom the viewer blocks."""
    return _distances(rows, ctx, "degree")


def mutual_counts(rows: Rows, ctx: Context) -> Distances:
    """How many connections the viewer shares with each; None where the other does not tell."""
    return _distances(rows, ctx, "mutual_count")


async def paths(rows: Rows, ctx: Context, *, first: int) -> list[list[NetworkPath] | None] | list[CodedError]:
    """Up to `first` shortest chains to each member, best broker first; None where the other does not tell."""
    if not 1 <= first <= MOST_PATHS:
        return [CodedError("BAD_USER_INPUT", f"`first` must be between 1 and {MOST_PATHS}.")] * len(rows)
    return await path_loader.paths(ctx, _others(rows), first)


async def mutual_connections(
    members: Sequence[MemberRow], ctx: Context, *, page: PageArgs, selection: Selection
) -> list[SharedPage]:
    """One page of the connections that the viewer shares with each; None where the other does not tell."""
    return await mutual_loader.pages(ctx, [member.id for member in members], page, selection)


def _distances(rows: Rows, ctx: Context, name: str) -> Distances:
    """What came with the rows, or is read now: in mutations and events they come without."""
    if all(name in row for row in rows):
        return [row[name] for row in rows]
    return relationships.distances(ctx, _others(rows), name)


def _others(rows: Rows) -> list[int]:
    return [row.other_id for row in rows]
