"""What a message to 500 subscribers of one document costs the server, against Mercurius.

    python -m benchmarks.fan_out [--subscribers 500] [--events 200] [--rounds 5] [--pace 20]

One member holds all sockets of `rapport serve`. Another process writes each event into the member's log, in a
transaction of its own, and sends the wake-up: the whole way from there to the frames counts, with what the
log's reader and the event's execution take. Mercurius 16 with JIT (which graphql-js executes subscriptions
without) publishes the same envelope from within, on its own emitter, without a database. The frames of both
have the same size, and neither is compressed. One process reads the sockets of each, and counts.

Each round has a burst of events, as fast as one writer commits or publishes them, then as many a second as
the pace says. Counted is the CPU of the server's process; PostgreSQL's, the writer's commits included, stands
beside it.
"""

import argparse
import asyncio
import tempfile
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
import orjson
import psutil

from benchmarks.peers import mercurius
from benchmarks.serving import Server, cpu_seconds, serving
from benchmarks.sockets import Received, Sockets, allow_files, holding
from benchmarks.streaming import DOCUMENT, KEY, tell_of_message, tokens, writing, written
from loaders.context import Deployment
from server import postgres

READER = 2
SETTLING_SECONDS = 2
Publish = Callable[[int, float], Coroutine[None, None, None]]


@dataclass(frozen=True, slots=True)
class Side:
    """A server with its subscribers, and how so many events are published, so many seconds apart."""

    name: str
    server: Server
    sockets: Sockets
    publish: Publish


@dataclass(frozen=True, slots=True)
class Figures:
    """Messages for each second of the server's CPU, of that and PostgreSQL's, and of the clock."""

    per_core: float
    with_database: float
    rate: float

    def __str__(self) -> str:
        return "{:,.0f}/s per core, {:,.0f} with PostgreSQL, {:,.0f}/s".format(*astuple(self))


def main() -> None:
    """Run the rounds and print each side's rates, and the ratios of the medians."""
    arguments = _arguments()
    allow_files(4 * arguments.subscribers + 1_000)
    with (
        tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as name,
        postgres.running(Path(name)) as url,
    ):
        asyncio.run(_compare(url, arguments))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=500)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pace", type=float, default=20, help="events a second")
    return parser.parse_args()


async def _compare(url: str, arguments: argparse.Namespace) -> None:
    database = await written(url, READER, arguments.events)
    postmaster = await _postmaster(database)
    async with writing(database) as deployment:
        with _rapport(arguments, database, deployment) as ours:
            envelope, size = await _sample(ours, arguments)
            with _mercurius(arguments, envelope) as theirs:
                assert await _sample(theirs, arguments) == (envelope, size)
                print(f"{arguments.subscribers} subscribers, messages of {size} bytes")
                for every in (0.0, 1 / arguments.pace):
                    await _rounds([ours, theirs], postmaster, arguments, every)


async def _postmaster(database: str) -> psutil.Process:
    connection = await asyncpg.connect(database)
    postmaster = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()")).parent()
    await connection.close()
    assert postmaster
    return postmaster


@contextmanager
def _rapport(arguments: argparse.Namespace, database: str, deployment: Deployment) -> Iterator[Side]:
    settings = {"RAPPORT_SOCKETS_PER_MEMBER": str(arguments.subscribers)}
    with serving(database, KEY, **settings) as server, _subscribed(server, arguments) as sockets:
        yield Side("Rapport", server, sockets, partial(_write, deployment))


@contextmanager
def _mercurius(arguments: argparse.Namespace, envelope: Any) -> Iterator[Side]:
    with mercurius() as server, _subscribed(server, arguments) as sockets:
        yield Side("Mercurius", server, sockets, partial(_post, server.address, envelope))


@contextmanager
def _subscribed(server: Server, arguments: argparse.Namespace) -> Iterator[Sockets]:
    with holding() as sockets:
        sockets.open(server.address, arguments.subscribers)
        sockets.begin(tokens([READER] * arguments.subscribers), DOCUMENT)
        # Nothing tells a client of this protocol that its subscription has begun.
        time.sleep(SETTLING_SECONDS)
        yield sockets


async def _write(deployment: Deployment, events: int, every: float) -> None:
    for number in range(1, events + 1):
        async with asyncio.TaskGroup() as both:
            both.create_task(tell_of_message(deployment, [READER], number))
            both.create_task(asyncio.sleep(every))


async def _post(address: str, envelope: Any, events: int, every: float) -> None:
    content = orjson.dumps({"envelope": envelope, "events": events, "every": every})
    request = urllib.request.Request(
        f"{address}/publish", content, {"Content-Type": "application/json"}, method="POST"
    )
    (await asyncio.to_thread(urllib.request.urlopen, request)).close()


async def _sample(side: Side, arguments: argparse.Namespace) -> tuple[Any, int]:
    """Warm up; the envelope of the last message, and the message's size in bytes."""
    received = await _published(side, arguments, arguments.events, 0)
    return orjson.loads(received.sample)["payload"]["data"]["viewerEvents"], len(received.sample)


async def _rounds(
    sides: list[Side], postmaster: psutil.Process, arguments: argparse.Namespace, every: float
) -> None:
    """Measure the sides in turn, and print what came of it."""
    what = f"{1 / every:g} events/s" if every else "burst"
    rates: dict[str, list[float]] = {side.name: [] for side in sides}
    for number in range(arguments.rounds):
        for side in sides:
            figures = await _measured(side, postmaster, arguments, every)
            rates[side.name].append(figures.per_core)
            print(f"{what} {number + 1}: {side.name} {figures}", flush=True)
    ours, theirs = map(median, rates.values())
    print(f"median: {ours:,.0f}/s per core against {theirs:,.0f}, {ours / theirs:.1f} times, wanted 2")


async def _measured(
    side: Side, postmaster: psutil.Process, arguments: argparse.Namespace, every: float
) -> Figures:
    before = cpu_seconds(side.server.process), cpu_seconds(postmaster)
    start = time.monotonic()
    received = await _published(side, arguments, arguments.events, every)
    await asyncio.sleep(0.2)
    own, database = cpu_seconds(side.server.process) - before[0], cpu_seconds(postmaster) - before[1]
    seconds = own, own + database, received.at - start
    return Figures(*(received.texts / each for each in seconds))


async def _published(side: Side, arguments: argparse.Namespace, events: int, every: float) -> Received:
    """Publish events until all subscribers have them."""
    publishing = asyncio.create_task(side.publish(events, every))
    received = await asyncio.to_thread(side.sockets.received, events * arguments.subscribers)
    await publishing
    assert received.fewest == events
    return received


if __name__ == "__main__":
    main()
