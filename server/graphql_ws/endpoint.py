"""The endpoint: which sockets are opened, and by whom they are heard."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from functools import partial

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from auth.background import repeating
from executor.engine import Engine
from server.graphql_http.errors import HTTPError
from server.graphql_http.responses import Reply, rejection
from server.graphql_ws.closing import NOT_ACCEPTABLE
from server.graphql_ws.connections import EXTENSION, Connection
from server.graphql_ws.conversation import Conversation
from server.graphql_ws.register import Register
from server.graphql_ws.sessions import Services, Session, SocketLimits, Streams
from server.streams.callers import Caller

SUBPROTOCOL = "graphql-transport-ws"
SWEEP_SECONDS = 1

OpenCaller = Callable[[HTTPConnection, str | None], Caller]
"""Who opens a socket with this `Authorization`, or with that of the handshake where it is None.

Raises CodedError for a token that is no good.
"""


class GraphQLSockets:
    """An ASGI application that serves operations over WebSockets, `graphql-transport-ws` only.

    It needs Uvicorn with `Connection` as its `ws` class. Pages of its own host and of `origins` may use it.
    """

    def __init__(
        self,
        engine: Engine,
        streams: Streams,
        open_caller: OpenCaller,
        limits: SocketLimits,
        origins: Collection[str] = (),
    ) -> None:
        self._services = Services(engine, streams, limits)
        self._open_caller = open_caller
        self._origins = {*origins}
        self._register = Register(limits.per_member)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """End the sockets that must end, until the block does."""
        async with repeating("Looking after sockets", SWEEP_SECONDS, self._register.sweep):
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket until it is closed."""
        await receive()
        client = HTTPConnection(scope)
        if not self._welcomes(client):
            await _forbidden()(scope, receive, send)
            return
        connection: Connection = scope["extensions"][EXTENSION]
        if SUBPROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            connection.close(*NOT_ACCEPTABLE)
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        await self._conversation(connection, client).hear(receive)

    def _welcomes(self, client: HTTPConnection) -> bool:
        """Whether the page that asks may; other programs than browsers don't say where they come from."""
        origin = client.headers.get("origin")
        own = client.headers.get("host", "")
        return origin is None or origin.partition("://")[2] == own or bool({origin, "*"} & self._origins)

    def _conversation(self, connection: Connection, client: HTTPConnection) -> Conversation:
        session = Session(self._services, connection)
        return Conversation(session, self._register, partial(self._open_caller, client))


def _forbidden() -> Reply:
    return rejection(HTTPError(403, "ORIGIN_NOT_ALLOWED", "Pages of this origin may not ask here."))
