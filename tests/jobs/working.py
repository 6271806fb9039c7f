"""Workers in this process, as `rapport serve` has them, and what becomes of the jobs."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from models.queue import enqueue
from server.deployment import deployed
from server.jobs.catalogue import Job
from server.jobs.worker import working
from server.settings import Settings
from tests.world import World

ENDED = "SELECT count(*) FROM pgqueuer_log WHERE status = 'successful'"


@asynccontextmanager
async def worker(settings: Settings, *jobs: Job) -> AsyncIterator[None]:
    """A worker with a pool of its own."""
    async with deployed(settings) as deployment, working(settings, deployment, jobs):
        yield


async def put_in(world: World, name: str, *arguments: object) -> None:
    """A job for whoever comes first."""
    async with world.connection() as connection:
        await enqueue(connection, name, *arguments)


async def until(world: World, count: int, text: str = ENDED) -> None:
    """Return when the statement's value is `count`, as a rule when so many jobs have ended well."""
    async with asyncio.timeout(60):
        while await world.value(text) != count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def ended(world: World) -> Sequence[str]:
    """How jobs ended, in that order."""
    found: Sequence[str] | None = await world.value(
        "SELECT array_agg(status::text ORDER BY id) FROM pgqueuer_log "
        "WHERE status NOT IN ('queued', 'picked')"
    )
    return found or []
