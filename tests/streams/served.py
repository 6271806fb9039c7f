"""The whole application served in this process, so that a test sees its tasks and its files."""

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import psutil
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from websockets.asyncio.client import connect

from auth.identity import Viewer
from loaders.context import Deployment
from models.messages import MessageRow
from resolvers.inboxes import lock, tell
from resolvers.messages.reading import message_id
from rules.events import Event, EventKind
from server import graphql_sse, graphql_ws
from server.app import create_app
from server.graphql_ws.operations import SocketOperation
from server.graphql_ws.sessions import Session
from server.settings import Settings
from server.streams.feeds import Feed
from server.streams.subscriptions import LogSubscription
from tests.clients import Api
from tests.graphql_ws.clients import Client
from tests.messages.threads import say
from tests.world import World

KEPT = (Session, SocketOperation, LogSubscription, Feed)
"""What there is for each client."""
LONG_TEXT = "x" * 5_000
BODIES = " ".join(f"b{number}: body" for number in range(20))
OF_GAP = "... on StreamGap { reason }"
OF_MESSAGE = f"... on MessageChanged {{ message {{ {BODIES} }} }}"
LARGE = f"subscription {{ viewerEvents {{ event {{ {OF_MESSAGE} {OF_GAP} }} }} }}"
"""Asks for a hundred kilobytes with each message."""
SMALL = f"subscription {{ viewerEvents {{ cursor event {{ __typename {OF_GAP} }} }} }}"


class InProcess(uvicorn.Server):
    """A server that leaves signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class House:
    """A running server, what it shares, and its well-behaved clients."""

    port: int
    server: InProcess
    app: Starlette
    http: httpx.AsyncClient
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def deployment(self) -> Deployment:
        """What all operations share."""
        deployment: Deployment = self.app.state.deployment
        return deployment

    @property
    def world(self) -> World:
        """The same database; what is written there wakes this server's streams."""
        return World(self.deployment)

    def token(self, member_id: int) -> str:
        """An access token of a member."""
        viewer = Viewer(member_id, session_id=1_000_000 + member_id)
        return self.deployment.accounts.tokens.issue(viewer, datetime.now(UTC))[0]

    async def member(self, member_id: int) -> Client:
        """An acknowledged socket of a member; gone when the server is."""
        url, protocols = f"ws://127.0.0.1:{self.port}/graphql", ["graphql-transport-ws"]
        opening = connect(url, subprotocols=protocols, max_size=None, proxy=None)  # type: ignore[arg-type]
        client = Client(await self.stack.enter_async_context(opening))
        return await client.begin({"authorization": f"Bearer {self.token(member_id)}"})

    async def ask(self, member_id: int, query: str) -> object:
        """The data of a query over HTTP."""
        return (await Api(self.http, self.deployment).ask(query, member=member_id)).data

    async def tells(self, message: MessageRow) -> None:
        """One more event about a message, for its author."""
        assert message.author_id
        ctx = self.world.context(message.author_id)
        async with ctx.transaction():
            await lock(ctx, message.author_id)
            await tell(ctx, [Event(message.author_id, EventKind.MESSAGE_CHANGED, message_id(message))])

    async def long_message(self) -> MessageRow:
        """A message as long as one may be, by a member called Ada."""
        ada, ben = await self.world.member("ada"), await self.world.member("ben")
        await self.world.connect(ada, ben)
        return await say(self.world, ada, ben, LONG_TEXT)

    async def emptied(self, but: int, seconds: float = 30) -> None:
        """Wait until no more than these connections are left."""
        async with asyncio.timeout(seconds):
            while len(self.server.server_state.connections) > but:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


@dataclass(frozen=True)
class Footprint:
    """What a process holds."""

    tasks: int
    files: int
    clients: int
    bytes: int

    @staticmethod
    def now() -> "Footprint":
        """Of this process, at this moment."""
        process = psutil.Process()
        gc.collect()
        clients = sum(isinstance(each, KEPT) for each in gc.get_objects())
        return Footprint(len(asyncio.all_tasks()), process.num_fds(), clients, process.memory_info().rss)

    def is_within(self, other: "Footprint") -> bool:
        """Whether it is no larger, but for memory that the process may go on holding."""
        return self.tasks <= other.tasks and self.files <= other.files and self.clients <= other.clients


@asynccontextmanager
async def serving(database_url: str, **settings: int) -> AsyncIterator[House]:
    """Serve over a migrated database, as `rapport serve` does."""
    key = SecretStr("x" * 32)
    app = create_app(Settings(database_url=database_url, secret_key=key, run_jobs=False, **settings))  # type: ignore[arg-type]
    config = uvicorn.Config(
        app,
        log_config=None,
        lifespan="on",
        http=graphql_sse.Connection,
        ws=graphql_ws.Connection,
        ws_per_message_deflate=False,
    )
    listener, server = socket.create_server(("127.0.0.1", 0), backlog=2_048), InProcess(config)
    port = listener.getsockname()[1]
    task = asyncio.create_task(server.serve([listener]))
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            house = House(port, server, app, http)
            async with house.stack:
                yield house
    finally:
        server.should_exit = True
        await task
