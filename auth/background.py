"""Work that a process repeats for as long as it runs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

logger = logging.getLogger("rapport.background")


@asynccontextmanager
async def repeating(name: str, seconds: float, work: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Do the work every so many seconds until the block ends; what fails is logged and tried again."""
    task = asyncio.create_task(_repeat(name, seconds, work))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _repeat(name: str, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            # Without a limit a lost connection could hold this turn, and all after it, for many minutes.
            async with asyncio.timeout(seconds):
                await work()
        except Exception:
            logger.exception("%s failed and will be tried again in %s s", name, seconds)
