"""The library's tables, which a migration of ours makes."""

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from pgqueuer import AsyncpgDriver
from pgqueuer.domain.settings import DBSettings

from models.queue import NAMES, queries
from server import migrations


async def test_they_are_those_that_this_release_of_the_library_wants(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    plan = await queries(AsyncpgDriver(connection)).plan_upgrade()
    await connection.close()
    assert plan.statements == ()


async def test_alembic_finds_no_difference_between_models_and_migrations(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(config: Config, _: str) -> None:
        command.check(config)

    monkeypatch.setattr(command, "upgrade", check)
    await migrations.upgrade(database_url)


def test_their_names_are_the_librarys_own_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert DBSettings() == NAMES
    monkeypatch.setenv("FUNCTION", "somebody_elses")
    assert DBSettings() != NAMES
