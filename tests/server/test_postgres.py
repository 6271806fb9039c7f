"""The embedded PostgreSQL after the worst of crashes."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from server import postgres
from tests.server.processes import new_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    with new_folder() as folder:
        yield folder


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def one(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        found: int = await connection.fetchval("SELECT 1")
        return found
    finally:
        await connection.close()


def test_a_process_that_a_killed_server_left_hanging_is_ended(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "ORPHANS_SECONDS", 0.5)
    with postgres.running(folder):
        server = psutil.Process(int((folder / "postgres" / "postmaster.pid").read_text().split()[0]))
        hanging, *others = server.children()
        hanging.suspend()
        for process in (server, *others):
            os.kill(process.pid, signal.SIGKILL)
        until(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE)
        with postgres.running(folder) as url:
            assert asyncio.run(one(url)) == 1
    assert not hanging.is_running() or hanging.status() == psutil.STATUS_ZOMBIE
