"""Signals that members type: passed on to those who look, and never kept."""

import asyncio
import logging

from executor.engine import Operation
from resolvers.streams import TypingSource
from rules.events import TypingSignal
from server.streams.callers import Caller
from server.streams.sinks import Sink
from server.streams.work import Work

logger = logging.getLogger("rapport.streams")


class TypingSubscription:
    """Shows one client who types in a conversation; a client that is behind misses signals."""

    __slots__ = ("_caller", "_of", "_operation", "_sink", "_source", "_tasks", "_work")

    def __init__(
        self,
        work: Work,
        operation: Operation,
        source: TypingSource,
        caller: Caller,
        sink: Sink,
        of: set["TypingSubscription"],
    ) -> None:
        self._work = work
        self._operation = operation
        self._source = source
        self._caller = caller
        self._sink = sink
        self._of = of
        self._tasks: set[asyncio.Task[None]] = set()
        of.add(self)

    def pass_on(self, signal: TypingSignal) -> None:
        """Show another's signal soon; never waits. One at a time: those that come meanwhile say the same."""
        viewer = self._caller.viewer
        is_own = viewer is not None and viewer.member_id == signal.member_id
        if not is_own and not self._tasks and not self._sink.is_full:
            task = asyncio.create_task(self._show(signal))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def cancel(self) -> None:
        """Show nothing more."""
        self._of.discard(self)
        for task in self._tasks:
            task.cancel()

    async def _show(self, signal: TypingSignal) -> None:
        assert self._caller.viewer
        try:
            async with self._work.turn_of(self._caller.viewer.member_id, is_live=True):
                item = await self._source.shown(self._caller.context(), signal)
                if item is not None:
                    self._sink.put(await self._work.execute(self._operation, self._caller, item))
        except Exception:
            logger.exception("A signal could not be shown")
