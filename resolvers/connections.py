"""Connections: pages over a member's network, and the link between two members."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from strawberry import UNSET

from auth.identity import Viewer
from executor.errors import CodedError
from executor.selection import Selection
from loaders import connections as connection_loader
from loaders import introductions as introduction_loader
from loaders import members as member_loader
from loaders import network_lists
from loaders.connections import ConnectionRow, NetworkRow, Owner
from loaders.context import Context
from loaders.members import MemberRow
from loaders.network_lists import Wanted
from loaders.paging import Page
from loaders.relationships import Link
from rules import ids, members
from rules import network_lists as rules
from rules.paging import PageArgs
from rules.seen_introductions import SeenIntroduction
from rules.terms import NetworkOrder

Pages = Sequence[Page[NetworkRow] | CodedError | None]


async def of_members(
    members: Sequence[Owner],
    ctx: Context,
    *,
    order_by: NetworkOrder,
    page: PageArgs,
    selection: Selection,
    filter: object = None,
) -> Pages:
    """One page of each member's network, None where the viewer may not see it."""
    values = _values(ctx, filter) if filter else {}
    if not values and order_by is NetworkOrder.NEWEST:
        return await connection_loader.pages(ctx, members, page, selection)
    return await network_lists.pages(ctx, members, Wanted(values, order_by), page, selection)


async def of_viewers(
    viewers: Sequence[Viewer], ctx: Context, *, selection: Selection, **arguments: Any
) -> Pages:
    """One page of the viewer's own network."""
    owners = [await connection_loader.own(ctx, selection) for _ in viewers]
    return await of_members(owners, ctx, selection=selection, **arguments)


async def counts_of_viewers(viewers: Sequence[Viewer], ctx: Context) -> list[int | None]:
    """How many connections the viewer has."""
    own = [await member_loader.own(ctx, ["network_size"]) for _ in viewers]
    return [member.network_size for member in own]


async def both_members(
    connections: Sequence[ConnectionRow | Link], ctx: Context
) -> list[list[MemberRow | None]]:
    """Both ends of each connection, None where one is not visible."""
    ends = [end for connection in connections for end in (connection.member_id, connection.other_id)]
    found = await member_loader.load_many(ctx, ends)
    return [list(pair) for pair in zip(found[::2], found[1::2], strict=True)]


async def introductions(
    connections: Sequence[ConnectionRow | Link], ctx: Context
) -> list[SeenIntroduction | None]:
    """The introduction behind each connection, for its two members."""
    return await introduction_loader.of_connections(ctx, [_pair(connection) for connection in connections])


def public_id(connection: ConnectionRow | Link) -> str:
    """The same id from both ends: lower member first."""
    return ids.encode("C", *_pair(connection))


def _pair(connection: ConnectionRow | Link) -> tuple[int, int]:
    low, high = sorted((connection.member_id, connection.other_id))
    return low, high


def _values(ctx: Context, filter: object) -> dict[str, object]:
    """What is given of a filter, with numbers for ids: 0 for those of nothing.

    Raises CodedError BAD_USER_INPUT for a filter that no list accepts.
    """
    given = {name: value for name, value in vars(filter).items() if value is not UNSET}
    trimmed = {name: members.trimmed(value) for name, value in given.items()}
    values: dict[str, Any] = {name: value for name, value in trimmed.items() if value is not None}
    if problem := rules.problem(values):
        raise CodedError("BAD_USER_INPUT", problem)
    for name, number in (("tag_ids", partial(_own_tag, ctx)), ("company_ids", partial(ids.number, "CO"))):
        if name in values:
            values[name] = [number(public_id) for public_id in values[name]]
    return values


def _own_tag(ctx: Context, tag_id: str) -> int:
    match ids.decode_as("T", tag_id):
        case (owner_id, number) if owner_id == ctx.sight.network_viewer_id:
            return number
    return 0
