"""Deadlines: what takes too long is cancelled, and nothing else."""

import asyncio

import pytest

from executor.deadlines import Deadline, Deadlines


@pytest.fixture
def deadlines() -> Deadlines:
    return Deadlines()


async def waits(deadline: Deadline) -> None:
    """Wait for longer than any test."""
    with deadline:
        await asyncio.sleep(60)


async def test_what_takes_too_long_ends_in_time(deadlines: Deadlines) -> None:
    deadline = deadlines.within(0.02)
    with pytest.raises(TimeoutError):
        await waits(deadline)
    assert deadline.is_over
    assert not deadlines.running
    task = asyncio.current_task()
    assert task
    assert not task.cancelling()


async def test_what_is_done_in_time_is_forgotten(deadlines: Deadlines) -> None:
    with deadlines.within(60) as deadline:
        await asyncio.sleep(0)
        assert deadline in deadlines.running
    assert not deadlines.running


async def test_who_begins_later_may_end_earlier(deadlines: Deadlines) -> None:
    ended: list[float] = []

    async def run(seconds: float) -> None:
        with pytest.raises(TimeoutError):
            await waits(deadlines.within(seconds))
        ended.append(seconds)

    await asyncio.gather(run(0.15), run(0.05), run(0.1))
    assert ended == [0.05, 0.1, 0.15]


async def test_another_cancellation_stays_one(deadlines: Deadlines) -> None:
    async def run() -> None:
        await waits(deadlines.within(60))

    task = asyncio.create_task(run())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not deadlines.running


def test_each_loop_has_its_own(deadlines: Deadlines) -> None:
    async def run() -> None:
        with pytest.raises(TimeoutError):
            await waits(deadlines.within(0.02))

    for _ in range(2):
        asyncio.run(run())
