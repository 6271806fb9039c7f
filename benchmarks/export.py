"""An export of many connections: the worker's memory, the server's latency beside it, and a worker's death.

    python -m benchmarks.export [--connections 20000] [--format CSV]

A member of a new database exports their connections through `rapport serve` and a `rapport worker`, on one
server with PostgreSQL's default settings. Counted is by how much the worker's resident memory has grown at
its peak, from what it was when it had nothing to do; a client meanwhile asks the server for a page of the
member's connections, one time after the other, as it did before. Then another export is begun, its worker is
killed with SIGKILL when half of it is written, and a second one, whose patience with the dead is 2 seconds,
finishes it. Both are downloaded and must be the same. At last the server does the job itself, beside the
client.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil

from auth.identity import Viewer
from auth.tokens import AccessTokens
from benchmarks.serving import serving
from server import migrations, postgres

KEY = "the key that signs tokens in benchmarks"
PROFILES = {"RAPPORT_PROFILE_URL": "https://network.example/in/"}
MEMBER = 1
TAKEOVER_SECONDS = 2
SETTLING_SECONDS = 3
WORLD = (
    """
    INSERT INTO members (handle, given_name, family_name, headline, contact_email, connection_count)
    SELECT 'member-' || id, 'Given', 'Family ' || id, 'Engineer at Company ' || id % 500,
        'member-' || id || '@example.org', CASE id WHEN 1 THEN $1 ELSE 1 END
    FROM generate_series(1, $1 + 1) AS id
    """,
    """
    INSERT INTO positions (member_id, title, company_name, started_on)
    SELECT id, 'Engineer', 'Company ' || id % 500, '2020-01-01' FROM members WHERE id <= $1 + 1
    """,
    """
    INSERT INTO connections (member_id, other_id, connected_at)
    SELECT one, other, now() - id * interval '1 minute'
    FROM generate_series(2, $1 + 1) AS id, LATERAL (VALUES (1, id), (id, 1)) AS pair (one, other)
    """,
    """
    INSERT INTO adjacency (member_id, ids)
    SELECT member_id, array_agg(other_id ORDER BY other_id) FROM connections
    WHERE member_id <= $1 + 1 GROUP BY member_id
    """,
)
WORKING = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rapport jobs'"
START = "mutation($format: ExportFormat!) { startNetworkExport(input: {format: $format}) { export { id } } }"
EXPORT = "query($id: ID!) { node(id: $id) { ... on NetworkExport { state rowCount downloadUrl } } }"
PAGE = "{ viewer { connections(first: 20) { nodes { handle displayName headline } } } }"


@dataclass
class Client:
    """The member, over one connection."""

    http: httpx.Client

    def ask(self, query: str, **variables: object) -> Any:
        """The data of an answer."""
        answer = self.http.post("/graphql", json={"query": query, "variables": variables}).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def start(self, format: str) -> str:
        """Ask for an export."""
        return str(self.ask(START, format=format)["startNetworkExport"]["export"]["id"])

    def until(self, export: str, rows: int | None = None) -> float:
        """Wait until so many rows are written, or all; the seconds that it took."""
        start = time.monotonic()
        while (found := self.ask(EXPORT, id=export)["node"])["state"] != "READY":
            assert found["state"] != "FAILED"
            if rows is not None and found["rowCount"] >= rows:
                break
            time.sleep(0.01)
        return time.monotonic() - start

    def file(self, export: str) -> bytes:
        """Download it."""
        return self.http.get(self.ask(EXPORT, id=export)["node"]["downloadUrl"]).raise_for_status().content


@dataclass
class Watch:
    """Asks and looks, in a thread of its own, until it is told to stop."""

    client: Client
    process: psutil.Process | None = None
    milliseconds: list[float] = field(default_factory=list)
    peak: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def _run(self) -> None:
        while not self._stop.is_set():
            start = time.perf_counter()
            self.client.ask(PAGE)
            self.milliseconds.append((time.perf_counter() - start) * 1_000)
            if self.process:
                self.peak = max(self.peak, self.process.memory_info().rss)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Watch for the time of a block."""
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def __str__(self) -> str:
        found = self.milliseconds
        cuts = statistics.quantiles(found, n=100, method="inclusive")
        worst = f"p99 {cuts[98]:.1f}, worst {max(found):.1f}"
        return f"{len(found)} answers, median {cuts[49]:.1f} ms, {worst}"


def main() -> None:
    """Run it and print the figures."""
    arguments = _arguments()
    with (
        tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as name,
        postgres.running(Path(name)) as url,
    ):
        database = asyncio.run(_database(url, arguments.connections))
        with serving(database, KEY, **PROFILES) as server, _client(server.address) as client:
            _print_quiet(server.address)
            whole = _measure_worker(server.address, database, client, arguments)
            assert _kill_worker(database, client, arguments) == whole
        alone = {"RAPPORT_RUN_JOBS": "true"} | PROFILES
        with serving(database, KEY, **alone) as server, _client(server.address) as client:
            assert _measure_server(server.address, client, arguments) == whole


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--connections", type=int, default=20_000)
    parser.add_argument("--format", choices=["CSV", "JSON", "VCARD"], default="CSV")
    return parser.parse_args()


async def _database(url: str, count: int) -> str:
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE DATABASE exports")
    await connection.close()
    database = postgres.with_database(url, "exports")
    await migrations.upgrade(database)
    connection = await asyncpg.connect(database)
    for statement in WORLD:
        await connection.execute(statement, count)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return database


@contextmanager
def _client(address: str) -> Iterator[Client]:
    tokens = AccessTokens(KEY.encode(), timedelta(hours=1))
    token, _ = tokens.issue(Viewer(MEMBER, session_id=MEMBER), datetime.now(UTC))
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60) as http:
        yield Client(http)


@contextmanager
def _worker(database: str) -> Iterator[psutil.Process]:
    """`rapport worker` that has come to rest, killed at the end."""
    environment = PROFILES | {
        "RAPPORT_DATABASE_URL": database,
        "RAPPORT_SECRET_KEY": KEY,
        "RAPPORT_JOB_TAKEOVER": str(TAKEOVER_SECONDS),
    }
    command = [sys.executable, "-c", "from server.cli import main; main()", "worker"]
    process = subprocess.Popen(command, env=os.environ | environment)
    try:
        asyncio.run(_until_working(database))
        time.sleep(SETTLING_SECONDS)
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()


async def _until_working(database: str) -> None:
    connection = await asyncpg.connect(database)
    while not await connection.fetchval(WORKING):  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    await connection.close()


def _print_quiet(address: str) -> None:
    with _client(address) as other:
        quiet = Watch(other)
        with quiet.running():
            time.sleep(SETTLING_SECONDS)
    print(f"with nothing else to do: {quiet}", flush=True)


def _measure_worker(address: str, database: str, client: Client, arguments: argparse.Namespace) -> bytes:
    with _worker(database) as process, _client(address) as other:
        idle = process.memory_info().rss
        watch = Watch(other, process)
        with watch.running():
            export = client.start(arguments.format)
            seconds = client.until(export)
    file = client.file(export)
    print(f"{arguments.connections:,} connections, {len(file):,} bytes: written in {seconds:.1f} s")
    print(f"the idle worker held {idle / 2**20:.0f} MiB, and at most {(watch.peak - idle) / 2**20:.1f} more")
    print(f"meanwhile: {watch}", flush=True)
    return file


def _kill_worker(database: str, client: Client, arguments: argparse.Namespace) -> bytes:
    """Export with a worker that doesn't live to see the end of it."""
    with _worker(database):
        export = client.start(arguments.format)
        client.until(export, arguments.connections // 2)
    found = client.ask(EXPORT, id=export)["node"]
    assert (found["state"], found["downloadUrl"]) == ("RUNNING", None), found
    with _worker(database):
        seconds = SETTLING_SECONDS + client.until(export)
    rows = found["rowCount"]
    print(f"killed after {rows:,}; another worker had finished it {seconds:.1f} s after its own start")
    return client.file(export)


def _measure_server(address: str, client: Client, arguments: argparse.Namespace) -> bytes:
    with _client(address) as other:
        watch = Watch(other)
        with watch.running():
            export = client.start(arguments.format)
            seconds = client.until(export)
    print(f"by the server itself, written in {seconds:.1f} s, meanwhile: {watch}")
    return client.file(export)


if __name__ == "__main__":
    main()
