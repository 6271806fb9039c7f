"""Processes wake each other, by whatever carries it."""

import asyncio
import logging
from datetime import UTC, datetime

import asyncpg
import pytest
from redis.asyncio import Redis

from rules.events import TypingSignal
from server import brokers
from server.brokers import broker as waking
from server.brokers.postgres import CHANNEL, unique_name
from server.deployment import deployed
from server.settings import Settings
from tests.brokers.ears import Ear, process, until, wake_until_heard

MANY = range(1, 10_001)
SIGNAL = TypingSignal(2**62, 2**31 - 1, datetime(2031, 7, 1, 12, 30, 5, 123456, tzinfo=UTC))


async def test_one_process_hears_itself_at_once(settings: Settings) -> None:
    async with process(settings) as (broker, ear):
        broker.wake([3, 4])
        broker.signal_typing(SIGNAL)
        assert ear.members == [3, 4]
        assert ear.signals == [SIGNAL]


async def test_processes_hear_each_other_once_and_themselves_once(settings: Settings) -> None:
    async with process(settings) as (one, ear), process(settings) as (other, other_ear):
        one.wake([1])
        other.wake([2])
        one.signal_typing(SIGNAL)
        await until(lambda: len(ear.members) == len(other_ear.members) == 2 and bool(other_ear.signals))
        one.wake([3])
        await until(lambda: 3 in other_ear.members)
        assert ear.members == other_ear.members == [1, 2, 3]
        assert ear.signals == other_ear.signals == [SIGNAL]


async def test_ten_thousand_are_woken_at_once(settings: Settings) -> None:
    async with process(settings) as (broker, _), process(settings) as (_, ear):
        broker.wake(MANY)
        await until(lambda: len(ear.members) >= len(MANY))
        assert ear.members == list(MANY)
        assert len(ear.wake_ups) < 50


async def test_what_is_woken_in_one_turn_goes_out_together(settings: Settings) -> None:
    async with process(settings) as (broker, _), process(settings) as (_, ear):
        for member_id in range(500):
            broker.wake([member_id])
        await until(lambda: len(ear.members) == 500)
        assert len(ear.wake_ups) == 1


async def test_who_is_woken_while_others_are_being_sent_is_sent_as_well(settings: Settings) -> None:
    async with process(settings) as (broker, _), process(settings) as (_, ear):
        for member_id in range(200):
            broker.wake([member_id])
            await asyncio.sleep(0)
        await until(lambda: ear.members == list(range(200)))


async def test_a_process_without_streams_wakes_others_and_hears_nothing(settings: Settings) -> None:
    async with process(settings) as (_, ear), deployed(settings) as deployment:
        deployment.wake([7])
        deployment.signal_typing(SIGNAL)
        await until(lambda: ear.members == [7] and ear.signals == [SIGNAL])


async def test_a_listener_that_fails_does_not_trouble_whoever_wakes_it(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    class Deaf(Ear):
        def woken(self, member_ids: object) -> None:
            raise LookupError

    async with brokers.running(settings, Deaf()) as broker, process(settings) as (_, ear):
        broker.wake([1])
        await until(lambda: ear.members == [1])
    assert "was not heard" in caplog.text


@pytest.mark.parametrize("payload", ["", "{", "[]", "7", '{"w": [1]}', '{"from": "x", "w": [null]}'])
async def test_what_nobody_here_sent_is_logged_and_ignored(
    settings: Settings, payload: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with process(settings) as (broker, _), process(settings) as (_, ear):
        await _send(settings, payload)
        await wake_until_heard(broker, ear, 1)
        await until(lambda: "can't be read" in caplog.text)
    assert set(ear.members) == {1}


async def test_a_wire_that_has_gone_silent_is_built_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waking, "SIGN_OF_LIFE_SECONDS", 0.05)
    monkeypatch.setattr(waking, "SILENCE_SECONDS", 0.0)
    async with process(settings) as (_, ear):
        await until(lambda: ear.times_missed > 0)


async def test_a_quiet_wire_gives_signs_of_life_and_is_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waking, "SIGN_OF_LIFE_SECONDS", 0.02)
    async with process(settings) as (broker, ear):
        before = broker._heard_at
        await until(lambda: broker._heard_at > before + 0.1)
        assert ear.wake_ups == []
        # Whoever lost a wire is told when it has another.
        assert ear.times_missed == 0


async def _send(settings: Settings, payload: str) -> None:
    assert settings.database_url
    if settings.broker_url:
        async with Redis.from_url(settings.broker_url) as client:
            await client.publish(f"rapport:{await unique_name(settings.database_url)}", payload)
    else:
        connection = await asyncpg.connect(settings.database_url)
        await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)
        await connection.close()


async def test_nothing_is_logged_in_quiet_times(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "rapport"):
        async with process(settings) as (broker, _):
            broker.wake([1])
    assert caplog.records == []
