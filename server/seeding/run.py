"""One seeding, from the seed to the committed rows."""

from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from random import Random
from typing import Final

from rich.progress import Progress

from auth.passwords import Passwords
from models.database import Connection
from server.importing.run import bulk_connection
from server.importing.searching import SEARCHED, UNSEARCHED
from server.seeding import requests, writing
from server.seeding.people import People
from server.seeding.ties import Network, Tie
from server.seeding.unindexed import unindexed

DEMO_MEMBERS: Final = 200
DEMO_SEED: Final = 220
"""One of those whose first member has a career to show."""

DEMO_DAY: Final = date(2026, 9, 1)
"""Today in the made-up network, whose dates do not move: it is always the same."""
DEMO_HANDLE: Final = "ada-lindqvist"
"""The first member of every seeded network."""
DEMO_PASSWORD: Final = "rapport-demo"  # noqa: S105 - opens accounts of people who do not exist
"""What every seeded member signs in with; the address is `HANDLE@example.com`."""

BATCH: Final = 5_000
IS_EMPTY: Final = "SELECT NOT EXISTS (SELECT FROM members)"
LOCK: Final = f"LOCK TABLE {', '.join(writing.FILLED)}"
SORT_MEMORY: Final = "SET maintenance_work_mem = '1GB'; SET work_mem = '512MB'"
VACUUM: Final = f"VACUUM (ANALYZE) {', '.join(writing.FILLED)}"


@dataclass(frozen=True, slots=True)
class Seeding:
    """A network of so many members. The same values make the same network, but for the passwords' salt."""

    members: int = DEMO_MEMBERS
    seed: int = DEMO_SEED
    today: date = DEMO_DAY
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When it is made: what requests are dated by."""

    async def run(self, url: str, progress: Progress) -> bool:
        """Fill an empty database, all or nothing; False where it has members already, and nothing is done."""
        async with bulk_connection(url) as connection:
            if not await connection.fetchval(IS_EMPTY):
                return False
            await connection.execute(SORT_MEMORY)
            async with connection.transaction():
                await connection.execute(LOCK)
                if not await connection.fetchval(IS_EMPTY):
                    return False
                await self._write(connection, progress)
            await connection.execute(VACUUM)
        return True

    async def _write(self, connection: Connection, progress: Progress) -> None:
        await connection.execute(UNSEARCHED)
        async with unindexed(connection, writing.FILLED, progress):
            await writing.stage(connection)
            await self._invent(connection, progress)
            await writing.finish(connection, progress)
        await writing.write_documents(connection, self.members, progress)
        await connection.execute(SEARCHED)
        await requests.add(connection, self.now)

    async def _invent(self, connection: Connection, progress: Progress) -> None:
        task = progress.add_task("Inventing members", total=self.members)
        people = iter(People(self._dice("people"), self.members, self.today))
        network = Network(self._dice("ties"), self.members, self.today)
        password_hash = await _demo_hash()
        while batch := list(islice(people, BATCH)):
            connections: list[Tie] = []
            follows: list[Tie] = []
            for person in batch:
                connected, followed = network.join(person)
                connections += connected
                follows += followed
            await writing.write_people(connection, batch, password_hash)
            await writing.write_ties(connection, "invented_connections", connections)
            await writing.write_ties(connection, "invented_follows", follows)
            progress.advance(task, len(batch))

    def _dice(self, purpose: str) -> Random:
        return Random(f"{purpose} {self.seed}")  # noqa: S311 - must be the same again, not secret


async def _demo_hash() -> str:
    """One hash for all: hashing takes longer than inventing."""
    with closing(Passwords(1)) as passwords:
        return await passwords.hash(DEMO_PASSWORD)
