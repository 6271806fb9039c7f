"""The database that every command uses: the one of `RAPPORT_DATABASE_URL`, or the embedded one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext

import asyncpg

from server import postgres
from server.failure import Failure
from server.migrations import is_migrated
from server.settings import Settings

OLDEST_VERSION = 15
EXTENSIONS = ("intarray",)
MISSING = """
SELECT name, name IN (SELECT name FROM pg_available_extensions) AS is_available,
       has_database_privilege(current_database(), 'CREATE') AS may_create
FROM unnest($1::text[]) AS name
WHERE name NOT IN (SELECT extname FROM pg_extension)
"""


@contextmanager
def available(settings: Settings, *, watch: bool = False) -> Iterator[str]:
    """The URL of a database that answers and has what is needed, while it is used. Raises Failure.

    `watch` also starts an embedded one again when it dies meanwhile.
    """
    if settings.database_url is None:
        folder = settings.data_directory
        with postgres.running(folder) as url, postgres.watched(folder) if watch else nullcontext():
            yield url
    else:
        asyncio.run(_check(settings.database_url))
        yield settings.database_url


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """One connection to a database that is migrated. Raises Failure where it isn't."""
    connection = await asyncpg.connect(url)
    try:
        if not await is_migrated(connection):
            raise Failure("the database is not migrated: `rapport migrate` does it")
        yield connection
    finally:
        await connection.close()


async def _check(url: str) -> None:
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Failure(
            f"the database of RAPPORT_DATABASE_URL can't be reached: {error or 'no answer'}"
        ) from error
    try:
        await _check_version(connection)
        await _check_extensions(connection)
    finally:
        await connection.close()


async def _check_version(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    version = connection.get_server_version()
    if version.major < OLDEST_VERSION:
        raise Failure(f"the database is PostgreSQL {version.major}; {OLDEST_VERSION} or later is needed")


async def _check_extensions(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    for extension in await connection.fetch(MISSING, EXTENSIONS):
        if not extension["is_available"]:
            raise Failure(
                f"the database lacks the extension {extension['name']}: install PostgreSQL's contrib"
            )
        if not extension["may_create"]:
            raise Failure(
                f"the database's user may not create the extension {extension['name']}: grant CREATE"
            )
