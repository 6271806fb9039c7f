"""One reader of a log for all subscriptions that get the same from it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from executor.engine import Operation
from loaders.events import Reading
from resolvers.streams import LogSource
from rules.events import Position
from server.streams.callers import Caller
from server.streams.sinks import Result
from server.streams.work import Work

logger = logging.getLogger("rapport.streams")


class Follower(Protocol):
    """A subscription of a feed."""

    caller: Caller
    position: Position

    def offer(self, at: Position, result: Result) -> None:
        """Take the result of the entry before this position; never waits."""


class Feed:
    """Executes each entry once for all its live subscriptions: equal document, variables and visibility.

    Subscriptions that are behind read for themselves until they can `join`. `position` is where the live ones
    are; with none, the feed does nothing.
    """

    def __init__(self, work: Work, operation: Operation, source: LogSource, member_id: int) -> None:
        self.work = work
        self.operation = operation
        self.source = source
        self.member_id = member_id
        self.attached: set[Follower] = set()
        self.live: set[Follower] = set()
        self.position = Position(0, 0)
        self._is_stale = False
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """There may be more in the log."""
        self._is_stale = True
        if self.live and self._task is None:
            self._task = asyncio.create_task(self._follow())

    def join(self, follower: Follower) -> bool:
        """Go on with the others, unless they are further; never waits, so that nothing happens in between."""
        # What is being read is delivered to whoever is live by then, also when nobody was for a while.
        is_ahead = bool(self.live) or self._task is not None
        if is_ahead and follower.position < self.position:
            return False
        if not is_ahead:
            self.position = follower.position
        self.live.add(follower)
        if self._is_stale:
            self.wake()
        return True

    def detach(self, follower: Follower) -> None:
        """Forget a subscription."""
        self.attached.discard(follower)
        self.live.discard(follower)

    async def results(
        self, reading: Reading, caller: Caller, *, replayed: bool
    ) -> AsyncGenerator[tuple[Position, Result | None], None]:
        """What becomes of each entry: None of one that is not wanted or not to be seen.

        An entry is looked up when its turn comes: it may have been hidden since the one before it.
        """
        for row in reading.events:
            [item] = await self.source.shown(caller.context(), [row], replayed=replayed)
            result = None if item is None else await self.work.execute(self.operation, caller, item)
            yield row.position, result

    async def signal(self, item: object, caller: Caller) -> Result | None:
        """The result of a signal of the stream; None where the stream has no such signal."""
        return None if item is None else await self.work.execute(self.operation, caller, item)

    async def gap(self, reading: Reading, caller: Caller) -> Result | None:
        """The result that tells of a gap."""
        assert reading.gap
        now = self.work.deployment.clock()
        return await self.signal(self.source.gap(reading.head, now, reading.gap, reading.oldest), caller)

    async def _follow(self) -> None:
        try:
            while self._is_stale and self.live:
                self._is_stale = False
                async with self.work.turn_of(self.member_id, is_live=True):
                    await self._read_on()
        except Exception:
            # The poll wakes it again, when the database is there again.
            self._is_stale = True
            logger.exception("Following the log of member %d failed", self.member_id)
        finally:
            self._task = None

    async def _read_on(self) -> None:
        caller = next(iter(self.live)).caller
        reading = await self.work.read(self.member_id, self.position)
        if reading is None:
            return
        if reading.gap:
            self._deliver(reading.head, await self.gap(reading, caller), [*self.live])
            return
        async for at, result in self.results(reading, caller, replayed=False):
            self._deliver(at, result, [each for each in self.live if each.position < at])
        self.position = reading.end
        self._is_stale |= reading.has_more

    def _deliver(self, at: Position, result: Result | None, followers: Sequence[Follower]) -> None:
        if result is not None:
            for follower in followers:
                follower.offer(at, result)
        self.position = at
