"""`rapport worker` as a process: one is killed in the middle of its work, another goes on."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from models.database import Connection
from models.queue import enqueue
from server import migrations, postgres
from tests.exports.exporting import FRIENDS, NEWEST
from tests.server.processes import Serving, new_folder, run, serving

# pgqueuer would take these for its own; another program may well have set them.
ELSEWHERE = {"FUNCTION": "f", "CHANNEL": "c", "QUEUE_TABLE": "q", "TRIGGER": "t"}
FILL = """
WITH made AS (
    INSERT INTO members (handle, given_name, family_name, headline)
    SELECT 'member-' || number, 'Given', 'Family', '' FROM generate_series(1, 6) AS number
    RETURNING id, handle
), named AS (
    INSERT INTO handles (member_id, handle) SELECT id, handle FROM made
)
INSERT INTO connection_requests (sender_id, recipient_id, sent_at, expires_at)
SELECT id, id + 3, now() - interval '200 days', now() - interval '20 days' + id * interval '1 day'
FROM made WHERE id <= 3
"""
EXPIRED = "SELECT count(*) FROM connection_requests WHERE state = 'EXPIRED' AND sender_state = 'EXPIRED'"
LEFT = "SELECT count(*) FROM pgqueuer WHERE id = 1"
"""The job that a test put in; others come by their schedules."""
TOLD = """
SELECT array_agg(told) = ARRAY[1, 1, 1, 1, 1, 1]::bigint[] AND bool_and(told = last_sequence)
FROM inboxes
    JOIN (SELECT member_id, count(*) AS told FROM events GROUP BY member_id) AS logs USING (member_id)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with new_folder() as folder:
        yield folder


@pytest.fixture
async def database(folder: Path) -> AsyncIterator[Connection]:
    """A connection to the migrated database of a folder, kept running, with three requests to expire."""
    with postgres.running(folder, ["fsync=off"]) as url:
        await migrations.upgrade(url)
        connection = await asyncpg.connect(url)
        await connection.execute(FILL)
        yield connection
        await connection.close()


@contextmanager
def worker(folder: Path, **settings: str) -> Iterator[Serving]:
    process = Serving(folder, "worker", **(ELSEWHERE | {"RAPPORT_JOB_TAKEOVER": "1"} | settings))
    try:
        yield process
    finally:
        if process.process.poll() is None:
            # One that has not come as far as to listen to signals ends by them.
            assert process.end() in (0, -signal.SIGTERM)


async def until(connection: Connection, text: str, value: object) -> None:
    async with asyncio.timeout(60):
        while await connection.fetchval(text) != value:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_what_a_killed_worker_left_undone_is_done_by_another_and_told_once(
    folder: Path, database: Connection
) -> None:
    await enqueue(database, "expire_requests")
    with worker(folder) as first:
        async with database.transaction():
            await database.execute("SELECT FROM inboxes WHERE member_id = 2 FOR NO KEY UPDATE")
            await until(database, EXPIRED, 1)
            first.end(signal.SIGKILL)
    assert await database.fetchval(LEFT) == 1
    with worker(folder), worker(folder):
        await until(database, EXPIRED, 3)
        await until(database, LEFT, 0)
    assert await database.fetchval(TOLD)


async def test_a_worker_finishes_its_job_before_it_ends(folder: Path, database: Connection) -> None:
    await enqueue(database, "expire_requests")
    with worker(folder) as process:
        async with database.transaction():
            await database.execute("SELECT FROM inboxes WHERE member_id = 2 FOR NO KEY UPDATE")
            await until(database, EXPIRED, 1)
            process.process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.5)
            assert process.process.poll() is None
        assert await asyncio.to_thread(process.process.wait, 30) == 0
    assert await database.fetchval(EXPIRED) == 3
    assert await database.fetchval(LEFT) == 0
    assert "Traceback" not in process.output


async def test_the_server_does_jobs_unless_it_is_told_not_to(folder: Path, database: Connection) -> None:
    await enqueue(database, "expire_requests")
    with serving(folder, RAPPORT_RUN_JOBS="false"):
        await asyncio.sleep(1)
        assert await database.fetchval(LEFT) == 1
    with serving(folder):
        await until(database, EXPIRED, 3)


async def test_an_export_whose_worker_was_killed_is_finished_by_another_as_one_whole_file(
    folder: Path, database: Connection
) -> None:
    await database.execute(FRIENDS, 1, 2_600)
    await database.execute("INSERT INTO exports (member_id, format) VALUES (1, 'CSV')")
    await enqueue(database, "write_export", 1, 1)
    transaction = database.transaction()
    await transaction.start()
    # Whoever writes the fourth piece waits for what becomes of this one.
    await database.execute("INSERT INTO export_parts VALUES (1, 1, 3, '')")
    with worker(folder) as first:
        await until(database, "SELECT row_count FROM exports", 1_500)
        first.end(signal.SIGKILL)
    await transaction.rollback()
    assert await database.fetchval("SELECT state FROM exports") == "RUNNING"
    with worker(folder):
        await until(database, "SELECT state FROM exports", "READY")
        await until(database, LEFT, 0)
    parts = await database.fetch("SELECT data FROM export_parts ORDER BY number")
    _, *lines = b"".join(part["data"] for part in parts).decode().splitlines()
    handles = [line.split(",")[2].rpartition("/")[2] for line in lines]
    assert handles == await database.fetchval(NEWEST, 1)
    assert await database.fetchval("SELECT count(*) FROM notifications WHERE kind = 'EXPORT_READY'") == 1


def test_a_worker_of_a_database_that_is_not_migrated_says_so(folder: Path) -> None:
    ended = run(folder, "worker")
    assert ended.returncode == 1
    assert "rapport migrate" in ended.stderr
