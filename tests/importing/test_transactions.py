"""An import as a whole: everything or nothing, once or again."""

import asyncio
import sys
import time
from pathlib import Path

import pytest

from server.failure import Failure
from server.importing.layouts import CONNECTIONS, FOLLOWS, MEMBERS
from tests.importing.conftest import Importer
from tests.importing.fingerprint import assert_links_agree, fingerprint
from tests.world import World

IMPORTING = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name = 'rapport import' AND datname = current_database()
"""
WRITING_CONNECTIONS = f"{IMPORTING} AND query LIKE 'INSERT INTO connections%'"
PATIENCE_SECONDS = 60
PROGRAM = """
import asyncio, sys
from pathlib import Path
from rich.progress import Progress
from server.importing.layouts import CONNECTIONS, MEMBERS
from server.importing.run import Import

members, connections = map(Path, sys.argv[2:])
wanted = Import({MEMBERS: members, CONNECTIONS: connections}, Path("unused"))
asyncio.run(wanted.run(sys.argv[1], Progress(disable=True)))
"""


def write_network(importer: Importer, members: int) -> list[Path]:
    """Everybody knows ten others and follows two."""
    header = "key,handle,given_name,family_name,headline,company,email"
    rows = "".join(f"{n},member-{n},G,F {n},Works,C {n % 9},m{n}@example.com\n" for n in range(members))
    pairs = [(one, (one + step) % members) for one in range(members) for step in range(1, 6)]
    return [
        importer.write(MEMBERS, f"{header}\n{rows}"),
        importer.write(CONNECTIONS, "member,other\n" + "".join(f"{one},{other}\n" for one, other in pairs)),
        importer.write(
            FOLLOWS, "follower,followee\n" + "".join(f"{n},{(n * 7 + 1) % members}\n" for n in (2, 3))
        ),
    ]


async def test_an_import_that_runs_again_changes_nothing(importer: Importer, world: World) -> None:
    write_network(importer, 60)
    first = await importer.run()
    before = await fingerprint(world)
    again = await importer.run()
    assert await fingerprint(world) == before
    for kind in ("members", "connections", "follows"):
        assert (again.loaded[kind].loaded, again.loaded[kind].unchanged) == (0, first.loaded[kind].loaded)
    await assert_links_agree(world)


async def test_strict_loads_nothing_and_tells_why(importer: Importer, world: World) -> None:
    write_network(importer, 10)
    importer.write(CONNECTIONS, "member,other\n1,2\n1,1\n")
    report = await importer.run(strict=True)
    assert (report.is_loaded, report.rejected) == (False, {"connections": 1})
    assert importer.rejected() == [("connections.csv", 3, "other: the same member as member")]
    assert await world.value("SELECT count(*) FROM members") == 0


async def test_strict_loads_what_is_faultless(importer: Importer) -> None:
    write_network(importer, 11)
    report = await importer.run(strict=True)
    assert (report.is_loaded, report.rejected, importer.rejects.exists()) == (True, {}, False)


async def test_where_rejects_cannot_be_written_nothing_is_loaded(importer: Importer, world: World) -> None:
    write_network(importer, 10)
    importer.write(CONNECTIONS, "member,other\n1,1\n")
    importer.rejects = importer.rejects / "below a folder that is missing"
    with pytest.raises(Failure, match="can't be written"):
        await importer.run()
    assert await world.value("SELECT count(*) FROM members") == 0


async def test_rejects_never_replace_an_input(importer: Importer) -> None:
    importer.rejects = write_network(importer, 10)[0]
    with pytest.raises(Failure, match="is one of the files to import"):
        await importer.run()


async def test_two_imports_at_once_load_each_row_once(importer: Importer, world: World) -> None:
    write_network(importer, 300)
    reports = await asyncio.gather(importer.run(), importer.run())
    assert sorted(report.loaded["members"].loaded for report in reports) == [0, 300]
    assert sorted(report.loaded["connections"].loaded for report in reports) == [0, 1500]
    await assert_links_agree(world)


async def test_a_kill_in_the_middle_leaves_nothing(importer: Importer, world: World) -> None:
    members, connections, _ = write_network(importer, 30_000)
    arguments = ("-c", PROGRAM, importer.url, members, connections)
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments)
    await _until(world, WRITING_CONNECTIONS, 1)
    process.kill()
    await process.wait()
    await _until(world, IMPORTING, 0)
    assert set((await fingerprint(world)).values()) == {None}


async def _until(world: World, query: str, number: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while await world.value(query) != number:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)
