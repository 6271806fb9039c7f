"""Nothing is lost and nothing is late, whatever breaks between a log and its reader.

RAPPORT_TEST_STREAM_EVENTS sets how many events are written: 300 by default, 1,000 for a thorough run of a
few minutes. What is broken, and how often, grows with it.
"""

import asyncio
import os
import random
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import inf

import asyncpg
import pytest
from pydantic import SecretStr
from redis import Redis

from auth.identity import Viewer
from auth.tokens import AccessTokens
from rules.events import Position, parse_position
from server import brokers
from server.settings import Settings
from tests.brokers.redis_servers import RedisServer, redis_server
from tests.server.crashes import Crashing, crashing
from tests.server.processes import new_folder
from tests.streams.authors import Authors
from tests.streams.followers import EventStreamFollower, Follower, SocketFollower
from tests.streams.wires import Wire, wire_to
from tests.world import World

EVENTS = int(os.environ.get("RAPPORT_TEST_STREAM_EVENTS", "300"))
KILLS = max(1, EVENTS // 200)
CUT_TWICE = max(3, EVENTS * 3 // 200)
LOSSES = max(2, EVENTS // 100)
MISSED = 120
"""More than a page of the log."""
MOST_BEHIND = 160
SLOW_POLL = {"RAPPORT_STREAM_POLL": "20"}
"""So slow that what comes in time was brought by a wake-up."""
LATE_SECONDS = 5
HARD_LIMIT_SECONDS = 60 + EVENTS // 5
KEY = "k" * 32
LISTENING = """
SELECT coalesce(array_agg(pid), ARRAY[]::int[]) FROM pg_stat_activity
WHERE application_name = 'rapport wake-ups' AND datname = current_database()
"""
TERMINATE = "SELECT pg_terminate_backend(pid, 5000) FROM unnest($1::int[]) AS pid"


@dataclass
class Run:
    """A server in a process of its own, a wire to it, a client, and those who write what it follows."""

    served: Crashing
    wire: Wire
    authors: Authors
    follower: Follower
    is_quiet: bool = False
    """Whether nothing is written for a while."""

    @property
    def reached(self) -> int:
        """How many events have gone by the client."""
        return parse_position(self.follower.last).sequence

    @property
    def behind(self) -> int:
        """How many events the client has yet to receive."""
        return len(self.authors.written) - self.reached

    async def received(self, share: float) -> None:
        """Return when the client has this share of the events."""
        await self.until(lambda: self.reached >= share * EVENTS)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Return when it is so."""
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    async def through(self, *troubles: Coroutine[None, None, None], most_behind: float = inf) -> None:
        """Let events be written, and followed to the last, until these troubles are over."""
        async with asyncio.timeout(HARD_LIMIT_SECONDS), asyncio.TaskGroup() as group:
            following = group.create_task(self.follower.follow())
            await self.until(lambda: "StreamCaughtUp" in self.follower.signals)
            tasks = [group.create_task(trouble) for trouble in troubles]
            await self.authors.write(
                lambda: len(self.authors.written) >= EVENTS and all(task.done() for task in tasks),
                may_go_on=lambda: self.behind < most_behind and not self.is_quiet,
            )
            await self.until(lambda: self.behind <= 0)
            following.cancel()

    def check(self) -> None:
        """Every event once, in order, each as it was written."""
        received = {cursor: event.type for cursor, event in self.follower.received.items()}
        assert list(received) == [Position(0, number + 1).text for number in range(len(received))]
        assert received == {cursor: event.type for cursor, event in self.authors.written.items()}
        assert "StreamGap" not in self.follower.signals


@pytest.fixture
async def foreign(world: World) -> list[int]:
    """Connections for wake-ups that are none of these tests' business."""
    found: list[int] = await world.value(LISTENING)
    return found


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, secret_key=SecretStr(KEY))


@asynccontextmanager
async def running(
    world: World, settings: Settings, follower: Callable[[int, str], Follower], **more: str
) -> AsyncIterator[Run]:
    """All of it, with one member; this process wakes the server as another server's would."""
    member_id = await world.member("ada")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert settings.database_url
    variables = {
        "PORT": str(port),
        "RAPPORT_ENVIRONMENT": "production",
        "RAPPORT_SECRET_KEY": KEY,
        "RAPPORT_DATABASE_URL": settings.database_url,
        "RAPPORT_RUN_JOBS": "false",
    }
    with new_folder() as folder, crashing(folder, **variables, **more) as served:
        await served.start()
        async with wire_to(port) as wire, brokers.running(settings) as broker:
            world.deployment = replace(world.deployment, wake=broker.wake)
            yield Run(served, wire, Authors(world, member_id), follower(wire.port, _token(member_id)))


def _token(member_id: int) -> str:
    tokens = AccessTokens(KEY.encode(), timedelta(hours=1))
    return tokens.issue(Viewer(member_id, session_id=1), datetime.now(UTC))[0]


@pytest.mark.parametrize("follower", [SocketFollower, EventStreamFollower])
async def test_a_client_whose_connection_is_cut_and_whose_server_is_killed_gets_every_event_once_in_order(
    world: World, settings: Settings, follower: Callable[[int, str], Follower]
) -> None:
    async with running(world, settings, follower) as run:
        await run.through(_cuts(run), _kills(run), most_behind=MOST_BEHIND)
        run.check()
        assert run.wire.cuts >= 2 * CUT_TWICE
        assert run.follower.losses_in_replays >= CUT_TWICE / 2


async def _cuts(run: Run) -> None:
    """At any moment, and again in the middle of the replay of what was missed."""
    for number in range(CUT_TWICE):
        await run.received(0.8 * number / CUT_TWICE)
        await asyncio.sleep(random.uniform(0, 0.05))
        await run.until(lambda: run.wire.is_used)
        run.wire.cut()
        await run.until(lambda: run.behind >= MISSED)
        cuts = run.wire.cuts
        run.wire.mend(for_bytes=random.randint(300, 10_000))
        await run.until(lambda cuts=cuts: run.wire.cuts > cuts)  # type: ignore[misc]


async def _kills(run: Run) -> None:
    for number in range(1, KILLS + 1):
        await run.received(0.9 * number / (KILLS + 1))
        run.served.kill(run.served.server())
        await run.served.start()


async def test_events_reach_a_client_in_time_while_the_listening_connections_are_terminated(
    world: World, settings: Settings, foreign: list[int], database_url: str
) -> None:
    async with running(world, settings, SocketFollower, **SLOW_POLL) as run:
        connection = await asyncpg.connect(database_url)

        async def terminate() -> None:
            """That of the server and that of this process, once both are back."""
            while len(there := set(await connection.fetchval(LISTENING)) - set(foreign)) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await connection.execute(TERMINATE, there)

        await run.through(_losses(run, terminate))
        await connection.close()
        _check_in_time(run)


async def test_events_reach_a_client_in_time_while_redis_is_restarted(
    world: World, settings: Settings
) -> None:
    with redis_server() as redis:

        async def restart() -> None:
            await asyncio.to_thread(_restart, redis)

        by_redis = settings.model_copy(update={"broker_url": redis.url})
        more = SLOW_POLL | {"RAPPORT_BROKER_URL": redis.url}
        async with running(world, by_redis, SocketFollower, **more) as run:
            await run.through(_losses(run, restart))
            _check_in_time(run)


async def test_events_reach_a_client_in_time_though_no_wake_up_ever_arrives(
    world: World, settings: Settings
) -> None:
    async with running(world, settings, SocketFollower) as run:
        world.deployment = replace(world.deployment, wake=lambda member_ids: None)
        await run.through()
        _check_in_time(run)


async def _losses(run: Run, lose: Callable[[], Awaitable[None]]) -> None:
    """After each, nothing is written until the client has all: no later wake-up makes up for a lost one."""
    for number in range(1, LOSSES + 1):
        await run.received(number / (LOSSES + 1))
        await lose()
        await asyncio.sleep(0.05)
        run.is_quiet = True
        await run.until(lambda: run.behind <= 0)
        run.is_quiet = False


def _restart(server: RedisServer) -> None:
    """End it as a crash would, once it is listened to, and start it again."""
    with Redis.from_url(server.url) as client:
        while not client.pubsub_channels():
            time.sleep(0.05)
    server.stop()
    server.start()


def _check_in_time(run: Run) -> None:
    """Every event, each within five seconds of its commit."""
    run.check()
    delays = [run.follower.received[cursor].at - event.at for cursor, event in run.authors.written.items()]
    assert max(delays) <= LATE_SECONDS
