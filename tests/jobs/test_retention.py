"""Old events go, and what is left of a log has no hole."""

import asyncio
from datetime import UTC, datetime, timedelta

from server.jobs.retention import forget_events
from tests.jobs.requests import DAY, at
from tests.world import World

NOW = datetime(2031, 7, 1, tzinfo=UTC)
END = NOW - 30 * DAY
SECOND = timedelta(seconds=1)
INSERT = """
INSERT INTO events (member_id, sequence, kind, subject, occurred_at)
SELECT $1, sequence, 'MESSAGE_CHANGED', '', $4 FROM generate_series($2::int, $3) AS sequence
"""
LEFT = "SELECT array_agg(sequence ORDER BY sequence) FROM events WHERE member_id = $1"


async def left(world: World, member: int) -> list[int]:
    found: list[int] = await world.value(LEFT, member)
    return found


async def forget(world: World) -> None:
    await forget_events(at(world, NOW).deployment)


async def test_events_go_when_nobody_can_ask_for_them_any_more(world: World) -> None:
    ada, ben = await world.member("ada"), await world.member("ben")
    await world.execute(INSERT, ada, 1, 250, END - SECOND)
    await world.execute(INSERT, ada, 251, 252, END)
    await world.execute(INSERT, ben, 1, 3, NOW)
    await forget(world)
    assert await left(world, ada) == [251, 252]
    assert await left(world, ben) == [1, 2, 3]


async def test_logs_of_more_members_than_a_batch_has_go_as_well(world: World) -> None:
    for number in range(105):
        await world.execute(INSERT, await world.member(f"member-{number}"), 1, 2, END - SECOND)
    await forget(world)
    assert await world.value("SELECT count(*) FROM events") == 0


async def test_an_event_of_a_clock_that_is_slow_waits_for_those_before_it(world: World) -> None:
    ada = await world.member("ada")
    for sequence, when in enumerate((END - SECOND, END + SECOND, END - SECOND, END), start=1):
        await world.execute(INSERT, ada, sequence, sequence, when)
    await forget(world)
    assert await left(world, ada) == [2, 3, 4]


async def test_what_two_do_at_once_is_done(world: World) -> None:
    for number in range(10):
        await world.execute(INSERT, await world.member(f"member-{number}"), 1, 300, END - SECOND)
    await asyncio.gather(*(forget(world) for _ in range(4)))
    assert await world.value("SELECT count(*) FROM events") == 0
