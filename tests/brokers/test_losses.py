"""What carries wake-ups breaks and comes back."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

import asyncpg
import pytest

from server.brokers import Broker
from server.brokers import broker as waking
from server.brokers.payloads import read
from server.settings import Settings
from tests.brokers.ears import process, until, wake_until_heard
from tests.brokers.redis_servers import RedisServer
from tests.world import World

CONNECTIONS = """
SELECT coalesce(array_agg(pid), ARRAY[]::int[]) FROM pg_stat_activity
WHERE application_name = 'rapport wake-ups' AND datname = current_database()
"""


class Wires:
    """Wires of which the first ones break when something is sent over them."""

    def __init__(self, breaks: int) -> None:
        self.told: list[int | None] = []
        self._breaks = breaks

    @asynccontextmanager
    async def __call__(self, received: object, broken: object) -> AsyncIterator["Wires"]:
        yield self

    async def send(self, payloads: Sequence[str]) -> None:
        self._breaks -= 1
        if self._breaks >= 0:
            raise ConnectionError
        for payload in payloads:
            self.told += read(payload).member_ids or [None]


@asynccontextmanager
async def _over(wires: Wires) -> AsyncIterator[tuple[Broker, Wires]]:
    broker = Broker(wires, None)
    task = asyncio.create_task(broker.run())
    try:
        yield broker, wires
    finally:
        task.cancel()


@pytest.fixture(autouse=True)
def _nothing_but_the_loss_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "SIGN_OF_LIFE_SECONDS", 600.0)


async def test_after_the_listening_connection_was_terminated_everybody_is_polled_and_woken_again(
    by_postgres: Settings, world: World
) -> None:
    foreign = await world.value(CONNECTIONS)
    async with process(by_postgres) as (broker, ear), process(by_postgres) as (other, other_ear):
        for times in range(1, 4):
            await _terminate(world, foreign)
            await until(lambda times=times: ear.times_missed == other_ear.times_missed == times)  # type: ignore[misc]
            await wake_until_heard(broker, other_ear, times)
            await wake_until_heard(other, ear, times + 10)


async def test_who_is_woken_while_the_connection_is_away_is_woken_elsewhere_when_it_is_back(
    by_postgres: Settings, world: World
) -> None:
    async with process(by_postgres) as (_, other_ear):
        others = await world.value(CONNECTIONS)
        async with process(by_postgres) as (broker, ear):
            await _terminate(world, others)
            broker.wake([5])
            await until(lambda: other_ear.members == [5])
            assert (ear.times_missed, other_ear.times_missed) == (1, 0)


async def test_after_redis_was_restarted_everybody_is_polled_and_woken_again(
    by_redis: Settings, redis: RedisServer
) -> None:
    async with process(by_redis) as (broker, ear), process(by_redis) as (other, other_ear):
        for times in range(1, 3):
            redis.stop()
            redis.start()
            await until(lambda times=times: ear.times_missed == other_ear.times_missed == times)  # type: ignore[misc]
            await wake_until_heard(broker, other_ear, times)
            await wake_until_heard(other, ear, times + 10)


async def test_whoever_is_woken_while_redis_is_away_is_woken_here_at_once_and_elsewhere_later(
    by_redis: Settings, redis: RedisServer
) -> None:
    async with process(by_redis) as (broker, ear), process(by_redis) as (_, other_ear):
        redis.stop()
        broker.wake([5])
        assert ear.members == [5]
        redis.start()
        await until(lambda: ear.times_missed == 1 and other_ear.times_missed == 1)


async def test_a_process_starts_while_redis_is_away_and_is_heard_when_it_is_back(
    by_redis: Settings, redis: RedisServer
) -> None:
    redis.stop()
    async with process(by_redis) as (broker, ear), process(by_redis) as (_, other_ear):
        broker.wake([5])
        assert ear.members == [5]
        redis.start()
        await until(lambda: ear.times_missed == other_ear.times_missed == 1)
        await wake_until_heard(broker, other_ear, 6)


async def test_what_could_not_be_sent_is_sent_over_the_next_wire() -> None:
    async with _over(Wires(breaks=1)) as (broker, wires):
        broker.wake([5])
        await until(lambda: 5 in wires.told)


async def test_a_loss_is_one_line_and_its_end_another(caplog: pytest.LogCaptureFixture) -> None:
    async with _over(Wires(breaks=3)) as (_, wires):
        await until(lambda: bool(wires.told))
    lines = [record.getMessage().split(",")[0] for record in caplog.records]
    assert lines == ["Wake-ups are lost", "Wake-ups are back"]


async def test_two_databases_of_one_redis_do_not_wake_each_other(
    by_redis: Settings, server_url: str, database_url: str
) -> None:
    elsewhere = by_redis.model_copy(update={"database_url": server_url})
    async with process(by_redis) as (broker, ear), process(elsewhere) as (other, other_ear):
        broker.wake([1])
        await wake_until_heard(broker, ear, 1)
        other.wake([2])
        async with process(by_redis) as (_, last):
            await wake_until_heard(broker, last, 3)
        assert 1 not in other_ear.members
        assert 2 not in ear.members


async def test_the_connection_says_what_it_is_for(by_postgres: Settings, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    async with process(by_postgres):
        assert await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rapport wake-ups'"
            " AND datname = current_database()"
        )
    await connection.close()


async def _terminate(world: World, foreign: Collection[int]) -> None:
    """End the connections that carry wake-ups, save those of others."""
    for pid in set(await world.value(CONNECTIONS)) - set(foreign):
        await world.execute("SELECT pg_terminate_backend($1, 5000)", pid)
