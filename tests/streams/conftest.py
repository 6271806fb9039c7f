"""Streams over the test's database, and clients that stand where a transport would."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import orjson
import pytest

from auth.identity import Viewer
from executor.engine import Engine
from loaders.context import Deployment
from resolvers.inboxes import lock, tell
from rules import ids
from rules.events import Event, EventKind
from schema.root import schema
from server.streams.callers import Caller
from server.streams.hub import Streams, Subscription
from server.streams.sinks import Result
from tests.world import World

Json = Any
ENGINE = Engine(schema)
ENVELOPE = (
    "cursor replayed event { __typename ... on StreamGap { reason } ... on StreamCaughtUp { replayedCount } }"
)
EVENTS = f"subscription($after: EventCursor) {{ viewerEvents(after: $after) {{ {ENVELOPE} }} }}"


class Client:
    """A sink that reads as a test tells it."""

    def __init__(self) -> None:
        self.results: list[Json] = []
        self._has_room = asyncio.Event()
        self._has_room.set()
        self.has_ended = False
        self.was_given_up = False
        self._changed = asyncio.Event()
        self.subscription: Subscription | None = None

    def put(self, result: Result) -> None:
        self.results.append(orjson.loads(result.json))
        self._changed.set()

    async def drained(self) -> None:
        await self._has_room.wait()

    @property
    def is_full(self) -> bool:
        return not self._has_room.is_set()

    def reads(self) -> None:
        """Take in what is on the way again."""
        self._has_room.set()

    def stops_reading(self) -> None:
        """Take nothing in."""
        self._has_room.clear()

    def end(self) -> None:
        self.has_ended = True
        self._changed.set()

    def give_up(self) -> None:
        self.was_given_up = True
        self._changed.set()

    async def next(self, count: int) -> list[Json]:
        """The value of the root field in the first `count` results; waits for them and takes them."""
        async with asyncio.timeout(10):
            while len(self.results) < count:
                self._changed.clear()
                await self._changed.wait()
        taken, self.results = self.results[:count], self.results[count:]
        assert not any("errors" in each for each in taken), taken
        return [next(iter(each["data"].values())) for each in taken]

    async def kinds(self, count: int) -> list[str]:
        """The type of each of the next events."""
        return [envelope["event"]["__typename"] for envelope in await self.next(count)]

    async def nothing(self) -> bool:
        """Whether nothing comes for a while."""
        await asyncio.sleep(0.1)
        return not self.results


class Stage:
    """Members who subscribe, and what happens to them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.streams = Streams(ENGINE)
        self.deployment: Deployment = replace(
            world.deployment, wake=self.streams.woken, signal_typing=self.streams.typing
        )
        world.deployment = self.deployment
        self.clients: list[Client] = []

    async def subscribe(
        self, member_id: int, document: str = EVENTS, scopes: frozenset[str] | None = None, **variables: Json
    ) -> Client:
        client = Client()
        operation = ENGINE.prepare(document, None, variables)
        client.subscription = await self.streams.subscribe(operation, self.caller(member_id, scopes), client)
        self.clients.append(client)
        return client

    def caller(self, member_id: int, scopes: frozenset[str] | None = None) -> Caller:
        """A member who is connected."""
        return Caller(self.deployment, Viewer(member_id, session_id=1, scopes=scopes))

    async def happens(self, member_id: int, times: int = 1) -> None:
        """Entries that are always visible, one transaction each."""
        for _ in range(times):
            ctx = self.world.context(member_id)
            async with ctx.transaction():
                await lock(ctx, member_id)
                await tell(ctx, [Event(member_id, EventKind.SETTINGS_CHANGED, ids.encode("VS", member_id))])

    async def ask(self, member_id: int, document: str, **variables: Json) -> Json:
        """The data of an operation by this member."""
        operation = ENGINE.prepare(document, None, variables)
        result = await ENGINE.execute(operation, self.world.context(member_id))
        assert not result.errors, result.errors
        return result.data


@pytest.fixture
async def stage(world: World) -> AsyncIterator[Stage]:
    """Nobody subscribes yet; all subscriptions are cancelled at the end."""
    stage = Stage(world)
    async with stage.streams.running(stage.deployment, poll_seconds=3_600):
        yield stage
        for client in stage.clients:
            assert client.subscription
            client.subscription.cancel()
