"""Wake-ups by Redis pub/sub."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

SECONDS = 5


class RedisWire:
    """PUBLISH on the channel of one database."""

    def __init__(self, client: Redis, channel: str, reader: "asyncio.Task[None] | None") -> None:
        self._client = client
        self._channel = channel
        self._reader = reader

    async def send(self, payloads: Sequence[str]) -> None:
        """Send them in one round trip. Raises what redis-py raises, also where reading has ended."""
        if self._reader and self._reader.done():
            self._reader.result()
        async with self._client.pipeline(transaction=False) as pipeline:
            for payload in payloads:
                pipeline.publish(self._channel, payload)
            await pipeline.execute()


@asynccontextmanager
async def connected(
    url: str, name: str, received: Callable[[str], None] | None, broken: Callable[[], None]
) -> AsyncIterator[RedisWire]:
    """A wire over new connections, one to send and one to listen; `name` is that of the database."""
    channel = f"rapport:{name}"
    async with _client(url) as client, client.pubsub() as pubsub:
        if received is None:
            yield RedisWire(client, channel, None)
            return
        await _subscribe(pubsub, channel)
        reader = asyncio.create_task(_read(pubsub, received))
        reader.add_done_callback(lambda _: broken())
        try:
            yield RedisWire(client, channel, reader)
        finally:
            reader.cancel()
            await asyncio.wait([reader])


def _client(url: str) -> Redis:
    """Without redis-py's own retries: it would subscribe anew and say nothing of what it missed."""
    return Redis.from_url(
        url,
        protocol=2,
        decode_responses=True,
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
        retry=Retry(NoBackoff(), 0),
        client_name="rapport-wake-ups",
    )


async def _subscribe(pubsub: PubSub, channel: str) -> None:
    """Return when nothing that is sent from now on is missed."""
    await pubsub.subscribe(channel)
    if await pubsub.get_message(timeout=SECONDS) is None:
        raise TimeoutError("Redis does not answer")


async def _read(pubsub: PubSub, received: Callable[[str], None]) -> None:
    async for message in pubsub.listen():
        if message["type"] == "message":
            received(message["data"])
