"""Waits for several things at once."""

import asyncio
from collections.abc import Awaitable, Coroutine, Sequence
from typing import Any

from graphql.pyutils import is_awaitable

from executor.loops import running_loop


async def together(work: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run coroutines concurrently; if this is cancelled they all are, and have ended when it ends."""
    first, *others = work
    tasks = [*map(running_loop().create_task, others)]
    try:
        await first
        for task in tasks:
            await task
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def outcome(value: Awaitable[Any]) -> Any:
    """What an awaitable gives, or the Exception that it raises."""
    try:
        return await value
    except Exception as error:
        return error


async def outcomes(values: Sequence[Awaitable[Any]]) -> list[Any]:
    """What each of the awaitables gives, or the Exception that it raises."""
    if len(values) == 1:
        return [await outcome(values[0])]
    return await asyncio.gather(*map(outcome, values))


def awaited(values: list[Any]) -> list[Any] | Awaitable[list[Any]]:
    """The values, or an awaitable of them where one or another has to be waited for."""
    if len(values) == 1:
        return _only(values[0]) if is_awaitable(values[0]) else values
    places = [place for place, value in enumerate(values) if is_awaitable(value)]
    return _awaited(values, places) if places else values


async def _only(value: Awaitable[Any]) -> list[Any]:
    return [await value]


async def _awaited(values: list[Any], places: Sequence[int]) -> list[Any]:
    for place, value in zip(places, await outcomes([values[place] for place in places]), strict=True):
        values[place] = value
    return values
