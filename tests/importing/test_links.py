import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from server.importing.checking import instant
from server.importing.layouts import CONNECTIONS, FOLLOWS, MEMBERS, LinkLayout
from tests.importing.conftest import Importer
from tests.importing.fingerprint import assert_links_agree
from tests.world import World

MEMBER_ROWS = "key,handle,given_name,family_name\nk1,ada,A,A\nk2,bob,B,B\nk3,cleo,C,C\n"
PAIRS = "SELECT member_id, other_id FROM connections ORDER BY 1, 2"
FOLLOWERS = "SELECT follower_id, followee_id FROM follows ORDER BY 1, 2"


async def fetch(world: World, text: str) -> list[tuple[Any, ...]]:
    async with world.connection() as connection:
        return [tuple(row) for row in await connection.fetch(text)]


async def test_a_connection_stands_in_all_its_places(importer: Importer, world: World) -> None:
    importer.write(MEMBERS, MEMBER_ROWS)
    importer.write(CONNECTIONS, "member,other\nk3,k1\nk1,k2\n")
    report = await importer.run()
    assert report.loaded["connections"].loaded == 2
    assert await fetch(world, PAIRS) == [(1, 2), (1, 3), (2, 1), (3, 1)]
    assert await fetch(world, "SELECT id, connection_count FROM members ORDER BY id") == [
        (1, 2),
        (2, 1),
        (3, 1),
    ]
    assert await fetch(world, "SELECT member_id, ids FROM adjacency ORDER BY 1") == [
        (1, [2, 3]),
        (2, [1]),
        (3, [1]),
    ]


async def test_a_follow_has_a_direction(importer: Importer, world: World) -> None:
    importer.write(MEMBERS, MEMBER_ROWS)
    importer.write(FOLLOWS, "follower,followee\nk2,k1\nk1,k2\nk1,k3\n")
    await importer.run()
    assert await fetch(world, FOLLOWERS) == [(1, 2), (1, 3), (2, 1)]


async def test_instants_are_those_of_the_file_or_one_for_the_import(importer: Importer, world: World) -> None:
    importer.write(MEMBERS, MEMBER_ROWS)
    rows = "k1,k2,2024-05-01T10:00:00+02:00\nk1,k3,\nk2,k3,\n"
    importer.write(CONNECTIONS, f"member,other,connected_at\n{rows}")
    importer.write(FOLLOWS, "follower,followee,followed_at\nk1,k2,2024-05-01\n")
    await importer.run()
    instants = await fetch(world, "SELECT DISTINCT connected_at FROM connections ORDER BY 1")
    assert instants[0] == (datetime(2024, 5, 1, 8, tzinfo=UTC),)
    assert len(instants) == 2
    assert await world.value("SELECT followed_at FROM follows") == datetime(2024, 5, 1, tzinfo=UTC)
    await assert_links_agree(world)


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


def test_an_instant_without_offset_is_in_utc_wherever_the_machine_is(in_tokyo: None) -> None:
    assert instant("2024-05-01 10:00") == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert instant("2024-05-01T10:00Z") == datetime(2024, 5, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("layout", [CONNECTIONS, FOLLOWS])
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",k2,", "{one}: missing"),
        ("k1,,", "{other}: missing"),
        ("k2,k2,", "{other}: the same member as {one}"),
        ("k9,k2,", "{one}: no member has this key"),
        ("k1,ada,", "{other}: no member has this key"),
        ("k1,k2,", "already on line 2"),
        ("k1,k3,yesterday", "{instant}: not an instant of ISO 8601"),
        ("k1,k3,0001-01-01T00:00:00+12:00", "{instant}: not an instant of ISO 8601"),
    ],
)
async def test_a_bad_link_is_rejected_with_its_reason_and_the_others_are_loaded(
    importer: Importer, layout: LinkLayout, row: str, reason: str
) -> None:
    one, other = layout.required
    importer.write(MEMBERS, MEMBER_ROWS)
    importer.write(layout, f"{one},{other},{layout.instant}\nk1,k2,\n{row}\nk2,k3,\n")
    report = await importer.run()
    told = reason.format(one=one, other=other, instant=layout.instant)
    assert importer.rejected() == [(f"{layout.kind}.csv", 3, told)]
    assert report.loaded[layout.kind].loaded == 2


async def test_a_pair_in_the_other_order_is_the_same_connection_but_another_follow(
    importer: Importer, world: World
) -> None:
    importer.write(MEMBERS, MEMBER_ROWS)
    importer.write(CONNECTIONS, "member,other\nk1,k2\nk2,k1\n")
    importer.write(FOLLOWS, "follower,followee\nk1,k2\nk2,k1\n")
    report = await importer.run()
    assert importer.rejected() == [("connections.csv", 3, "already on line 2")]
    assert (report.loaded["connections"].loaded, report.loaded["follows"].loaded) == (1, 2)
    await assert_links_agree(world)


async def test_the_key_of_a_rejected_member_is_unknown(importer: Importer, world: World) -> None:
    importer.write(MEMBERS, f"{MEMBER_ROWS}k4,ada,Again,A\n")
    importer.write(CONNECTIONS, "member,other\nk1,k4\n")
    await importer.run()
    assert importer.rejected()[1] == ("connections.csv", 2, "other: no member has this key")
    assert await world.value("SELECT count(*) FROM connections") == 0


async def test_without_members_the_keys_are_handles(importer: Importer, world: World) -> None:
    ada, bob, gone = [await world.member(handle) for handle in ("ada", "bob", "gone")]
    await world.execute("UPDATE members SET closed_at = now() WHERE id = $1", gone)
    importer.write(CONNECTIONS, "member,other\nada,bob\nada,gone\n")
    await importer.run()
    assert await fetch(world, PAIRS) == [(ada, bob), (bob, ada)]
    assert importer.rejected() == [("connections.csv", 3, "other: no member has this key")]
    await assert_links_agree(world)


async def test_new_links_join_those_that_are_there(importer: Importer, world: World) -> None:
    ada, bob, cleo = [await world.member(handle) for handle in ("ada", "bob", "cleo")]
    await world.connect(ada, cleo)
    since = await fetch(world, "SELECT * FROM connections")
    importer.write(MEMBERS, f"{MEMBER_ROWS}k4,dan,D,D\n")
    importer.write(CONNECTIONS, "member,other\nk3,k1\nk2,k1\nk4,k1\n")
    report = await importer.run()
    assert (report.loaded["connections"].loaded, report.loaded["connections"].unchanged) == (2, 1)
    assert await world.value("SELECT ids FROM adjacency WHERE member_id = $1", ada) == [bob, cleo, cleo + 1]
    assert set(since) <= set(await fetch(world, "SELECT * FROM connections"))
    assert await world.value("SELECT DISTINCT version FROM members") == 1
    await assert_links_agree(world)


async def test_members_with_ids_far_apart_are_connected(importer: Importer, world: World) -> None:
    ada = await world.member("ada")
    await world.execute("ALTER TABLE members ALTER id RESTART WITH 2000000000")
    bob = await world.member("bob")
    importer.write(CONNECTIONS, "member,other\nada,bob\n")
    await importer.run()
    assert await fetch(world, PAIRS) == [(ada, bob), (bob, ada)]


async def test_links_are_written_in_ranges_that_leave_none_out(
    importer: Importer, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.importing.loading.WRITTEN_AT_ONCE", 7)
    members = "".join(f"{n},member-{n},G,F\n" for n in range(50))
    pairs = "".join(
        f"{one},{one * other % 50}\n" for one in range(1, 50, 3) for other in (7, 11) if other % 50
    )
    importer.write(MEMBERS, f"key,handle,given_name,family_name\n{members}")
    importer.write(CONNECTIONS, f"member,other\n{pairs}")
    report = await importer.run()
    rows = await world.value("SELECT count(*) FROM connections")
    assert rows == 2 * report.loaded["connections"].loaded > 40
    await assert_links_agree(world)
