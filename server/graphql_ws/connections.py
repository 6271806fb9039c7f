"""Uvicorn's WebSocket protocol, made safe against clients that flood and fast for what is sent to many."""

from collections.abc import Callable
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from server.graphql_ws.closing import NO_ANSWER, NOT_UTF_8

EXTENSION: Final = "rapport.connection"
"""Where the ASGI scope has the `Connection`."""

PARSED_AT_ONCE = 4_096
LONGEST_REASON = 123
CLOSE_SECONDS = 5
DEAF_CLOSE_SECONDS = 1


class Connection(WebSocketsSansIOProtocol):
    """A client's connection, which the application may write to and close without waiting.

    Whoever sends more than is dealt with is not read from: a little is parsed at a time, the next when the
    application has taken it and the client has read what it was sent.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.close_timeout = CLOSE_SECONDS
        self.on_shutdown: Callable[[], None] | None = None
        self._unparsed = b""
        self._parses_later = False

    @property
    def is_open(self) -> bool:
        """Whether anything may be sent."""
        return self.handshake_complete and not (self.close_sent or self.transport.is_closing())

    @property
    def is_full(self) -> bool:
        """Whether more waits for the client to read than should: 64 KiB, until most of it has gone."""
        return not self.writable.is_set()

    def write(self, frames: bytes) -> None:
        """Send whole frames; does nothing when the connection is closed."""
        if self.is_open:
            self.transport.write(frames)

    def close(self, code: int, reason: str) -> None:
        """Send a close frame with as much of the reason as fits, and wait a little for the client's own."""
        if self.is_open:
            fitting = reason.encode()[:LONGEST_REASON].decode(errors="ignore")
            self.conn.send_close(code, fitting)
            self._flush()
            self._await_close(code, fitting, self.close_timeout)

    # What follows is called by asyncio or by the base class.

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what is not parsed yet."""
        self._unparsed = b""
        super().connection_lost(exc)

    def handle_connect(self, event: Request) -> None:
        """Offer this connection to the application."""
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["extensions"][EXTENSION] = self  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Parse the beginning at once."""
        is_first = not self._unparsed
        self._unparsed += data
        if is_first and not self._is_blocked:
            self._parse()
        else:
            self._regulate()

    async def send(self, message: Any) -> None:
        """Forget the handshake once it is answered, which would be kept for as long as the client stays."""
        await super().send(message)
        if message["type"] == "websocket.accept":
            self.request.headers.clear()
            del self.request, self.response

    async def receive(self) -> Any:
        """The next event for the application."""
        event = await self.queue.get()
        self._regulate()
        return event

    def pause_writing(self) -> None:
        """Read nothing more from who reads nothing."""
        super().pause_writing()
        self._regulate()

    def resume_writing(self) -> None:
        """Read on."""
        super().resume_writing()
        self._regulate()

    def handle_cont(self, event: Any) -> None:
        """Empty fragments count for no size, so that any number of them could be kept."""
        if event.data or event.fin:
            super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        """Hand on a whole message."""
        data, self.frames = b"".join(self.frames), []
        if self.close_sent:
            return
        if self.curr_msg_data_type == "bytes":
            self.queue.put_nowait({"type": "websocket.receive", "bytes": data})
            return
        try:
            self.queue.put_nowait({"type": "websocket.receive", "text": data.decode()})
        except UnicodeDecodeError:
            self.close(*NOT_UTF_8)

    def handle_close(self, event: Any) -> None:
        """Don't wait for who closes and never reads what it was sent."""
        super().handle_close(event)
        self._abort_later()

    def eof_received(self) -> None:
        """As above, for who leaves without a word."""
        self._abort_later()

    def handle_parser_exception(self) -> None:
        """Say why, which the client only sees if the connection is not reset while it still sends."""
        closing = self.conn.close_sent
        if closing is None:
            self.transport.abort()
            return
        self._flush()
        self._await_close(closing.code, closing.reason, DEAF_CLOSE_SECONDS)

    def keepalive_timeout(self) -> None:
        """Let go, except of who may have answered behind messages that the application has yet to take.

        The base class closes with 1011, which clients take for an error that no retry can mend.
        """
        self.pong_timer = None
        self.pending_ping_payload = None
        if self.read_paused and not self.is_full:
            self.schedule_ping()
        else:
            self.close(*NO_ANSWER)

    def shutdown(self) -> None:
        """Let the application finish what it does, and wait for nobody who doesn't read."""
        self.close_timeout = DEAF_CLOSE_SECONDS
        if self.is_open and self.on_shutdown is not None:
            self.on_shutdown()
            return
        super().shutdown()
        self._abort_later()

    @property
    def _is_blocked(self) -> bool:
        return self.is_full or not (self.close_sent or self.queue.empty())

    def _parse(self) -> None:
        """Parse a little, so that other connections have their turn."""
        self._parses_later = False
        some, self._unparsed = self._unparsed[:PARSED_AT_ONCE], self._unparsed[PARSED_AT_ONCE:]
        if self.conn.parser_exc is not None:
            self._unparsed = b""
        else:
            super().data_received(some)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self._flush()
            self.transport.close()
        self._regulate()

    def _regulate(self) -> None:
        """Parse what is left when that is possible, and read only when nothing is left."""
        if self._unparsed and not self._is_blocked and not self._parses_later:
            self._parses_later = True
            self.loop.call_soon(self._parse)
        self._pause_reading(bool(self._unparsed) or self._is_blocked)

    def _pause_reading(self, is_paused: bool) -> None:
        if is_paused != self.read_paused:
            self.read_paused = is_paused
            (self.transport.pause_reading if is_paused else self.transport.resume_reading)()

    def _flush(self) -> None:
        self.transport.write(b"".join(self.conn.data_to_send()))

    def _abort_later(self) -> None:
        """The transport is closed, but would wait for the client to read for as long as it takes."""
        if self.transport.get_write_buffer_size():
            self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def _await_close(self, code: int, reason: str, seconds: float) -> None:
        """What the client sent before doesn't matter any more."""
        self.close_sent = True
        self.stop_keepalive()
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.close_timer = self.loop.call_later(seconds, self.transport.abort)
        self._regulate()
