"""A real PostgreSQL for all tests: one server a machine, one migrated database a run, empty for each test."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from pydantic import SecretStr
from starlette.applications import Starlette

from auth.accounts import Accounts
from auth.downloads import Downloads
from auth.passwords import Passwords
from auth.tokens import AccessTokens
from loaders.context import Deployment
from models import metadata
from models.pool import Pool, open_pool
from rules.policy import NetworkPolicy
from server import migrations, postgres
from server.app import create_app
from server.settings import Settings
from tests import compiled
from tests.clients import Api
from tests.world import World

SERVER_URL = os.environ.get("RAPPORT_TEST_DATABASE_URL")
FOLDER = Path(__file__).parent.parent / ".rapport" / "tests"
NUMBERED = [table.name for table in metadata.tables.values() if "id" in table.c and table.c.id.identity]
# Eight times faster than TRUNCATE, which makes new files for every table.
EMPTY = ";\n".join(
    [
        *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)),
        *(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), 1, false)" for name in NUMBERED),
    ]
)


@pytest.fixture(scope="session", autouse=True)
def _counted_operations() -> Iterator[None]:
    with compiled.counting():
        yield


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a whole run in which too many operations were not compiled."""
    if compiled.are_too_few():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how many operations were compiled."""
    prepared = compiled.counts.total()
    terminalreporter.write_line(
        f"{prepared:,} operations were prepared, {compiled.share():.1%} of them compiled"
    )


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A PostgreSQL server: the one of `RAPPORT_TEST_DATABASE_URL` or the embedded one."""
    if SERVER_URL:
        yield SERVER_URL
    else:
        with postgres.running(FOLDER, ["fsync=off", "synchronous_commit=off"]) as url:
            yield url


@pytest.fixture(scope="session")
async def database_url(server_url: str) -> AsyncIterator[str]:
    """A migrated database of this run alone."""
    name = f"rapport_test_{os.getpid()}"
    connection = await asyncpg.connect(server_url)
    await connection.execute(f"DROP DATABASE IF EXISTS {name}")
    await connection.execute(f"CREATE DATABASE {name}")
    url = postgres.with_database(server_url, name)
    await migrations.upgrade(url)
    yield url
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture(scope="session")
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """Connections to the run's database."""
    async with open_pool(database_url, size=8) as pool:
        yield pool


@pytest.fixture(scope="session")
def passwords() -> Iterator[Passwords]:
    """Passwords with hashes that cost nothing."""
    passwords = Passwords(concurrency=2, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    yield passwords
    passwords.close()


@pytest.fixture
async def world(pool: Pool, passwords: Passwords) -> World:
    """A builder over the emptied database."""
    await pool.execute(EMPTY)
    tokens = AccessTokens(b"the key that signs tokens in tests", timedelta(minutes=15))
    accounts = Accounts(tokens, passwords, session_lifetime=timedelta(days=60))
    downloads, profile_url = (
        Downloads(b"the key of addresses", "http://rapport.test"),
        "http://rapport.test/in/",
    )
    return World(
        Deployment(pool, NetworkPolicy(), AESSIV(bytes(32)), accounts, downloads, profile_url=profile_url)
    )


@pytest.fixture(scope="session")
async def app(database_url: str) -> AsyncIterator[Starlette]:
    """The whole application, running."""
    settings = Settings(database_url=database_url, secret_key=SecretStr("x" * 32), run_jobs=False)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def api(app: Starlette, world: World) -> AsyncIterator[Api]:
    """A client of the application, over an empty database, where ids of sessions are given anew."""
    await app.state.deployment.accounts.revocations.refresh(app.state.pool)
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://rapport.test") as http:
        yield Api(http, app.state.deployment)
