"""What a file holds: all that the member sees of each connection, no more, each once, whoever writes it."""

import asyncio
import csv
import io
import json

import pytest

from auth import closing
from auth.housekeeping import housekeeping
from loaders import connections
from rules.exports import MOST_ATTEMPTS
from server.jobs import exports
from tests.clocks import START, Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.exports.exporting import NEWEST, befriend, download, exported, key, shown, start, text, write
from tests.races import until_waiting
from tests.world import World

EMAIL = "UPDATE members SET contact_email = handle || '@example.org'"
POSITION = """
INSERT INTO positions (member_id, title, company_name, started_on, ended_on) VALUES ($1, $2, $3, $4, $5)
"""
AUDIENCE = "UPDATE members SET audiences = jsonb_build_object($2::text, $3::text) WHERE id = $1"
PARTS = "SELECT count(*) FROM export_parts"
LINE = ["Ben", "Tester", "http://127.0.0.1:8000/in/ben", "ben@example.org", "Now", "Lead", "2030-01-01"]


def table(text: str) -> list[list[str]]:
    """The lines of a file without that of the names."""
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


@pytest.fixture
async def friends(ada: Person, ben: Person, world: World) -> None:
    """Ada and Ben, who has had two employers."""
    await world.connect(ada.number, ben.number)
    await world.execute("UPDATE connections SET connected_at = $1", START)
    await world.execute(EMAIL)
    years = [START.date().replace(year=year) for year in (2010, 2015)]
    await world.execute(POSITION, ben.number, "Junior", "Before", years[0], years[1])
    await world.execute(POSITION, ben.number, "Undated", "Some", None, None)
    await world.execute(POSITION, ben.number, "Lead", "Now", years[1], None)


async def test_a_line_says_who_it_is_where_they_work_and_since_when(ada: Person, friends: None) -> None:
    assert table(await text(ada)) == [LINE]


@pytest.mark.parametrize(
    ("section", "columns"), [("EMAIL", [3]), ("FAMILY_NAME", [1]), ("EXPERIENCE", [4, 5])]
)
async def test_what_a_connection_hides_is_empty(
    ada: Person, ben: Person, friends: None, world: World, section: str, columns: list[int]
) -> None:
    await world.execute(AUDIENCE, ben.number, section, "CONNECTIONS")
    assert table(await text(ada)) == [LINE]
    await world.execute(AUDIENCE, ben.number, section, "ONLY_ME")
    hidden = ["" if place in columns else each for place, each in enumerate(LINE)]
    assert table(await text(ada)) == [hidden]
    [entry] = json.loads(await text(ada, "JSON"))
    assert [place for place, value in enumerate(entry.values()) if value is None] == columns
    cards = await text(ada, "VCARD")
    assert not [value for place, value in enumerate(LINE) if place in columns and value in cards]


async def test_a_name_that_is_hidden_is_shortened_on_a_card(
    ada: Person, ben: Person, friends: None, world: World
) -> None:
    await world.execute(AUDIENCE, ben.number, "FAMILY_NAME", "ONLY_ME")
    assert "FN:Ben T.\r\nN:;Ben;;;\r\n" in await text(ada, "VCARD")


async def test_who_has_no_position_now_has_no_company(
    ada: Person, ben: Person, friends: None, world: World
) -> None:
    await world.execute("UPDATE positions SET ended_on = '2029-01-01'")
    assert table(await text(ada)) == [[*LINE[:4], "", "", *LINE[6:]]]


async def test_who_is_blocked_blocking_or_gone_is_left_out(
    ada: Person, ben: Person, cleo: Person, newcomer: Newcomer, world: World
) -> None:
    dan, eve = await newcomer("dan"), await newcomer("eve")
    for friend in (ben, cleo, dan, eve):
        await world.connect(ada.number, friend.number)
    await ada.does("blockMember", memberId=ben.id)
    await cleo.does("blockMember", memberId=ada.id)
    await world.execute("UPDATE members SET closed_at = now() WHERE id = $1", dan.number)
    export = await exported(ada)
    assert [line[0] for line in table((await download(ada, export)).text)] == ["Eve"]
    assert (await shown(ada, export))["rowCount"] == 1


@pytest.mark.parametrize("scopes", [["EXPORT"], None])
async def test_the_scope_of_exports_is_enough_to_read_what_is_exported(
    ada: Person, friends: None, scopes: list[str] | None
) -> None:
    client = ada.with_scopes(*scopes) if scopes else ada  # type: ignore[arg-type]
    assert table(await text(client)) == [LINE]


async def test_the_list_of_connections_may_be_closed_to_all_others(
    ada: Person, friends: None, world: World
) -> None:
    await world.execute("UPDATE members SET connections_visibility = 'NOBODY'")
    assert table(await text(ada)) == [LINE]


async def test_who_has_no_connections_gets_an_empty_file(ada: Person) -> None:
    assert table(await text(ada)) == []
    assert json.loads(await text(ada, "JSON")) == []
    assert await text(ada, "VCARD") == ""


@pytest.mark.parametrize("count", [19, 20, 21, 65])
async def test_each_is_there_once_newest_first(ada: Person, world: World, count: int) -> None:
    await befriend(ada, count)
    exported = [entry["url"].rpartition("/")[2] for entry in json.loads(await text(ada, "JSON"))]
    assert exported == await world.value(NEWEST, ada.number)
    assert len(exported) == count


async def test_who_is_hidden_between_the_pieces_breaks_nothing(ada: Person, world: World) -> None:
    await befriend(ada, 44)
    await world.execute("UPDATE members SET closed_at = now() WHERE id > 1 AND id <= 40")
    assert len(json.loads(await text(ada, "JSON"))) == 5
    await world.execute("UPDATE members SET closed_at = now() WHERE id > 1")
    assert json.loads(await text(ada, "JSON")) == []


async def test_the_job_may_be_done_again(ada: Person, world: World) -> None:
    await befriend(ada, 3)
    export = await exported(ada)
    before, file = await shown(ada, export), (await download(ada, export)).text
    await write(ada, export)
    after = await shown(ada, export)
    assert before | {"downloadUrl": after["downloadUrl"]} == after
    assert (await download(ada, export)).text == file
    assert await ada.log() == ["NOTIFICATION_CREATED"]


async def test_a_job_without_its_export_does_nothing(ada: Person) -> None:
    await exports.write_export(ada.api.deployment, ada.number, 99)


async def test_who_goes_on_after_another_repeats_and_misses_nothing(
    ada: Person, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await befriend(ada, 72)
    whole = await text(ada)
    export, batch = await start(ada), connections.batch
    for _ in range(3):
        reads = iter([batch])

        async def broken(*arguments: object, reads: object = reads) -> object:
            return await next(reads)(*arguments)  # type: ignore[call-overload]

        monkeypatch.setattr(connections, "batch", broken)
        with pytest.raises(RuntimeError):
            await write(ada, export)
        found = await shown(ada, export)
        assert (found["state"], found["downloadUrl"]) == ("RUNNING", None)
    monkeypatch.undo()
    assert found["rowCount"] == 60
    await write(ada, export)
    assert (await download(ada, export)).text == whole


async def test_two_who_write_one_at_once_make_one_whole_file(ada: Person) -> None:
    await befriend(ada, 104)
    whole = await text(ada)
    export = await start(ada)
    await asyncio.gather(*(write(ada, export) for _ in range(3)))
    assert (await shown(ada, export))["rowCount"] == 104
    assert (await download(ada, export)).text == whole
    assert await ada.log() == ["NOTIFICATION_CREATED"] * 2


async def test_one_that_fails_again_and_again_has_failed(
    ada: Person, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await befriend(ada, 44)
    export = await start(ada)
    with monkeypatch.context() as patch:
        patch.setattr(exports, "_contacts", None)
        for _ in range(MOST_ATTEMPTS):
            with pytest.raises(TypeError):
                await write(ada, export)
        assert (await shown(ada, export))["state"] == "RUNNING"
        await write(ada, export)
    assert (await shown(ada, export))["state"] == "FAILED"
    assert (await shown(ada, export))["downloadUrl"] is None
    assert await world.value(PARTS) == 0
    assert await ada.log() == []
    await exported(ada)


async def test_an_account_that_is_closed_loses_its_exports(ada: Person, world: World) -> None:
    await befriend(ada, 44)
    await exported(ada)
    export = await start(ada)
    async with world.connection() as connection, connection.transaction():
        await connection.execute("SELECT FROM inboxes WHERE member_id = 1 FOR NO KEY UPDATE")
        writing = asyncio.create_task(write(ada, export))
        await until_waiting(world, 1)
        assert await world.value(PARTS) == 5
        await closing.close(connection, ada.number)
    await writing
    assert await world.value(PARTS) == await world.value("SELECT count(*) FROM exports") == 0


async def test_files_are_deleted_when_they_are_over_and_exports_forgotten_later(
    ada: Person, world: World, clock: Clock
) -> None:
    async def clean() -> None:
        deployment = ada.api.deployment
        await housekeeping(deployment.pool, deployment.policy, clock.now)

    await befriend(ada, 3)
    export = await exported(ada)
    clock.advance(days=7, microseconds=-1)
    await clean()
    assert (await shown(ada, export))["state"] == "READY"
    clock.advance(microseconds=1)
    await clean()
    assert await world.value(PARTS) == 0
    assert (await shown(ada, export))["state"] == "EXPIRED"
    assert key(export)[1] == await world.value("SELECT id FROM exports")
    clock.advance(days=23)
    await clean()
    assert await shown(ada, export) is None
