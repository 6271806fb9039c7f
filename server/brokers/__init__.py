"""Wake-ups between processes: which logs grew, and who types. Any may be lost, the log is the truth."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from server.brokers import postgres, redis
from server.brokers.broker import Broker, Connect, Listener
from server.settings import Settings

__all__ = ["Broker", "Listener", "running"]


@asynccontextmanager
async def running(settings: Settings, listener: Listener | None = None) -> AsyncIterator[Broker]:
    """A broker that is connected, or goes on trying; `settings.database_url` names a database that answers.

    `listener` hears the wake-ups of all processes, this one included.
    """
    broker = Broker(await _connect(settings), listener)
    task = asyncio.create_task(broker.run())
    try:
        await broker.has_tried.wait()
        yield broker
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _connect(settings: Settings) -> Connect:
    assert settings.database_url is not None
    if settings.broker_url is None:
        return partial(postgres.connected, settings.database_url)
    return partial(redis.connected, settings.broker_url, await postgres.unique_name(settings.database_url))
