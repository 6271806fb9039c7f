"""Connections: pages over a member's network, and the link between two members."""

from collections.abc import Sequence

from auth.identity import Viewer
from executor.errors import CodedError
from executor.selection import Selection
from loaders import connections as connection_loader
from loaders import members as member_loader
from loaders.connections import ConnectionRow, NetworkRow
from loaders.context import Context
from loaders.members import MemberRow
from loaders.paging import Page
from loaders.relationships import Link
from rules import ids
from rules.paging import PageArgs

Pages = Sequence[Page[NetworkRow] | CodedError | None]


async def of_members(
    members: Sequence[MemberRow], ctx: Context, *, page: PageArgs, selection: Selection
) -> Pages:
    """One page of each member's network, None where the viewer may not see it."""
    return await connection_loader.pages(ctx, members, page, selection)


async def of_viewers(
    viewers: Sequence[Viewer], ctx: Context, *, page: PageArgs, selection: Selection
) -> Pages:
    """One page of the viewer's own network."""
    wanted = connection_loader.list_columns(selection)
    own = await member_loader.load_many(ctx, [viewer.member_id for viewer in viewers], wanted)
    return await connection_loader.pages(ctx, [member for member in own if member], page, selection)


async def counts_of_viewers(viewers: Sequence[Viewer], ctx: Context) -> list[int | None]:
    """How many connections the viewer has."""
    own = await member_loader.load_many(ctx, [viewer.member_id for viewer in viewers], ["network_size"])
    return [member.network_size if member else None for member in own]


async def both_members(
    connections: Sequence[ConnectionRow | Link], ctx: Context
) -> list[list[MemberRow | None]]:
    """Both ends of each connection, None where one is not visible."""
    ends = [end for connection in connections for end in (connection.member_id, connection.other_id)]
    found = await member_loader.load_many(ctx, ends)
    return [list(pair) for pair in zip(found[::2], found[1::2], strict=True)]


def public_id(connection: ConnectionRow | Link) -> str:
    """The same id from both ends: lower member first."""
    low, high = sorted((connection.member_id, connection.other_id))
    return ids.encode("C", low, high)
