"""What a member alone knows of their own connections; of those of others there is nothing to tell."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from loaders import connection_requests as request_loader
from loaders import own_connections, tags
from loaders.connections import ConnectionRow
from loaders.context import Context
from loaders.own_connections import OwnConnectionRow
from loaders.relationships import Link
from loaders.tags import TagRow
from rules.seen_requests import SeenRequest

FactT = TypeVar("FactT")
Connections = Sequence[ConnectionRow | Link]


async def carried_tags(connections: Connections, ctx: Context) -> list[list[TagRow]]:
    """The viewer's tags on each connection."""
    return [found or [] for found in await _of_own(connections, ctx, tags.carried_by)]


async def notes(connections: Connections, ctx: Context) -> list[str | None]:
    """The viewer's note on each connection."""
    return [row.note if row else None for row in await _rows(connections, ctx)]


async def last_interactions(connections: Connections, ctx: Context) -> list[datetime | None]:
    """When the two last had to do with each other."""
    return [row.last_interaction_at if row else None for row in await _rows(connections, ctx)]


async def relation_types(connections: Connections, ctx: Context) -> list[str | None]:
    """How the two know each other, as the request says."""
    found = await _of_own(connections, ctx, own_connections.accepted_requests)
    return [row.relation_type if row else None for row in found]


async def requests(connections: Connections, ctx: Context) -> list[SeenRequest | None]:
    """The request that each connection came from."""
    found = await _of_own(connections, ctx, own_connections.accepted_requests)
    return [request_loader.as_seen(ctx, row) for row in found]


async def _rows(connections: Connections, ctx: Context) -> list[OwnConnectionRow | None]:
    return await _of_own(connections, ctx, own_connections.load_many)


async def _of_own(
    connections: Connections,
    ctx: Context,
    load: Callable[[Context, Sequence[int]], Awaitable[Sequence[FactT]]],
) -> list[FactT | None]:
    """What is loaded by the other ends of the viewer's own connections; None for those of others."""
    viewer_id = ctx.sight.network_viewer_id
    others = [_other_end(connection, viewer_id) for connection in connections]
    found = iter(await load(ctx, [other_id for other_id in others if other_id is not None]))
    return [None if other_id is None else next(found) for other_id in others]


def _other_end(connection: ConnectionRow | Link, viewer_id: int | None) -> int | None:
    ends = {connection.member_id: connection.other_id, connection.other_id: connection.member_id}
    return None if viewer_id is None else ends.get(viewer_id)
