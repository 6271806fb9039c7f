"""One seeding, from the seed to the committed rows."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count, islice
from random import Random
from typing import Final

from rich.progress import Progress

from auth.passwords import Passwords
from server.importing import loading
from server.importing.layouts import CONNECTIONS, FOLLOWS
from server.importing.run import bulk_connection
from server.importing.staging import Stage
from server.seeding import requests, rows
from server.seeding.people import People, Person
from server.seeding.ties import Network

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


@dataclass(frozen=True, slots=True)
class Seeding:
    """A network of so many members. The same values make the same network, but for the passwords' salt."""

    members: int = DEMO_MEMBERS
    seed: int = DEMO_SEED
    today: date = DEMO_DAY
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When it is made: what requests are dated by."""

    async def run(self, url: str, progress: Progress) -> bool:
        """Fill an empty database; False where it has members already, and nothing is done."""
        async with bulk_connection(url) as connection:
            async with connection.transaction():
                await loading.lock(connection)
                if not await connection.fetchval(IS_EMPTY):
                    return False
                stage = Stage(connection, rows.PROFILE)
                await stage.create()
                await self._fill(stage, progress)
                await loading.judge(stage, progress)
                await loading.load(stage, progress)
                await requests.add(connection, self.now)
            await loading.analyze(connection)
        return True

    async def _fill(self, stage: Stage, progress: Progress) -> None:
        task = progress.add_task("Inventing members", total=self.members)
        people = iter(People(self._dice("people"), self.members, self.today))
        ties = _Ties(stage, Network(self._dice("ties"), self.today))
        password_hash = await _demo_hash()
        while batch := list(islice(people, BATCH)):
            await _stage_people(stage, batch, password_hash)
            await ties.stage(batch)
            progress.advance(task, len(batch))

    def _dice(self, purpose: str) -> Random:
        return Random(f"{purpose} {self.seed}")  # noqa: S311 - must be the same again, not secret


class _Ties:
    """Numbers connections and follows as if they were lines of a file."""

    def __init__(self, stage: Stage, network: Network) -> None:
        self._stage = stage
        self._network = network
        self._lines = count(1)

    async def stage(self, people: Sequence[Person]) -> None:
        connections, follows = [], []
        for person in people:
            connected, followed = self._network.join(person)
            connections += [rows.tie_row(next(self._lines), tie) for tie in connected]
            follows += [rows.tie_row(next(self._lines), tie) for tie in followed]
        await self._stage.add_links(CONNECTIONS.kind, connections)
        await self._stage.add_links(FOLLOWS.kind, follows)


async def _stage_people(stage: Stage, people: Sequence[Person], password_hash: str) -> None:
    positions = [row for person in people for row in rows.position_rows(person)]
    skills = [row for person in people for row in rows.skill_rows(person)]
    await stage.add_members([rows.member_row(person, password_hash) for person in people])
    await stage.add("positions", rows.POSITION_COLUMNS, positions)
    await stage.add("educations", rows.EDUCATION_COLUMNS, [rows.education_row(person) for person in people])
    await stage.add("skills", rows.SKILL_COLUMNS, skills)


async def _demo_hash() -> str:
    """One hash for all: hashing takes longer than inventing."""
    with closing(Passwords(1)) as passwords:
        return await passwords.hash(DEMO_PASSWORD)
