"""Coroutines are driven as far as they go, in a loop and without one."""

import asyncio
from collections.abc import Callable

import pytest
from graphql import ExecutionResult

from tests.conformance.driving import Ready, driven

DONE = ExecutionResult({"a": 1})


async def waiting(sleeps: int) -> ExecutionResult:
    for _ in range(sleeps):
        await asyncio.sleep(0.001)
    return DONE


def test_what_never_waits_is_returned_without_a_loop() -> None:
    assert driven(waiting(0)) is DONE


def test_what_waits_is_lost_without_a_loop() -> None:
    rest = driven(waiting(1))
    assert asyncio.iscoroutine(rest)
    with pytest.raises(RuntimeError, match="outside of an event loop"):
        asyncio.run(rest)


async def test_what_never_waits_is_returned_in_a_loop() -> None:
    assert driven(waiting(0)) is DONE


async def test_the_rest_is_awaited_by_any_task() -> None:
    rest = driven(waiting(3))
    assert asyncio.iscoroutine(rest)
    assert await asyncio.create_task(rest) is DONE


async def test_a_cancelled_rest_ends() -> None:
    ended = asyncio.Event()
    rest = driven(_noting(ended.set))
    assert asyncio.iscoroutine(rest)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(rest, 0.01)
    assert ended.is_set()


async def _noting(end: Callable[[], None]) -> ExecutionResult:
    try:
        await asyncio.sleep(60)
    finally:
        end()
    return DONE


async def test_a_ready_result_equals_what_it_gives_when_awaited() -> None:
    ready = Ready({"a": 1})
    assert await ready == DONE == ready
