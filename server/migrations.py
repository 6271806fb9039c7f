"""Alembic's migrations, run in one transaction that one process at a time may hold."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TypeAlias

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from models import database
from server.failure import Failure

FOLDER = Path(__file__).parent.parent / "migrations"
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('rapport.migrations', 0))")
CURRENT = "SELECT version_num FROM alembic_version"

Command: TypeAlias = Callable[[Config, str], None]


async def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up to `revision`: all or nothing, and once where several processes start together.

    Raises Failure for an unknown revision, such as a newer version's, and where the user lacks a right.
    """
    await _run(command.upgrade, url, revision)


async def downgrade(url: str, revision: str) -> None:
    """Migrate down to `revision` (`base` for before the first), all or nothing. Raises Failure."""
    await _run(command.downgrade, url, revision)


async def is_migrated(connection: database.Connection) -> bool:
    """Whether the tables are what this code expects.

    A revision that this code doesn't know was made by a newer one, beside which it goes on serving.
    """
    try:
        found = {row["version_num"] for row in await connection.fetch(CURRENT)}
    except asyncpg.UndefinedTableError:
        return False
    return bool(found) and found.isdisjoint(_outdated())


@cache
def _outdated() -> frozenset[str]:
    scripts = ScriptDirectory.from_config(_config())
    return frozenset(script.revision for script in scripts.walk_revisions()) - set(scripts.get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


async def _run(migrate: Command, url: str, revision: str) -> None:
    try:
        async with transaction(url) as connection:
            await connection.run_sync(_migrate, migrate, revision)
    except CommandError as error:
        raise Failure(f"nothing was migrated: {error}") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != asyncpg.InsufficientPrivilegeError.sqlstate:
            raise
        raise Failure(f"nothing was migrated: {error.orig}") from error


def _migrate(connection: Connection, migrate: Command, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    migrate(config, revision)


@asynccontextmanager
async def transaction(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection that alone has the lock. asyncpg itself reads the URL, as it does for the pool."""
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    async with engine.begin() as connection:
        await connection.execute(LOCK)
        yield connection
