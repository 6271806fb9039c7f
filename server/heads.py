"""The connection of a client that gets only so much time and room for the head of a request.

Uvicorn waits for ever for a head, keeps as much of it as there is, and takes what follows the body of a
request for a part of its head.
"""

import asyncio
from typing import Any, Final, NoReturn

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from server import graphql_sse
from server.graphql_http import Reply
from server.graphql_http.body import CLOSE
from server.graphql_http.errors import HTTPError
from server.graphql_http.responses import Field, rejection

MAX_HEAD_BYTES: Final = 64 * 1024
"""Size of a request's head; of the fields after its body, once more."""


class Connection(graphql_sse.Connection):
    """Uvicorn's HTTP protocol, made safe against heads that are endless, or slow, or come too early.

    What is refused is answered when all before it is, and nothing more is taken then.
    """

    _size: int = 0
    """Bytes received since the parser last came to the end of a head, a piece of a body, or a request."""
    _before: int = 0
    """Bytes received together with that end: how many of them came after it is not known."""
    _is_long: bool = False
    """Whether a head that ends now may be too large."""
    _came_on: bool
    """Whether the parser came to such an end in what has just been received."""
    _error: HTTPError | None = None
    """Why the parser was stopped."""
    _refusal: Reply | None = None
    """The last answer of the connection, written or to be written."""
    _since: float
    """Since when the client is waited for, unless a request is answered."""
    _begun: bool = True
    """Whether the client is waited for to go on, for `body_timeout`, and not just to send another request."""

    def __init__(self, config: Config, *arguments: Any, **named: Any) -> None:
        super().__init__(config, *arguments, **named)
        application: Any = config.app
        self.body_timeout: float = application.body_timeout
        # Which of the two counts may change before the timer looks, so that it looks this often.
        self._shorter = min(self.timeout_keep_alive, self.body_timeout)

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def _has_part_of_head(self) -> bool:
        """Whether a head has begun: where it is complete as well, its scope is that of the cycle."""
        return self.scope is not (self.cycle and self.cycle.scope)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._look_later(self._shorter)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        super().connection_lost(exc)
        self._stop_looking()

    def data_received(self, data: bytes) -> None:
        """Take what arrived. Of it, only what is surely part of an unfinished head is counted."""
        if self._refusal is not None:
            return
        self._size += len(data)
        self._is_long = self._before + self._size > MAX_HEAD_BYTES
        self._came_on = False
        super().data_received(data)
        if self._came_on:
            self._before, self._size = len(data), 0
        elif self._size > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse(_too_large())
        if not self._begun and not self._is_answering:
            self._begun, self._since = True, self.loop.time()

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to another protocol."""
        self._stop_looking()
        super().handle_websocket_upgrade()

    def on_response_complete(self) -> None:
        """Go on with the next request, or wait for it."""
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        if self._refusal is not None:
            self._write_last(self._refusal)
            return
        self._since, self._begun = self.loop.time(), self._has_part_of_head
        if self.timeout_keep_alive_task is None:
            self._look_later(self._shorter)

    # One timer looks again and again how long the client has been waited for.

    def _look_later(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self._look)

    def _look(self) -> None:
        """Close the connection if the client has had its time, or look again when it may have had it."""
        self.timeout_keep_alive_task = None
        if self._is_answering or self.transport.is_closing():
            return
        patience = self.body_timeout if self._begun else self.timeout_keep_alive
        seconds = self._since + patience - self.loop.time()
        if seconds > 0:
            self._look_later(min(seconds, self._shorter))
            return
        if self._has_part_of_head and self._refusal is None:
            self._refuse(_too_slow(self.body_timeout))
        self.transport.close()

    def _stop_looking(self) -> None:
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None

    def _unset_keepalive_if_required(self) -> None:
        """Something arrived; the timer stays."""

    # What follows is called by the parser, which stops where an error is raised.

    def on_headers_complete(self) -> None:
        """Begin with a request. Fields that follow its body are kept apart: they could pose as its own."""
        self._came_on = True
        if self._is_long:
            self._check_size(len(self.url))
        is_upgrade = self.parser.should_upgrade()
        if is_upgrade and self._is_answering and self._should_upgrade():
            # The answers to come would be written into the WebSocket.
            self._stop(HTTPError(400, "BAD_REQUEST", "Earlier requests are not answered yet.", CLOSE))
        super().on_headers_complete()
        if not is_upgrade:
            self.headers = []

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._came_on = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._came_on = True
        if self._is_long:
            self._check_size()
        super().on_message_complete()

    def _check_size(self, size: int = 0) -> None:
        """Stop if the fields that have come, and so many bytes more, are too large."""
        size += sum(len(name) + len(value) + len(b":\r\n") for name, value in self.headers)
        if size > MAX_HEAD_BYTES:
            self._stop(_too_large())

    def _stop(self, error: HTTPError) -> NoReturn:
        self._error = error
        raise error

    def send_400_response(self, msg: str) -> None:
        """Refuse that at which the parser stopped."""
        if self._error is None:
            super().send_400_response(msg)
        else:
            self._refuse(self._error)

    # What is refused.

    def _refuse(self, error: HTTPError) -> None:
        """Answer with the error, after all earlier answers."""
        self._refusal = rejection(error)
        cycle = self.cycle
        if self._has_part_of_head:
            if not self._is_answering:
                self._write_last(self._refusal)
        elif isinstance(cycle, RequestResponseCycle) and not (self.pipeline or cycle.response_started):
            # Instead of the application, which may still wait for the end of the request.
            cycle.disconnected = cycle.response_complete = True
            cycle.message_event.set()
            self._write_last(self._refusal)
        else:
            # Whatever were written would be taken for part of another answer.
            self.transport.close()

    def _write_last(self, reply: Reply) -> None:
        """Answer, and leave some time to read it to a client that is still sending.

        Closed at once, the connection would be reset, and the answer lost.
        """
        self.transport.write(response(reply, [*self.server_state.default_headers, *reply.fields()]))
        self.transport.write_eof()
        self._since, self._begun = self.loop.time(), True
        if self.timeout_keep_alive_task is None:
            self._look_later(self._shorter)


def response(reply: Reply, fields: list[Field]) -> bytes:
    """Head and body at once."""
    return STATUS_LINE[reply.status] + b"\r\n".join((*map(b": ".join, fields), b"", reply.body))


def _too_large() -> HTTPError:
    message = f"The head of the request, or what follows its body, is larger than {MAX_HEAD_BYTES:,} bytes."
    return HTTPError(431, "HEAD_TOO_LARGE", message, CLOSE)


def _too_slow(seconds: float) -> HTTPError:
    message = f"The head of the request did not arrive within {seconds:g} seconds."
    return HTTPError(408, "REQUEST_TIMEOUT", message, CLOSE)
