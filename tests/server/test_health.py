"""What supervisors and load balancers are told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server import migrations, postgres
from tests.server.processes import Serving, kill_postmaster, new_folder, serving, suspended


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Path]:
    """The data of a database that the server doesn't start itself."""
    with new_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def url(elsewhere: Path) -> Iterator[str]:
    with postgres.running(elsewhere, ["fsync=off"]) as url:
        yield url


@pytest.fixture(scope="module")
def server(url: str, elsewhere: Path) -> Iterator[Serving]:
    with serving(elsewhere / "unused", RAPPORT_DATABASE_URL=url) as server:
        yield server


async def test_the_server_is_ready_only_with_the_tables_of_its_version(server: Serving, url: str) -> None:
    await migrations.downgrade(url, "base")
    answer = server.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "reason": "the database is not migrated"}
    await migrations.upgrade(url)
    assert server.get("/readyz").status_code == 200


def test_a_database_that_hangs_makes_nobody_wait_for_long(server: Serving, elsewhere: Path) -> None:
    with suspended(elsewhere):
        answers = [server.get("/readyz") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [503, 503]
        assert server.get("/healthz").status_code == 200
    server.wait_for("/readyz", 200)


def test_without_a_database_the_process_lives_but_is_not_ready(server: Serving, elsewhere: Path) -> None:
    kill_postmaster(elsewhere)
    answer = server.wait_for("/readyz", 503)
    assert answer.json() == {"status": "unavailable", "reason": "the database does not answer"}
    assert server.get("/healthz").status_code == 200
    with postgres.running(elsewhere):
        assert server.wait_for("/readyz", 200).json() == {"status": "ok"}
