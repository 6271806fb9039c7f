"""What all streams of a process do their work with."""

import asyncio
from collections.abc import Sequence
from weakref import WeakValueDictionary

from aiodataloader import DataLoader
from graphql import ExecutionResult

from executor.engine import Engine, Operation
from executor.failures import has_failed
from loaders import events
from loaders.context import Context, Deployment
from loaders.events import Reading
from resolvers.events.told import Envelope
from rules.events import Position
from server.graphql_http.responses import content_of, encoded
from server.streams.callers import Caller
from server.streams.sinks import Result

PAGE = 100
"""Entries of a log that are read at once."""
AT_ONCE = 8
"""Events that are executed at once; operations need connections to the database as well."""
READ_AT_ONCE = 200
EVENT_SECONDS = 30
"""How long the execution of an event may take."""
RETRY_SECONDS = (0.2, 1, 2)
"""Pauses before an event that failed is executed again."""


class Work:
    """Reads logs, many in one statement, and executes subscriptions for single events, a few at a time."""

    def __init__(self, engine: Engine, deployment: Deployment) -> None:
        self.engine = engine
        self.deployment = deployment
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._turns_of: WeakValueDictionary[tuple[int, bool], asyncio.Lock] = WeakValueDictionary()
        self._logs: DataLoader[tuple[int, Position], Reading | None] = DataLoader(
            self._read, max_batch_size=READ_AT_ONCE, cache=False
        )
        self._heads: DataLoader[int, Position | None] = DataLoader(
            self._find_heads, max_batch_size=READ_AT_ONCE, cache=False
        )

    async def head(self, member_id: int) -> Position | None:
        """Where a member's log ends; None where the account is closed."""
        return await self._heads.load(member_id)

    async def _find_heads(self, member_ids: Sequence[int]) -> list[Position | None]:
        found = await events.heads(Context(self.deployment, None), member_ids)
        return [found.get(each) for each in member_ids]

    def turn_of(self, member_id: int, *, is_live: bool) -> asyncio.Lock:
        """Held while a page of this member's log is dealt with, live or behind: many cost others little."""
        return self._turns_of.setdefault((member_id, is_live), asyncio.Lock())

    async def read(self, member_id: int, after: Position) -> Reading | None:
        """What stands in a member's log behind a position; None where the account is closed."""
        return await self._logs.load((member_id, after))

    async def _read(self, wanted: Sequence[tuple[int, Position]]) -> list[Reading | None]:
        return [*await events.read(Context(self.deployment, None), wanted, PAGE)]

    async def execute(self, operation: Operation, caller: Caller, event: object) -> Result:
        """The result of a subscription for one event, with a context of its own.

        An event is told once, so that a failure of the database must not stand for it: this raises what that
        raises, for the log to be read again. A failure without one is told after a few tries.
        """
        result = await self._executed(operation, caller, event)
        for pause in RETRY_SECONDS:
            if not has_failed(result):
                break
            await asyncio.sleep(pause)
            await self._find_heads([])
            result = await self._executed(operation, caller, event)
        return Result(encoded(content_of(result)), event.cursor.text if isinstance(event, Envelope) else None)

    async def _executed(self, operation: Operation, caller: Caller, event: object) -> ExecutionResult:
        async with self._turns:
            return await self.engine.execute(
                operation, caller.context(), timeout=EVENT_SECONDS, root_value=event
            )
