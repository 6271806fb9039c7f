"""One import, from the files to the committed rows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg
from rich.progress import Progress

from models.database import Connection
from models.pool import prepare_connection
from server.failure import Failure
from server.importing import loading, rejects
from server.importing.filling import STAGED_PROFILE, fill_links, fill_members
from server.importing.layouts import MEMBERS, Layout, LinkLayout
from server.importing.loading import Loaded
from server.importing.reading import CsvFile
from server.importing.staging import Stage

SERVER_SETTINGS: Final = {
    "application_name": "rapport import",
    "work_mem": "256MB",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
"""A few large statements: memory to sort in, and no time limit that is meant for requests."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the rows by kind of file, and whether anything was loaded at all."""

    is_loaded: bool
    loaded: dict[str, Loaded]
    rejected: dict[str, int]


class _Unwanted(Exception):  # noqa: N818 - unwinds the transaction
    def __init__(self, rejected: dict[str, int]) -> None:
        self.rejected = rejected


@dataclass(frozen=True, slots=True)
class Import:
    """Files by kind, and where the rejected rows are told. `strict` loads everything or nothing."""

    files: dict[Layout, Path]
    rejects: Path
    strict: bool = False

    async def run(self, url: str, progress: Progress) -> Report:
        """Load the files, all in one transaction. Raises Failure where one of them can't be used."""
        sources = {layout: CsvFile(path, layout) for layout, path in self.files.items()}
        self._spare_the_inputs()
        async with bulk_connection(url) as connection:
            try:
                async with connection.transaction():
                    report = await self._load(connection, sources, progress)
            except _Unwanted as unwanted:
                return Report(is_loaded=False, loaded={}, rejected=unwanted.rejected)
            await loading.analyze(connection)
            return report

    def _spare_the_inputs(self) -> None:
        if self.rejects.exists() and any(self.rejects.samefile(path) for path in self.files.values()):
            raise Failure(f"{self.rejects} is one of the files to import; rejects need another")

    async def _load(
        self, connection: Connection, sources: dict[Layout, CsvFile], progress: Progress
    ) -> Report:
        stage = Stage(connection, STAGED_PROFILE)
        await stage.create()
        await _fill(stage, sources, progress)
        await loading.lock(connection)
        await loading.judge(stage, progress, keys_are_handles=MEMBERS not in sources)
        rejected = await self._reject(connection, sources)
        return Report(is_loaded=True, loaded=await loading.load(stage, progress), rejected=rejected)

    async def _reject(self, connection: Connection, sources: dict[Layout, CsvFile]) -> dict[str, int]:
        rejected = await rejects.counts(connection)
        if rejected:
            await rejects.write(connection, self.rejects, list(sources.values()))
        if rejected and self.strict:
            raise _Unwanted(rejected)
        return rejected


@asynccontextmanager
async def bulk_connection(url: str) -> AsyncIterator[Connection]:
    """A connection of its own for large statements."""
    connection = await asyncpg.connect(url, server_settings=SERVER_SETTINGS)
    try:
        await prepare_connection(connection)
        yield connection
    finally:
        await connection.close()


async def _fill(stage: Stage, sources: dict[Layout, CsvFile], progress: Progress) -> None:
    for layout, source in sources.items():
        if isinstance(layout, LinkLayout):
            await fill_links(stage, source, layout, progress)
        else:
            await fill_members(stage, source, progress)
