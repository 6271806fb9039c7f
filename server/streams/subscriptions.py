"""One client's place in a log: behind, reading for itself, or live, with all others of its feed."""

import asyncio
import logging
from contextlib import aclosing

from loaders.events import Reading
from rules.events import Position, StreamGapReason
from server.streams.callers import Caller
from server.streams.feeds import Feed
from server.streams.sinks import Result, Sink

PATIENCE_SECONDS = 10
"""How long a client may take nothing of what waits for it before it is too slow."""
RETRY_SECONDS = 1
NOWHERE = Position(0, 0)

logger = logging.getLogger("rapport.streams")


class TooSlow(Exception):  # noqa: N818 - it says what the client is
    """The client takes nothing in."""


class LogSubscription:
    """Puts the results of a feed into a sink, in the order of the log, each once.

    A client that reads too slowly for what happens falls behind and catches up from the log, so that nothing
    is kept for it here but its `position`.
    """

    __slots__ = ("_begun", "_feed", "_is_replaying", "_replayed", "_sink", "_task", "caller", "position")

    def __init__(self, feed: Feed, caller: Caller, sink: Sink) -> None:
        self.caller = caller
        self.position = NOWHERE
        self._feed = feed
        self._sink = sink
        self._is_replaying = False
        self._replayed = 0
        # How much of what the stream begins with has been put; None when that is all.
        self._begun: int | None = None
        self._task: asyncio.Task[None] | None = None
        feed.attached.add(self)

    def start(self, position: Position, *, replay: bool) -> None:
        """Deliver what the stream begins with, then what is behind the position, as a replay or not."""
        self.position = position
        self._is_replaying = replay
        begins = self._feed.source.begins
        self._begun = 0 if begins else None
        if replay or begins or not self._feed.join(self):
            self._task = asyncio.create_task(self._catch_up())

    def offer(self, at: Position, result: Result) -> None:
        """Take a live result, or fall behind where the client has enough to read."""
        if self._sink.is_full:
            self._feed.live.discard(self)
            self.position = max(self.position, self._feed.position)
            self._task = asyncio.create_task(self._catch_up())
        else:
            self._sink.put(result)
            self.position = at

    def cancel(self) -> None:
        """Deliver nothing more."""
        self._feed.detach(self)
        if self._task is not None:
            self._task.cancel()

    async def _catch_up(self) -> None:
        """Read on until the live subscriptions are reached; what fails is tried again."""
        is_over = False
        while not is_over:
            try:
                is_over = await self._has_joined()
            except TooSlow:
                await self._give_up()
                is_over = True
            except Exception:
                logger.exception("A stream of member %d failed, it goes on", self._feed.member_id)
                await asyncio.sleep(RETRY_SECONDS)
        self._task = None

    async def _has_joined(self) -> bool:
        """One step: the next entries, or the signal that there are no more, and then the others."""
        # Before it reads: what is read may be hidden by the time that there is room.
        await self._has_room()
        async with self._feed.work.turn_of(self._feed.member_id, is_live=False):
            if self._begun is None:
                return await self._has_read_on()
            self._begun = await self._begin(self._begun)
            return False

    async def _begin(self, begun: int) -> int | None:
        """Put what the stream begins with while there is room; where to go on, None at its end."""
        items = await self._feed.source.first(self.caller.context())
        for place in range(begun, len(items)):
            self._put(await self._feed.signal(items[place], self.caller))
            if self._sink.is_full:
                return place + 1
        return None

    async def _has_read_on(self) -> bool:
        reading = await self._feed.work.read(self._feed.member_id, self.position)
        if reading is None:
            self._feed.detach(self)
            self._sink.end()
            return True
        if await self._puts_gap(reading) or await self._puts_entries(reading):
            return False
        if self._is_replaying:
            self._is_replaying = False
            await self._put_caught_up()
        return self._feed.join(self)

    async def _puts_gap(self, reading: Reading) -> bool:
        if reading.gap is None:
            return False
        self._put(await self._feed.gap(reading, self.caller))
        self.position = reading.head
        return True

    async def _puts_entries(self, reading: Reading) -> bool:
        """Put what the entries become while there is room; whether more are waiting behind them."""
        found = self._feed.results(reading, self.caller, replayed=self._is_replaying)
        async with aclosing(found) as results:
            async for at, result in results:
                self._put(result)
                self._replayed += result is not None
                self.position = at
                if self._sink.is_full:
                    return True
        self.position = reading.end
        return reading.has_more

    async def _put_caught_up(self) -> None:
        now = self._feed.work.deployment.clock()
        signal = self._feed.source.caught_up(self.position, now, self._replayed)
        self._put(await self._feed.signal(signal, self.caller))

    def _put(self, result: Result | None) -> None:
        if result is not None:
            self._sink.put(result)

    async def _has_room(self) -> None:
        """Wait until the client can take more. Raises TooSlow."""
        if self._sink.is_full:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._sink.drained()
            except TimeoutError:
                raise TooSlow from None

    async def _give_up(self) -> None:
        self._feed.detach(self)
        source, now = self._feed.source, self._feed.work.deployment.clock()
        gap = source.gap(self.position, now, StreamGapReason.CONSUMER_TOO_SLOW, self.position)
        try:
            self._put(await self._feed.signal(gap, self.caller))
        finally:
            self._sink.give_up()
