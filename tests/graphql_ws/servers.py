"""Uvicorn in this process, and sockets to it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from websockets.asyncio.client import connect

from server.graphql_ws import Connection
from tests.graphql_ws.clients import Client, until


class InProcess(uvicorn.Server):
    """A server that leaves signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class Server:
    """A running server, with the sockets that a test opens."""

    uvicorn: InProcess
    port: int
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def url(self) -> str:
        """Where sockets are served."""
        return f"ws://127.0.0.1:{self.port}/graphql"

    async def open(self, **options: Any) -> Client:
        """A socket that is not acknowledged yet; gone when the test ends."""
        options = {"subprotocols": ["graphql-transport-ws"], "max_size": None} | options
        quiet: dict[str, Any] = {"proxy": None, "ping_interval": None, "close_timeout": 1}
        return Client(await self.stack.enter_async_context(connect(self.url, **quiet, **options)))

    @property
    def connections(self) -> list[Connection]:
        """The WebSockets that are open."""
        return [each for each in self.uvicorn.server_state.connections if isinstance(each, Connection)]

    async def emptied(self, but: int = 0) -> None:
        """Wait until no more than these connections are left."""
        await until(lambda: len(self.uvicorn.server_state.connections) <= but)


@asynccontextmanager
async def listening(app: ASGIApp, **options: Any) -> AsyncIterator[Server]:
    """Serve an application whose lifespan runs already; `options` are Uvicorn's."""
    listener = socket.create_server(("127.0.0.1", 0))
    config: dict[str, Any] = {"log_level": "error", "lifespan": "off", "ws_max_size": 65_536} | options
    server = InProcess(uvicorn.Config(app, ws=Connection, ws_per_message_deflate=False, **config))
    port = listener.getsockname()[1]
    task = asyncio.create_task(server.serve([listener]))
    await until(lambda: server.started)
    it = Server(server, port)
    try:
        async with it.stack:
            yield it
    finally:
        server.should_exit = True
        await task
