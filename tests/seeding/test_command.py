"""`rapport seed`, as it is typed."""

from pathlib import Path

from server.seeding import DEMO_HANDLE
from tests.server.processes import run
from tests.world import World


async def test_it_fills_an_empty_database_once(world: World, database_url: str, tmp_path: Path) -> None:
    for answer in ("Made 7 members", "There are members already"):
        done = run(tmp_path, "seed", "--members", "7", RAPPORT_DATABASE_URL=database_url)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(answer)
    assert await world.value("SELECT count(*) FROM members") == 7
    assert await world.value("SELECT handle FROM members WHERE id = 1") == DEMO_HANDLE
