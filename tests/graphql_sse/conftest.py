"""The whole application, and clients that read its event streams line by line."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from server.graphql_sse import Connection, EventStreamEndpoint
from server.graphql_sse.streams import EventStream
from tests.clients import Api
from tests.graphql_ws.servers import Server, listening
from tests.streams.happenings import happens
from tests.world import World

Json = Any
EVENTS = """
subscription($after: EventCursor) {
  viewerEvents(after: $after) { cursor replayed event { __typename ... on StreamGap { reason } } }
}
"""
SECONDS = 30


@dataclass
class ServerSentEvent:
    """One event of a stream; `comment` where it is none."""

    name: str = ""
    data: str = ""
    id: str | None = None
    comment: str | None = None

    @property
    def json(self) -> Json:
        """What the data holds."""
        return orjson.loads(self.data)


class Reader:
    """Reads the events of one response."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self) -> ServerSentEvent | None:
        """The next event or comment; None at the end."""
        event, is_empty = ServerSentEvent(), True
        async with asyncio.timeout(SECONDS):
            async for line in self._lines:
                name, _, value = line.partition(":")
                value = value.removeprefix(" ")
                match name:
                    case "event":
                        event.name = value
                    case "data" | "id":
                        setattr(event, name, value)
                    case "" if line:
                        return ServerSentEvent(comment=value)
                if not line and not is_empty:
                    return event
                is_empty = not line or name == "retry"
        return None

    async def results(self, count: int) -> list[Json]:
        """The value of the root field in so many results."""
        events = [await self.next() for _ in range(count)]
        assert all(each and each.name == "next" for each in events), events
        return [next(iter(each.json["data"].values())) for each in events if each]

    async def rest(self) -> list[ServerSentEvent]:
        """All that comes until the end."""
        events = []
        while (event := await self.next()) is not None:
            events.append(event)
        return events


@dataclass
class Served:
    """The application, where it listens, and what happens to its members."""

    api: Api
    world: World
    server: Server
    endpoint: EventStreamEndpoint
    http: httpx.AsyncClient
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def url(self) -> str:
        """Where event streams are served."""
        return f"http://127.0.0.1:{self.server.port}/graphql/stream"

    @property
    def streams(self) -> list[EventStream]:
        """The streams that follow what happens."""
        registered = self.endpoint.register._streams
        return [each for each in registered if isinstance(each, EventStream) and each.subscription]

    async def subscribe(
        self,
        member: int | None = None,
        document: str = EVENTS,
        *,
        token: str = "",
        headers: Mapping[str, str] | None = None,
        **variables: Json,
    ) -> Reader:
        """Open a stream; it is closed when the test ends."""
        token = token or self.api.token(member or 0)
        request = self.http.stream(
            "POST",
            self.url,
            json={"query": document, "variables": variables},
            headers={"Authorization": f"Bearer {token}", **(headers or {})},
        )
        return Reader(await self.stack.enter_async_context(request))

    async def happens(self, member: int, times: int = 1) -> None:
        """Entries that are always visible, one transaction each."""
        await happens(self.world, member, times)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(SECONDS):
            while not condition():  # noqa: ASYNC110 - conditions have no event
                await asyncio.sleep(0.01)

    async def until_none_is_open(self) -> None:
        """Wait until the server has done with all streams."""
        await self.until(lambda: not self.endpoint.register._streams)


@pytest.fixture
async def served(app: Starlette, world: World, api: Api) -> AsyncIterator[Served]:
    """The application, with an empty database."""
    world.deployment = app.state.deployment
    [endpoint] = [
        route.endpoint
        for route in app.routes
        if isinstance(route, Route) and isinstance(route.endpoint, EventStreamEndpoint)
    ]
    async with listening(app, http=Connection) as server, httpx.AsyncClient(trust_env=False) as http:
        # As little room as there is for what clients don't read.
        server.uvicorn.servers[0].sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2048)
        served = Served(api, world, server, endpoint, http)
        async with served.stack:
            yield served
        await served.until_none_is_open()
