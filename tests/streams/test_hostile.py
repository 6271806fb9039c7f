"""Crowds of clients that mean harm: the process stays small, others are served, and nothing is left behind.

RAPPORT_TEST_HOSTILE_SCALE sets how large the crowds are: a tenth by default, 1 for 200 subscribers that never
read, 10,000 frames of garbage and 1,000 half-open sockets. How fast others are served meanwhile is measured
by `python -m benchmarks.hostile`.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator

import pytest

import server.graphql_ws.endpoint as endpoint_module
import server.streams.subscriptions as subscriptions_module
from server.graphql_ws.closing import TOO_SLOW
from tests.graphql_ws.clients import Client
from tests.streams.hostility import Crowd, garbage, half_open, seeded, subscribes, useless
from tests.streams.served import LARGE, SMALL, Footprint, House, serving
from tests.world import World

SCALE = float(os.environ.get("RAPPORT_TEST_HOSTILE_SCALE", "0.1"))
DEAF, FRAMES, HALF_OPEN = round(200 * SCALE), round(10_000 * SCALE), round(1_000 * SCALE)
MOST_BYTES = 50_000_000 + DEAF * 1_000_000
PATIENCE_SECONDS = 1
QUERY = "{ viewer { member { handle } } }"


@pytest.fixture
async def house(world: World, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A server that loses patience sooner than a test."""
    monkeypatch.setattr(subscriptions_module, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(endpoint_module, "SWEEP_SECONDS", 0.2)
    async with serving(database_url, sockets_per_member=10_000, socket_init_timeout=2) as house:
        yield house


async def quiet(house: House, member_id: int) -> tuple[Client, Footprint]:
    """A subscriber who behaves, and what the process holds before the others come."""
    client = await house.member(member_id)
    await client.ask("a", SMALL)
    # All connections to the database are there from now on.
    await asyncio.gather(*(house.ask(member_id, QUERY) for _ in range(50)))
    return client, Footprint.now()


async def serves(house: House, member_id: int, times: int = 10) -> float:
    """Ask like anybody; the slowest answer, in seconds."""
    slowest = 0.0
    for _ in range(times):
        start = time.perf_counter()
        assert await house.ask(member_id, QUERY) == {"viewer": {"member": {"handle": "ada"}}}
        slowest = max(slowest, time.perf_counter() - start)
        await asyncio.sleep(0.01)
    return slowest


async def leaves_nothing(before: Footprint, house: House) -> None:
    """Wait until the process holds no more tasks and files than before."""
    await house.emptied(but=2)
    async with asyncio.timeout(20):
        while not Footprint.now().is_within(before):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def report(what: str, before: Footprint, slowest: float) -> None:
    """Print what it cost; memory is that of the clients as well."""
    grown = Footprint.now().bytes - before.bytes
    print(f"\n{what}: {grown / 1e6:.0f} MB more, slowest query {slowest * 1e3:.0f} ms")
    assert grown < MOST_BYTES


async def test_subscribers_that_never_read_are_given_up_and_others_get_every_event(house: House) -> None:
    message = await house.long_message()
    ada = message.author_id
    assert ada
    client, before = await quiet(house, ada)
    with Crowd(house.port) as crowd:
        await asyncio.to_thread(crowd.begin, DEAF, subscribes(house.token(ada), LARGE))
        await serves(house, ada)
        for _ in range(60):
            await house.tells(message)
        slowest = await serves(house, ada)
        for _ in range(60):
            assert (await client.hear())["payload"]["data"]["viewerEvents"]["event"] == {
                "__typename": "MessageChanged"
            }
        report(f"{DEAF} subscribers that never read", before, slowest)
        await asyncio.sleep(2 * PATIENCE_SECONDS)
        rest = await asyncio.to_thread(crowd.rest, crowd.sockets[0])
        assert b"connection_ack" in rest[:100]
        assert b"CONSUMER_TOO_SLOW" in rest
        assert TOO_SLOW.code.to_bytes(2, "big") + TOO_SLOW.reason.encode() in rest[-200:]
        await house.emptied(but=2)
        assert await client.is_alive()
    await leaves_nothing(before, house)


async def test_garbage_ends_who_sends_it_and_nobody_else(house: House) -> None:
    message = await house.long_message()
    ada, random = message.author_id, seeded()
    assert ada
    client, before = await quiet(house, ada)
    begins = subscribes(house.token(ada), SMALL)
    with Crowd(house.port) as crowd:
        for _ in range(FRAMES // 100):
            noise = [begins + garbage(random) + garbage(random) for _ in range(25)]
            await asyncio.to_thread(crowd.begin, 25, *noise)
            [flood] = await asyncio.to_thread(crowd.begin, 1, begins)
            await asyncio.to_thread(crowd.say, flood, b"".join(useless(random) for _ in range(50)))
            await house.tells(message)
        slowest = await serves(house, ada)
        for _ in range(FRAMES // 100):
            assert (await client.hear())["type"] == "next"
        report(f"{FRAMES} frames of garbage", before, slowest)
    await leaves_nothing(before, house)
    assert await client.is_alive()


async def test_sockets_that_never_begin_cost_little_and_leave_nothing_behind(house: House) -> None:
    message = await house.long_message()
    ada = message.author_id
    assert ada
    client, before = await quiet(house, ada)
    with Crowd(house.port) as crowd:
        await asyncio.to_thread(crowd.come, HALF_OPEN, *half_open())
        await house.tells(message)
        assert (await client.hear())["type"] == "next"
        report(f"{HALF_OPEN} half-open sockets", before, await serves(house, ada))
    await leaves_nothing(before, house)
    assert await client.is_alive()


async def test_many_who_replay_a_long_log_at_once_take_turns(house: House) -> None:
    message = await house.long_message()
    ada = message.author_id
    assert ada
    for _ in range(150):
        await house.tells(message)
    client, before = await quiet(house, ada)
    replay = SMALL.replace("viewerEvents", 'viewerEvents(after: "000000000000000000000000")')
    with Crowd(house.port) as crowd:
        await asyncio.to_thread(crowd.begin, DEAF // 10, subscribes(house.token(ada), replay, operations=100))
        slowest = await serves(house, ada)
        await house.tells(message)
        assert (await client.hear())["type"] == "next"
        report(f"{DEAF // 10} sockets that replay a hundred times", before, slowest)
        assert b'"id":"0","type":"next"' in await asyncio.to_thread(crowd.rest, crowd.sockets[0])
    await leaves_nothing(before, house)
    assert await client.is_alive()
