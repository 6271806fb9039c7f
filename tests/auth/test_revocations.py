"""Sessions that ended elsewhere, as every process learns of them."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from auth.accounts import Accounts
from auth.background import repeating
from auth.identity import Viewer
from auth.passwords import Passwords
from auth.revocations import Revocations
from executor.errors import RequestError
from models.pool import open_pool
from tests.world import World

INSERT = """
INSERT INTO sessions (member_id, expires_at, access_until, revoked_at)
VALUES ($1, now(), now() + $2::interval, now()) RETURNING id
"""


async def revoked(world: World, good_for: timedelta = timedelta(minutes=15)) -> int:
    """A session that another process ended, whose last access token would be good for so long."""
    member_id = await world.member("ada")
    session_id: int = await world.value(INSERT, member_id, good_for)
    return session_id


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait for what is sure to happen."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def another_process(world: World) -> Accounts:
    """The accounts of a process that has the same key."""
    return Accounts(world.deployment.accounts.tokens, Passwords(1), timedelta(days=60))


async def test_a_token_of_a_session_that_ended_elsewhere_is_refused_after_the_next_look(world: World) -> None:
    session_id = await revoked(world)
    there = another_process(world)
    token, _ = there.tokens.issue(Viewer(1, session_id), datetime.now(UTC))
    assert there.viewer(token).session_id == session_id
    await there.revocations.refresh(world.deployment.pool)
    with pytest.raises(RequestError):
        there.viewer(token)


async def test_a_running_process_looks_at_once_and_again_and_again(world: World) -> None:
    first, there = await revoked(world), another_process(world)
    async with there.running(world.deployment.pool, revocation_refresh=0.02):
        assert first in there.revocations
        await world.execute("INSERT INTO sessions SELECT 1, 99, '', now(), now(), now(), now(), NULL")
        await world.execute("UPDATE sessions SET revoked_at = now(), access_until = now() + interval '1 day'")
        await eventually(lambda: 99 in there.revocations)


async def test_sessions_whose_tokens_are_all_over_are_left_out(world: World) -> None:
    session_id = await revoked(world, -timedelta(minutes=2))
    revocations = Revocations()
    await revocations.refresh(world.deployment.pool)
    assert session_id not in revocations


async def test_own_revocations_count_at_once_and_as_long_as_they_must(world: World) -> None:
    session_id, revocations = await revoked(world), Revocations()
    revocations.add([session_id, 98])
    assert session_id in revocations
    await revocations.refresh(world.deployment.pool)
    assert session_id in revocations
    assert 98 not in revocations


async def test_a_revocation_during_a_look_is_not_lost(world: World) -> None:
    revocations = Revocations()
    look = asyncio.create_task(revocations.refresh(world.deployment.pool))
    await asyncio.sleep(0)
    revocations.add([97])
    await look
    assert 97 in revocations


async def test_the_last_set_stays_in_force_while_the_database_is_away(
    world: World, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    session_id, there = await revoked(world), another_process(world)
    async with open_pool(database_url, size=1) as pool, there.running(pool, revocation_refresh=0.02):
        await pool.close()
        with caplog.at_level(logging.ERROR, "rapport.background"):
            await eventually(lambda: len(caplog.records) >= 2)
        assert session_id in there.revocations


async def test_repeated_work_goes_on_after_a_failure_and_stops_with_its_block(
    caplog: pytest.LogCaptureFixture,
) -> None:
    turns = 0

    async def work() -> None:
        nonlocal turns
        turns += 1
        if turns == 2:
            raise ValueError("the second turn")
        if turns == 3:
            await asyncio.sleep(3600)

    async with repeating("Counting", 0.01, work):
        await eventually(lambda: turns >= 4)
    stopped_at = turns
    await asyncio.sleep(0.05)
    assert turns == stopped_at
    assert "Counting failed" in caplog.text
