"""Folders for data, one that most tests of this package share and new ones, and an empty database."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from server import postgres
from tests.server.processes import new_folder, run


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A migrated database that nobody uses."""
    with new_folder() as folder:
        done = run(folder, "migrate")
        assert done.returncode == 0, done.stderr
        yield folder


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder."""
    with new_folder() as folder:
        yield folder


@pytest.fixture
async def empty(server_url: str) -> AsyncIterator[str]:
    """The URL of a database without tables."""
    connection = await asyncpg.connect(server_url)
    await connection.execute("DROP DATABASE IF EXISTS rapport_empty WITH (FORCE)")
    await connection.execute("CREATE DATABASE rapport_empty")
    yield postgres.with_database(server_url, "rapport_empty")
    await connection.execute("DROP DATABASE rapport_empty WITH (FORCE)")
    await connection.close()
