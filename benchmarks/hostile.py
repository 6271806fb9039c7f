"""How fast others are served, and what the server holds, while crowds of clients mean harm.

    python -m benchmarks.hostile [--seconds 10]

One member writes to another, whose socket hears of it, and asks queries. Meanwhile come, in turn: 200
subscribers that never read what is sent to them, a hundred kilobytes with each message; 10,000 frames of
garbage; 1,000 sockets that never begin; 20 sockets that replay a long log a hundred times each. Quiet is the
time before and after each crowd. The crowds are a process of their own on the same machine.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect

from auth.identity import Viewer
from auth.tokens import AccessTokens
from benchmarks.serving import Server, serving
from rules import ids
from server import migrations, postgres
from tests.streams.hostility import Crowd, garbage, half_open, message, seeded, subscribes, useless
from tests.streams.served import LARGE, LONG_TEXT, SMALL

KEY = "the key that signs tokens in benchmarks"
WRITER, HEARER = 1, 2
PAUSE = 0.02
LEAVING = 2
MEMBERS = """
INSERT INTO members (handle, given_name, family_name)
SELECT 'member-' || id, 'Given', 'Family' FROM generate_series(1, 2) AS id
"""
LINK = "INSERT INTO connections (member_id, other_id) VALUES (1, 2), (2, 1)"
SEND = """
mutation($id: ID!, $body: String!) {
  sendMessage(input: {memberId: $id, body: $body}) { userErrors { code } }
}
"""
QUERY = "{ viewer { member { handle headline } } }"
REPLAY = SMALL.replace("viewerEvents", 'viewerEvents(after: "000000000000000000000000")')


def token(member_id: int) -> str:
    """An access token of a member."""
    viewer = Viewer(member_id, session_id=member_id, scopes=None)
    return AccessTokens(KEY.encode(), timedelta(hours=1)).issue(viewer, datetime.now(UTC))[0]


def deaf(crowd: Crowd) -> None:
    """Subscribers that never read."""
    crowd.begin(200, subscribes(token(HEARER), LARGE))


def noisy(crowd: Crowd) -> None:
    """Frames of garbage, from sockets that begin properly."""
    random, begins = seeded(), message(type="connection_init")
    for _ in range(100):
        crowd.begin(5, *(begins + b"".join(garbage(random) for _ in range(10)) for _ in range(5)))
        crowd.begin(1, begins + b"".join(useless(random) for _ in range(50)))
        time.sleep(0.05)
        crowd.leave()


def silent(crowd: Crowd) -> None:
    """Sockets that never begin."""
    crowd.come(1_000, *half_open())


def greedy(crowd: Crowd) -> None:
    """Replays of a long log."""
    crowd.begin(20, subscribes(token(HEARER), REPLAY, operations=100))


def attack(crowds: Callable[[Crowd], None], port: int, seconds: float) -> None:
    """Come, stay and leave."""
    with Crowd(port) as crowd:
        end = time.monotonic() + seconds
        crowds(crowd)
        time.sleep(max(0, end - time.monotonic()))


@dataclass
class Latencies:
    """Seconds that answers and events took."""

    queries: list[float] = field(default_factory=list)
    events: list[float] = field(default_factory=list)

    def shown(self, quiet: "Latencies") -> str:
        """Medians and the slowest of a hundred, with the medians' ratios to those when it was quiet."""
        words = []
        for name in ("queries", "events"):
            taken = getattr(self, name)
            median, slow = statistics.median(taken), statistics.quantiles(taken, n=100)[98]
            ratio = median / statistics.median(getattr(quiet, name))
            words.append(f"{name} {median * 1e3:.1f} ms ({ratio:.2f} times quiet), p99 {slow * 1e3:.1f} ms")
        return "; ".join(words)


class Observer:
    """Writes, hears and asks like anybody."""

    def __init__(self, http: httpx.AsyncClient, hearer: ClientConnection) -> None:
        self._http = http
        self._hearer = hearer

    async def observe(self, seconds: float) -> Latencies:
        """How long everything takes, for a time."""
        latencies, end = Latencies(), time.monotonic() + seconds
        while time.monotonic() < end:
            latencies.queries.append(await self._asks(WRITER, QUERY))
            start = time.perf_counter()
            await self._asks(WRITER, SEND, id=ids.encode("M", HEARER), body=LONG_TEXT)
            async with asyncio.timeout(60):
                while b"MessageChanged" not in orjson.dumps(orjson.loads(await self._hearer.recv())):
                    pass
            latencies.events.append(time.perf_counter() - start)
            await asyncio.sleep(PAUSE)
        return latencies

    async def _asks(self, member_id: int, query: str, **variables: str) -> float:
        start = time.perf_counter()
        headers = {"Authorization": f"Bearer {token(member_id)}"}
        body: Mapping[str, object] = {"query": query, "variables": variables}
        answer = (await self._http.post("/graphql", json=body, headers=headers)).json()
        assert "errors" not in answer, answer
        return time.perf_counter() - start


def held(server: Server) -> str:
    """What the server's process holds."""
    process = server.process
    return f"{process.memory_full_info().pss / 1e6:.0f} MB, {process.num_fds()} files"


async def main() -> None:
    """Print a line for each crowd."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    seconds: float = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder, postgres.running(Path(folder)) as url:
        await migrations.upgrade(url)
        connection = await asyncpg.connect(url)
        await connection.execute(MEMBERS)
        await connection.execute(LINK)
        await connection.close()
        settings = {"RAPPORT_SOCKETS_PER_MEMBER": "10000", "RAPPORT_POLICY__MESSAGE_LIMIT": "none"}
        with serving(url, KEY, **settings) as server:
            await compare(server, seconds)


async def compare(server: Server, seconds: float) -> None:
    """Observe while nobody else is there, and while each crowd is."""
    port = int(server.address.rpartition(":")[2])
    url, protocols = f"ws://127.0.0.1:{port}/graphql", ["graphql-transport-ws"]
    async with (
        httpx.AsyncClient(base_url=server.address, timeout=60) as http,
        connect(url, subprotocols=protocols, max_size=None, proxy=None) as hearer,  # type: ignore[arg-type]
    ):
        begin = {"type": "connection_init", "payload": {"authorization": f"Bearer {token(HEARER)}"}}
        follow = {"type": "subscribe", "id": "a", "payload": {"query": SMALL}}
        for each in (begin, follow):
            await hearer.send(orjson.dumps(each).decode())
        observer = Observer(http, hearer)
        await observer.observe(seconds / 5)
        for crowd in (deaf, noisy, silent, greedy):
            await _under(crowd, observer, server, seconds)


async def _under(crowd: Callable[[Crowd], None], observer: Observer, server: Server, seconds: float) -> None:
    """Quiet is what comes right before and after: the machine has other things to do as well."""
    port = int(server.address.rpartition(":")[2])
    quiet, before = await observer.observe(seconds / 2), held(server)
    with ProcessPoolExecutor(1) as process:
        attacking = asyncio.get_running_loop().run_in_executor(process, attack, crowd, port, seconds + 2)
        await asyncio.sleep(1)
        latencies, meanwhile = await observer.observe(seconds), held(server)
        await attacking
    await asyncio.sleep(LEAVING)
    after = await observer.observe(seconds / 2)
    quiet = Latencies(quiet.queries + after.queries, quiet.events + after.events)
    print(f"{crowd.__name__}: {latencies.shown(quiet)}", flush=True)
    print(f"  before {before}; meanwhile {meanwhile}; afterwards {held(server)}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
