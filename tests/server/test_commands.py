"""Commands that end, and what they say when they can't do their work."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from server import migrations
from server.failure import Failure
from server.settings import read_settings, unknown_variables
from tests.server.processes import COMMAND, ROOT, environment, run

# Python itself may lie where only root can go, so that what it loads late is loaded before.
AS_A_PLAIN_USER = """
import asyncio.unix_events, encodings.idna, logging.config, os, pwd
from server.cli import main
if os.geteuid() == 0:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
main()
"""


async def test_migrations_run_up_and_down_and_up(empty: str) -> None:
    connection = await asyncpg.connect(empty)
    assert not await migrations.is_migrated(connection)
    for _ in range(2):
        await migrations.upgrade(empty)
        assert await migrations.is_migrated(connection)
        await migrations.downgrade(empty, "base")
        assert not await migrations.is_migrated(connection)
        assert await _tables(connection) == ["alembic_version"]
    await connection.close()


async def test_tables_of_a_newer_version_are_served(empty: str) -> None:
    await migrations.upgrade(empty)
    connection = await asyncpg.connect(empty)
    await connection.execute("UPDATE alembic_version SET version_num = 'newer'")
    assert await migrations.is_migrated(connection)
    await connection.close()


def test_two_first_starts_at_once_make_one_database_and_migrate_it_once(place: Path) -> None:
    folder = place / "data"
    both = [_begin(folder, "migrate") for _ in range(2)]
    assert [process.wait(30) for process in both] == [0, 0]
    assert "head" in run(folder, "migrate").stdout


def test_migrate_goes_down_to_a_revision(empty: str, place: Path) -> None:
    assert run(place, "migrate", RAPPORT_DATABASE_URL=empty).stdout == "The database is at revision head.\n"
    down = run(place, "migrate", "--down", "base", RAPPORT_DATABASE_URL=empty)
    assert down.stdout == "The database is at revision base.\n"


def test_the_log_is_restarted_in_another_epoch_each_time(empty: str, place: Path) -> None:
    refused = run(place, "restart-log", RAPPORT_DATABASE_URL=empty)
    assert "rapport migrate" in refused.stderr
    run(place, "migrate", RAPPORT_DATABASE_URL=empty)
    for epoch in (1, 2):
        restarted = run(place, "restart-log", RAPPORT_DATABASE_URL=empty)
        assert restarted.stdout == f"The log is in epoch {epoch}.\n"


def test_an_unknown_revision_is_told_in_a_line(empty: str, place: Path) -> None:
    ended = run(place, "migrate", "--down", "nonsense", RAPPORT_DATABASE_URL=empty)
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "rapport: nothing was migrated: Can't locate revision identified by 'nonsense'"
    ]


def test_a_database_that_does_not_answer_is_told_in_a_line(place: Path) -> None:
    ended = run(place, "migrate", RAPPORT_DATABASE_URL="postgresql://127.0.0.1:1/none")
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.startswith("rapport: the database of RAPPORT_DATABASE_URL can't be reached")


async def test_a_user_without_rights_is_told_which(empty: str, place: Path) -> None:
    connection = await asyncpg.connect(empty)
    await connection.execute("DROP ROLE IF EXISTS rapport_powerless")
    await connection.execute("CREATE ROLE rapport_powerless LOGIN")
    url = empty.replace("postgres@", "rapport_powerless@")
    ended = run(place, "migrate", RAPPORT_DATABASE_URL=url)
    await connection.execute("DROP ROLE rapport_powerless")
    await connection.close()
    assert ended.returncode == 1
    assert ended.stderr == (
        "rapport: the database's user may not create the extension intarray: grant CREATE\n"
    )


def test_bad_settings_are_told_with_their_names(place: Path) -> None:
    ended = run(
        place,
        "migrate",
        PORT="many",
        RAPPORT_POOL_SIZE="0",
        RAPPORT_LIMITS__DEPTH="deep",
        RAPPORT_POLICY__MAX_CONNECTION="1",
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "rapport: bad settings:",
        "  PORT: Input should be a valid integer, unable to parse string as an integer",
        "  RAPPORT_POOL_SIZE: Input should be greater than or equal to 1",
        "  RAPPORT_LIMITS__DEPTH: Input should be a valid integer, unable to parse string as an integer",
        "  RAPPORT_POLICY__MAX_CONNECTION: Unexpected keyword argument",
    ]


def test_production_needs_a_secret_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_ENVIRONMENT", "production")
    with pytest.raises(Failure, match="RAPPORT_SECRET_KEY must be set"):
        read_settings()


def test_a_misspelt_setting_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_POOLSIZE", "20")
    monkeypatch.setenv("RAPPORT_LIMITS__DEPTH", "5")
    assert unknown_variables() == ["RAPPORT_POOLSIZE"]


def test_a_plain_user_needs_no_root(place: Path) -> None:
    user = os.geteuid() or pwd.getpwnam("nobody").pw_uid
    os.chown(place, user, -1)
    command = [sys.executable, "-c", AS_A_PLAIN_USER, "migrate"]
    ended = subprocess.run(command, cwd=ROOT, env=environment(place, {}), capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert (place / "postgres").stat().st_uid == user


def _begin(folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([*COMMAND, *arguments], cwd=ROOT, env=environment(folder, {}))


async def _tables(connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    found = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return [row["tablename"] for row in found]
