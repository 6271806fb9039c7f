"""Races that end the same way on any machine: everybody waits for one lock, then all run at once."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from tests.world import World

WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
ResultT = TypeVar("ResultT")


async def all_at_once(world: World, lock: str, *runners: Coroutine[Any, Any, ResultT]) -> list[ResultT]:
    """Hold the rows of the statement `lock` until every runner waits for them; what came of each."""
    async with world.connection() as connection, connection.transaction():
        await connection.execute(lock)
        tasks = [asyncio.create_task(runner) for runner in runners]
        await until_waiting(world, len(tasks))
    return await asyncio.gather(*tasks)


async def until_waiting(world: World, count: int) -> None:
    """Return when so many wait for a lock."""
    async with asyncio.timeout(30):
        while await world.value(WAITING) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
