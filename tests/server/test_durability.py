"""What the server acknowledged outlives it, and its database."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from pathlib import Path

import asyncpg
import httpx

from server import postgres
from tests.server.crashes import Crashing, crashing
from tests.server.newcomers import STEPS, Newcomer

NEWCOMERS = 500
AT_ONCE = 32
CROWDING_SECONDS = 0.6
LONGEST_DELAY_SECONDS = 0.1
HARD_LIMIT_SECONDS = 300
# Production, because development would fill the empty database.
SETTINGS = {
    "RAPPORT_ENVIRONMENT": "production",
    "RAPPORT_SECRET_KEY": "k" * 32,
    "RAPPORT_POOL_SIZE": str(AT_ONCE),
}
MEMBERS = """
SELECT handle, headline, version,
    ARRAY(SELECT handle FROM handles WHERE member_id = members.id) AS handles,
    ARRAY(SELECT email FROM emails WHERE member_id = members.id) AS emails,
    ARRAY(SELECT email FROM credentials WHERE member_id = members.id AND password_hash <> '') AS credentials,
    ARRAY(SELECT title FROM positions WHERE member_id = members.id) AS positions,
    ARRAY(SELECT key FROM idempotency_keys WHERE member_id = members.id) AS keys,
    (SELECT count(*) FROM sessions WHERE member_id = members.id) AS sessions,
    (SELECT count(DISTINCT session_id) FROM refresh_tokens WHERE member_id = members.id) AS refreshable
FROM members
"""


async def test_kill_9_of_server_and_database_loses_nothing_acknowledged_and_leaves_nothing_half(
    place: Path,
) -> None:
    receipts: asyncio.Queue[str] = asyncio.Queue()
    async with asyncio.timeout(HARD_LIMIT_SECONDS), httpx.AsyncClient() as http:
        with crashing(place, **SETTINGS) as served:
            newcomers = [Newcomer(number, http, served.address, receipts) for number in range(NEWCOMERS)]
            await _arrive_through_crashes(newcomers, served, receipts)
            served.kill(served.server() + served.database())
            found = await _members(place)
    wrong = [complaint for newcomer in newcomers for complaint in _complaints(newcomer, found)]
    assert not wrong, "\n".join(["", *wrong])
    assert len(found) == NEWCOMERS


async def _arrive_through_crashes(
    newcomers: Sequence[Newcomer], served: Crashing, receipts: asyncio.Queue[str]
) -> None:
    """All sign-ups, then all edits: among the slow hashes of passwords hardly a crash would meet an edit."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_crash(served, receipts))
        await _crowd(newcomer.sign_up for newcomer in newcomers)
        await _crowd(newcomer.edit for newcomer in newcomers)
    assert any(newcomer.failures for newcomer in newcomers), "no crash met any work"


async def _crowd(actions: Iterable[Callable[[], Awaitable[None]]]) -> None:
    """Run them all, so many at once."""
    room = asyncio.Semaphore(AT_ONCE)

    async def run(action: Callable[[], Awaitable[None]]) -> None:
        async with room:
            await action()

    async with asyncio.TaskGroup() as group:
        for action in actions:
            group.create_task(run(action))


async def _crash(served: Crashing, receipts: asyncio.Queue[str]) -> None:
    """Crashes are spread over what is done, not over time, so that they meet work on any machine."""
    server, postmaster, database = served.server, served.postmaster, served.database
    in_sign_ups = [[server, database], [database]]
    in_edits = [[server], [postmaster], [server, database], [database]]
    crashes = in_sign_ups + in_edits
    for victims in crashes:
        await served.start()
        for _ in range(NEWCOMERS * STEPS // (len(crashes) + 1)):
            await receipts.get()
        await served.crash(victims, crowding=CROWDING_SECONDS, delay=random.uniform(0, LONGEST_DELAY_SECONDS))


async def _members(folder: Path) -> list[asyncpg.Record]:
    """All members with what belongs to them, once the database has recovered."""
    with postgres.running(folder) as url:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetch(MEMBERS)
        finally:
            await connection.close()


def _complaints(newcomer: Newcomer, members: Sequence[asyncpg.Record]) -> Iterator[str]:
    """What differs from what was acknowledged, each thing of which is there once."""
    rows = [row for row in members if row["handle"] == newcomer.handle]
    if len(rows) != 1:
        yield f"{newcomer.handle} is there {len(rows)} times"
    for row in rows:
        for column, expected in _expected(newcomer, row["sessions"]).items():
            if row[column] != expected:
                yield f"{newcomer.handle}: {column} is {row[column]!r}, not {expected!r}"


def _expected(newcomer: Newcomer, sessions: int) -> dict[str, object]:
    return {
        "headline": newcomer.headline,
        "version": STEPS,
        "handles": [newcomer.handle],
        "emails": [newcomer.email],
        "credentials": [newcomer.email],
        "positions": [newcomer.title],
        "keys": [newcomer.handle],
        "sessions": sessions if sessions in newcomer.sessions else newcomer.sessions,
        "refreshable": sessions,
    }
