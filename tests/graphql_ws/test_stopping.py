"""What becomes of sockets when the process is told to stop."""

import asyncio
import time

from server.graphql_ws import SocketLimits
from tests.graphql_ws.conftest import Toy, serving

STOPS = (1001, "the server stops")


async def stopped(it: Toy) -> float:
    """Tell the server to stop; how long it takes to be done with its connections."""
    begun = time.monotonic()
    it.server.uvicorn.should_exit = True
    await it.server.emptied()
    return time.monotonic() - begun


async def test_idle_sockets_are_closed_at_once(it: Toy) -> None:
    clients = [await it.open(), await it.member(), await it.member()]
    await clients[2].ask("a", "subscription { ticks }")
    await it.streams.opened(1)
    stopping = asyncio.create_task(stopped(it))
    assert [await client.closed() for client in clients] == [STOPS] * 3
    assert await stopping < 5
    assert not it.streams.open


async def test_what_runs_is_answered_first_and_a_stream_is_not_completed(it: Toy) -> None:
    client = await it.member()
    await client.ask("s", "subscription { ticks }")
    await client.ask("m", "mutation { slow(seconds: 0.5) }")
    await it.streams.opened(1)
    it.server.uvicorn.should_exit = True
    assert await client.hear() == {"id": "m", "type": "next", "payload": {"data": {"slow": "late"}}}
    assert await client.hear() == {"id": "m", "type": "complete"}
    assert await client.closed() == STOPS


async def test_what_takes_longer_than_a_stop_may_is_cut() -> None:
    async with serving(SocketLimits(), timeout_graceful_shutdown=1, log_level="critical") as it:
        client = await it.member()
        await client.ask("m", "mutation { slow(seconds: 20) }")
        assert await client.is_alive()
        it.server.uvicorn.should_exit = True
        assert await client.closed() == STOPS


async def test_who_reads_nothing_delays_nobody(it: Toy) -> None:
    client = await it.member()
    await client.ask("a", "subscription { ticks }")
    await it.streams.opened(1)
    client.socket.transport.pause_reading()
    while not it.streams.open[0].sink.is_full:
        it.streams.put("x" * 10_000)
        await asyncio.sleep(0)
    assert await stopped(it) < 5
    client.socket.transport.resume_reading()
