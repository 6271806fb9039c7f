"""What is known of one client's socket, and the ways in which it ends."""

import asyncio
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Protocol

from executor.engine import Engine, Operation
from server.graphql_ws.closing import INIT_TIMEOUT, NO_LONGER_VALID, STOPPING, Closing
from server.graphql_ws.connections import Connection
from server.streams.callers import Caller
from server.streams.hub import Subscription
from server.streams.sinks import Sink

RUNNING_AT_ONCE = 10
"""Operations of a socket that run at once; while they do, nothing more is read from it."""
LAST_ANSWERS_SECONDS = 5
"""What runs when a token ends has this long to be answered."""


class Streams(Protocol):
    """What follows events for subscriptions."""

    async def subscribe(self, operation: Operation, caller: Caller, sink: Sink) -> Subscription:
        """Follow what a checked operation asks for. Raises CodedError and InvalidRequest."""


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """How much sockets may ask for, times in seconds; see `server.settings`."""

    per_member: int = 20
    operations: int = 100
    init_timeout: float = 10
    operation_timeout: float = 30


@dataclass(frozen=True, slots=True)
class Services:
    """What all sockets share."""

    engine: Engine
    streams: Streams
    limits: SocketLimits


class Running(Protocol):
    """An operation under way."""

    streams: bool
    task: asyncio.Task[None] | None

    def cancel(self) -> None:
        """Stop, and send nothing more."""


class Session:
    """One socket: its connection, its operations by their ids, and who asks once that is acknowledged."""

    __slots__ = ("_deadline", "_ending", "caller", "connection", "operations", "services")

    def __init__(self, services: Services, connection: Connection) -> None:
        self.services = services
        self.connection = connection
        self.caller: Caller | None = None
        self.operations: dict[str, Running] = {}
        self._ending: Closing | None = INIT_TIMEOUT
        self._deadline = monotonic() + services.limits.init_timeout
        connection.on_shutdown = self.stop

    @property
    def is_ending(self) -> bool:
        """Whether nothing new is begun."""
        return self.caller is not None and self._ending is not None

    def acknowledge(self, caller: Caller) -> None:
        """Serve this caller."""
        self.caller = caller
        self._ending, self._deadline = None, inf

    def finished(self, id: str) -> None:
        """An operation is over."""
        self.operations.pop(id, None)
        if self.is_ending and not self.operations:
            self.close(self._ending or STOPPING)

    def look_at(self, now: float) -> None:
        """End the socket if its time is up or its token no longer good; `now` is monotonic."""
        if now >= self._deadline:
            self.close(self._ending or STOPPING)
        elif self.caller is not None and not self.caller.is_good:
            self.revoke()

    def revoke(self) -> None:
        """The token is no longer good."""
        self._wind_up(NO_LONGER_VALID, LAST_ANSWERS_SECONDS)

    def stop(self) -> None:
        """The process ends, which Uvicorn gives all requests a time for."""
        self._wind_up(STOPPING, inf)

    def close(self, closing: Closing) -> None:
        """Send nothing more but why."""
        self.connection.close(*closing)
        self._cancel()

    def end(self) -> None:
        """The connection is closed."""
        self.connection.on_shutdown = None
        self._cancel()

    def _cancel(self) -> None:
        for operation in tuple(self.operations.values()):
            operation.cancel()

    async def has_room(self) -> None:
        """Wait until the client may ask for more: few operations run, and it reads their results."""
        while len(tasks := self._tasks()) >= RUNNING_AT_ONCE:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        await self.connection.writable.wait()

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [each.task for each in self.operations.values() if each.task]

    def _wind_up(self, closing: Closing, seconds: float) -> None:
        """Cut streams at once, and close when all that runs has been answered or the seconds are over."""
        if self.is_ending:
            return
        self._ending, self._deadline = closing, monotonic() + seconds
        for operation in tuple(self.operations.values()):
            if operation.streams:
                operation.cancel()
        if self.caller is None or not self.operations:
            self.close(closing)
