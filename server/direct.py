"""The connection of a client whose usual requests take a short way, past the messages of ASGI.

Making and reading these messages took a sixth of a short operation. Instead, a POST to the endpoint whose
body arrives together with its head is answered at once. Whatever is not usual goes the whole way, to the same
endpoint: that is only slower.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol

from starlette.types import Scope
from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from server import heads
from server.graphql_http import Reply

CLOSE: Final = (b"connection", b"close")


class Application(Protocol):
    """What can answer past ASGI."""

    path: str
    body_timeout: float
    """Seconds within which a head must have arrived, and a body."""

    async def respond(self, scope: Scope, body: bytes) -> Reply:
        """The reply to a POST to `path`; the scope has what Uvicorn knows before it reads the head."""


@dataclass(slots=True, eq=False)
class Exchange:
    """A request on the short way and its response, in the eyes of Uvicorn's protocol."""

    scope: Scope
    body: bytes
    keep_alive: bool
    disconnected: bool = False
    response_complete: bool = False

    message_event: ClassVar = asyncio.Event()
    """Nobody waits for it."""


class Connection(heads.Connection):
    """The HTTP protocol, with a short way through it.

    One task answers all that take it, one after the other: to make a task for each took a fortieth of a
    short operation.
    """

    _body: bytearray | None = None
    """What there is yet of the request that may take the short way; None where none may."""
    _exchange: Exchange
    """What is answered. The protocol's own `cycle` may be a later one, which has to wait."""
    _task: asyncio.Task[None]
    """What answers."""
    _rest: asyncio.Future[None] | None = None
    """What the task waits for when it has answered: the next request or the end; None before the first."""

    def __init__(self, config: Config, *arguments: Any, **named: Any) -> None:
        super().__init__(config, *arguments, **named)
        application: Any = config.app
        self.application: Application = application
        self._path = self.application.path.encode()

    def data_received(self, data: bytes) -> None:
        """Take what arrived, and send a request the whole way of which more has yet to arrive."""
        super().data_received(data)
        if self._body is not None:
            body, self._body = self._body, None
            super().on_headers_complete()
            super().on_body(bytes(body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        super().connection_lost(exc)
        self._end()

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to another protocol."""
        self._end()
        super().handle_websocket_upgrade()

    def _end(self) -> None:
        """Wait for no further request."""
        if self._rest is not None:
            self._rest.cancel()

    # What follows is called by the parser.

    def on_headers_complete(self) -> None:
        """Choose the way. What is long needs a closer look than there is on the short one."""
        if not self._is_long and self._is_usual():
            self._came_on = True
            self._body, self.headers = bytearray(), []
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        if self._body is None:
            super().on_body(body)
        else:
            self._body += body

    def on_message_complete(self) -> None:
        """Answer a request that is there as a whole."""
        if self._body is None:
            super().on_message_complete()
            return
        scope: Any = self.scope
        cycle: Any = Exchange(scope, bytes(self._body), self.parser.should_keep_alive())
        self.cycle = self._exchange = cycle
        self._body = None
        if self._rest is None:
            self._task = self.loop.create_task(self._answer_all())
        else:
            self._rest.set_result(None)
        self.tasks.add(self._task)

    def _is_usual(self) -> bool:
        """Middleware looks after other origins. While another request is answered, this one has to wait."""
        parser, fields = self.parser, dict(self.headers)
        is_usual = (
            self.url == self._path
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and not parser.should_upgrade()
            and (self.cycle is None or self.cycle.response_complete)
            and b"origin" not in fields
        )
        if is_usual and b"x-forwarded-for" in fields:
            self.scope["client"] = self._sender()
        return is_usual

    def _sender(self) -> tuple[str, int] | None:
        """Who sent the request, according to proxies that are trusted."""
        peer = self.client[0] if self.client else None
        if not isinstance(self.app, ProxyHeadersMiddleware) or peer not in self.app.trusted_hosts:
            return self.client
        passed_on = b", ".join(value for name, value in self.headers if name == b"x-forwarded-for")
        host, port = self.app.trusted_hosts.get_trusted_client_address(passed_on.decode("latin-1"))
        return (host, port) if host else self.client

    async def _answer_all(self) -> None:
        while True:
            exchange = self._exchange
            try:
                reply = await self.application.respond(exchange.scope, exchange.body)
                if self.flow.write_paused:
                    await self.flow.drain()
            except BaseException:
                self.transport.close()
                raise
            finally:
                self.tasks.discard(self._task)
            if self.transport.is_closing():
                return
            self._write(exchange, reply)
            # Whoever rests keeps neither what was asked nor what was answered.
            exchange.body = b""
            del exchange, reply
            self._rest = self.loop.create_future()
            await self._rest

    def _write(self, exchange: Exchange, reply: Reply) -> None:
        """Head and body at once."""
        fields = [*self.server_state.default_headers, *reply.fields()]
        if not exchange.keep_alive and CLOSE not in fields:
            fields.append(CLOSE)
        self.transport.write(heads.response(reply, fields))
        exchange.response_complete = True
        if CLOSE in fields:
            self.transport.close()
        self.on_response_complete()
