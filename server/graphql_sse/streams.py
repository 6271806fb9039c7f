"""One event stream: what waits for its client, and the ways in which it ends."""

import asyncio
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from server.graphql_sse.connections import EXTENSION, Connection
from server.graphql_sse.events import COMPLETE, RETRY, SIGN_OF_LIFE, comment, shared_event
from server.graphql_sse.responses import HEADERS
from server.streams.callers import Caller
from server.streams.hub import Subscription
from server.streams.sinks import Result

MOST_WAITING: Final = 64 * 1024
"""Bytes that wait for a client before it has to read on."""
KEEP_ALIVE_SECONDS: Final = 12
LAST_SECONDS: Final = 5
"""How long a client has to take the rest of a stream that is over."""


class EventStream:
    """The response to a subscription, as an ASGI application, and the sink of its results.

    A stream that ends without `complete` was cut off: its client is to come back, behind its last cursor.
    `on_end` is called when the connection is done with, perhaps more than once.
    """

    def __init__(self, caller: Caller, on_end: Callable[["EventStream"], None]) -> None:
        self.caller = caller
        self.subscription: Subscription | None = None
        self._on_end = on_end
        self._connection: Connection | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._waiting = [RETRY]
        self._size = 0
        self._is_over = False
        self._stirred = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send results until the stream is over or the client goes away."""
        self._connection = scope.get("extensions", {}).get(EXTENSION)
        if self._connection is not None:
            self._connection.on_shutdown = self.stop
        listening = asyncio.create_task(self._listen(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": Headers(HEADERS).raw})
            await self._write(send)
        finally:
            listening.cancel()
            self.close()

    def put(self, result: Result) -> None:
        """Send a result, to whoever may still see it."""
        self.end_if_revoked()
        if self._is_over:
            return
        event = shared_event(result)
        self._waiting.append(event)
        self._size += len(event)
        self._stirred.set()
        if self.is_full:
            self._has_room.clear()

    @property
    def is_full(self) -> bool:
        """Whether the client has enough to read."""
        return self._size >= MOST_WAITING

    async def drained(self) -> None:
        """Wait until the client has read on, or is gone."""
        await self._has_room.wait()

    def end(self) -> None:
        """Tell the client that nothing more comes, behind what waits for it."""
        self._finish(COMPLETE)

    def give_up(self) -> None:
        """Cut the stream off behind what waits: the client may come back when it can read on."""
        self._finish(comment("the client reads too slowly"))

    def end_if_revoked(self) -> None:
        """Cut the stream off, with all that waits, unless the caller's token is still good."""
        if not self.caller.is_good and not self._is_over:
            self._waiting.clear()
            self._finish(comment("the access token is no longer valid"))

    def stop(self) -> None:
        """Cut the stream off behind what waits: this process ends, and others serve."""
        self._finish(comment("the server stops"))

    def close(self) -> None:
        """Send nothing more, for there is nobody who takes it."""
        self._waiting.clear()
        self._finish()
        if self._deadline is not None:
            self._deadline.cancel()
        if self._connection is not None:
            self._connection.on_shutdown = None
        self._on_end(self)

    def _finish(self, *last: bytes) -> None:
        if not self._is_over:
            self._is_over = True
            self._waiting += last
            self._stirred.set()
            self._has_room.set()
            if self._connection is not None:
                self._deadline = asyncio.get_running_loop().call_later(LAST_SECONDS, self._connection.drop)
        if self.subscription is not None:
            self.subscription.cancel()

    async def _listen(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.close()

    async def _write(self, send: Send) -> None:
        while await self._has_more():
            chunk, self._waiting = b"".join(self._waiting), []
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            self._size -= len(chunk)
            if not self.is_full:
                self._has_room.set()
        await send({"type": "http.response.body", "body": b""})

    async def _has_more(self) -> bool:
        """Wait for something to write; there is nothing more when the stream is over."""
        if not self._waiting and not self._is_over:
            await self._rest()
        return bool(self._waiting)

    async def _rest(self) -> None:
        """Wait until something happens, or until a sign of life is due."""
        self._stirred.clear()
        try:
            async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                await self._stirred.wait()
        except TimeoutError:
            self._waiting.append(SIGN_OF_LIFE)
