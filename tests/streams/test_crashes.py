"""What was acknowledged outlives the server and its database, and each state has its event.

RAPPORT_TEST_STREAM_CRASHES sets how often they crash: twice by default, 20 for a thorough run of minutes.
"""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

import asyncpg
import httpx

from auth.identity import Viewer
from auth.tokens import AccessTokens
from models.database import Connection
from server import migrations, postgres
from tests.server.crashes import Crashing, crashing
from tests.server.processes import new_folder, postmaster, suspended
from tests.streams.pairs import STEPS, Pair, Person, Wherever
from tests.streams.traces import Trace, kept, trace
from tests.world import INSERT_MEMBER

CRASHES = int(os.environ.get("RAPPORT_TEST_STREAM_CRASHES", "2"))
PAIRS = 8 * (CRASHES + 1)
AT_ONCE = 16
CROWDING_SECONDS = 0.3
LONGEST_DELAY_SECONDS = 0.1
HARD_LIMIT_SECONDS = 60 + 30 * CRASHES
KEY = "k" * 32
SETTINGS = {
    "RAPPORT_ENVIRONMENT": "production",
    "RAPPORT_SECRET_KEY": KEY,
    "RAPPORT_POOL_SIZE": str(AT_ONCE),
    "RAPPORT_POLICY__WITHDRAWN_COOLDOWN": "PT0S",
}


async def test_no_message_or_request_that_was_acknowledged_is_lost_and_each_has_its_events() -> None:
    with new_folder() as place, crashing(place, **SETTINGS) as served:
        async with asyncio.timeout(HARD_LIMIT_SECONDS), httpx.AsyncClient(trust_env=False) as http:
            server = Wherever(http, served.address)
            at_peace, *pairs = await _pairs(place, server)
            await _live(at_peace, pairs, served, server, place)
        async with _database(place) as connection:
            expected = await trace(connection, at_peace.sender.id, at_peace.recipient.id)
            for pair in pairs:
                await _check(connection, pair, expected)


async def _pairs(place: Path, server: Wherever) -> list[Pair]:
    """Members who know nobody, in a new database."""
    async with _database(place) as connection:
        people = [await _person(connection, number) for number in range(2 * (PAIRS + 1))]
    return [Pair(server, *two) for two in zip(people[::2], people[1::2], strict=True)]


async def _person(connection: Connection, number: int) -> Person:
    member_id = await connection.fetchval(INSERT_MEMBER, f"member-{number}", "Given", "Family", None)
    tokens = AccessTokens(KEY.encode(), timedelta(hours=1))
    return Person(member_id, tokens.issue(Viewer(member_id, session_id=1), datetime.now(UTC))[0])


async def _live(
    at_peace: Pair, pairs: Sequence[Pair], served: Crashing, server: Wherever, place: Path
) -> None:
    """One pair before, all others through all crashes; afterwards each insists on what it did."""
    await served.start()
    await at_peace.live()
    async with asyncio.TaskGroup() as group:
        group.create_task(_crash(served, server, place))
        await _a_few_at_once(pair.live() for pair in pairs)
    assert server.failures, "no crash met any work"
    await _a_few_at_once(pair.insist() for pair in pairs)


async def _a_few_at_once(lives: Iterable[Awaitable[None]]) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    async def lead(life: Awaitable[None]) -> None:
        async with room:
            await life

    await asyncio.gather(*(lead(life) for life in lives))


async def _crash(served: Crashing, server: Wherever, place: Path) -> None:
    """Crashes are spread over what is done, not over time, so that they meet work on any machine."""
    for crash in islice(cycle([_stop_database, _end_both, _kill_server]), CRASHES):
        await served.start()
        for _ in range(PAIRS * STEPS // (CRASHES + 1)):
            await server.receipts.get()
        # The clients crowd before a database that stands still, so that many transactions are torn.
        with suspended(place):
            await asyncio.sleep(CROWDING_SECONDS)
        await asyncio.sleep(random.uniform(0, LONGEST_DELAY_SECONDS))
        await crash(served, place)
    await served.start()


async def _kill_server(served: Crashing, _: Path) -> None:
    served.kill(served.server())


async def _stop_database(_: Crashing, place: Path) -> None:
    """What `pg_ctl stop -m immediate` does; the server starts it again."""
    first = postmaster(place)
    if first is not None:
        os.kill(first, signal.SIGQUIT)


async def _end_both(served: Crashing, place: Path) -> None:
    await _stop_database(served, place)
    await _kill_server(served, place)


@asynccontextmanager
async def _database(place: Path) -> AsyncIterator[Connection]:
    """The database, migrated, while no server runs."""
    with postgres.running(place) as url:
        await migrations.upgrade(url)
        connection = await asyncpg.connect(url)
        try:
            yield connection
        finally:
            await connection.close()


async def _check(connection: Connection, pair: Pair, expected: Trace) -> None:
    """All that was acknowledged is there, once, and all else is as where nothing crashed."""
    two = pair.sender.id, pair.recipient.id
    assert await trace(connection, *two) == expected
    assert await kept(connection, *two) == pair.acknowledged
