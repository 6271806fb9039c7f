"""Runs coroutines as far as they go without waiting, as executors do whose results may be plain."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any

from graphql import ExecutionResult

Running = Coroutine[Any, Any, ExecutionResult]


class Ready(ExecutionResult):
    """A result that came without waiting, and may be awaited nevertheless.

    The reference's result is awaitable if any resolver's was, whether or not that had to wait. The compiled
    run is a coroutine in any case, so callers may take its result either way.
    """

    __slots__ = ()

    def plain(self) -> ExecutionResult:
        """The result alone."""
        return ExecutionResult(self.data, self.errors, self.extensions)

    def __await__(self) -> Generator[Any, Any, ExecutionResult]:
        yield from ()
        return self.plain()

    def __eq__(self, other: object) -> bool:
        return self.plain() == (other.plain() if isinstance(other, Ready) else other)

    def __hash__(self) -> int:
        return id(self)


def driven(running: Running) -> ExecutionResult | Running:
    """What `running` returns or raises if it never waits, otherwise an awaitable of it."""
    return _begun(running) if has_loop() else _driven_without_loop(running)


def has_loop() -> bool:
    """Whether there is anything to wait in."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _begun(running: Running) -> ExecutionResult | Running:
    """Take the first step in the task that asks, and leave the others to whoever awaits the rest."""
    try:
        waits_for = running.send(None)
    except StopIteration as stop:
        result: ExecutionResult = stop.value
        return result
    return _rest(running, waits_for)


async def _rest(running: Running, waits_for: Any) -> ExecutionResult:
    return await _Begun(running, waits_for)


def _driven_without_loop(running: Running) -> ExecutionResult | Running:
    """Take the first step in a loop that ends with it: what has to wait may still ask which loop it is in."""

    async def begin() -> ExecutionResult | Running:
        return _begun(running)

    with asyncio.Runner() as runner:
        result = runner.run(begin())
    if isinstance(result, ExecutionResult):
        return result
    result.close()
    return _lost()


async def _lost() -> ExecutionResult:
    raise RuntimeError("It was begun outside of an event loop, and has to wait.")


class _Begun:
    """A coroutine that has yielded once already."""

    def __init__(self, running: Running, waits_for: Any) -> None:
        self.running = running
        self.waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, ExecutionResult]:
        """Yield what it waits for, and give it what comes back, until it returns."""
        waits_for = self.waits_for
        while True:
            resume: Callable[[Any], Any] = self.running.send
            try:
                value = yield _marked(waits_for)
            except BaseException as error:  # A cancellation is passed on as well.
                resume, value = self.running.throw, error
            try:
                waits_for = resume(value)
            except StopIteration as stop:
                result: ExecutionResult = stop.value
                return result


def _marked(waits_for: Any) -> Any:
    """Mark a future as being waited for again: another task that waits for it takes the mark away."""
    if asyncio.isfuture(waits_for):
        waits_for._asyncio_future_blocking = True
    return waits_for
