"""What stood between members before their links were imported: blocks, requests, ends, counts."""

import asyncio

import asyncpg
import pytest

from server.importing.layouts import CONNECTIONS, FOLLOWS, MEMBERS, LinkLayout
from tests.importing.conftest import Importer
from tests.importing.fingerprint import assert_links_agree
from tests.races import until_waiting
from tests.world import World

BLOCK = "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'x', 'X')"
REQUEST = """
INSERT INTO connection_requests (sender_id, recipient_id, sent_at, expires_at)
VALUES ($1, $2, now(), now() + interval '1 day')
"""
DECLINED = """
UPDATE connection_requests SET state = 'DECLINED', closed_at = now(), decline_kind = 'DECLINE'
WHERE recipient_id = $1
"""
STATES = (
    "SELECT array_agg(concat_ws(' ', state, sender_state, decline_kind) ORDER BY id) FROM connection_requests"
)
COUNTED = """
SELECT count(*) FROM members
WHERE follower_count <> (SELECT count(*) FROM follows WHERE followee_id = members.id)
"""


async def members(world: World, *handles: str) -> list[int]:
    return [await world.member(handle) for handle in handles]


@pytest.mark.parametrize("layout", [CONNECTIONS, FOLLOWS])
@pytest.mark.parametrize("reverse", [False, True])
async def test_a_link_across_a_block_is_rejected_and_the_others_are_loaded(
    importer: Importer, world: World, layout: LinkLayout, reverse: bool
) -> None:
    ada, bob, _ = await members(world, "ada", "bob", "eve")
    await world.execute(BLOCK, *((bob, ada) if reverse else (ada, bob)))
    importer.write(layout, f"{','.join(layout.required)}\nada,bob\nada,eve\nbob,eve\nbob,ada\n")
    report = await importer.run()
    reason = f"{layout.required[1]}: one of the two blocks the other"
    assert importer.rejected() == [(f"{layout.kind}.csv", line, reason) for line in (2, 5)]
    assert report.loaded[layout.kind].loaded == 2
    await assert_links_agree(world)


async def test_who_is_connected_has_no_request_open_any_more(importer: Importer, world: World) -> None:
    ada, bob, eve, cy = await members(world, "ada", "bob", "eve", "cy")
    for pair in ((ada, bob), (eve, ada), (cy, ada), (bob, cy)):
        await world.execute(REQUEST, *pair)
    await world.execute("UPDATE connection_requests SET ignored = true WHERE sender_id = $1", eve)
    await world.execute(DECLINED, bob)
    importer.write(CONNECTIONS, "member,other\nada,bob\nada,eve\nbob,eve\n")
    await importer.run()
    pending = "PENDING PENDING"
    assert await world.value(STATES) == ["ACCEPTED ACCEPTED", "ACCEPTED ACCEPTED", pending, pending]


async def test_what_had_expired_before_is_not_accepted(importer: Importer, world: World) -> None:
    ada, bob = await members(world, "ada", "bob")
    await world.execute(REQUEST, ada, bob)
    await world.execute("UPDATE connection_requests SET expires_at = now() - interval '1 second'")
    importer.write(CONNECTIONS, "member,other\nada,bob\n")
    await importer.run()
    assert await world.value(STATES) == ["PENDING PENDING"]


async def test_a_new_connection_forgets_the_end_of_the_last(importer: Importer, world: World) -> None:
    ada, bob, eve = await members(world, "ada", "bob", "eve")
    remove = "INSERT INTO removals (low_id, high_id, remover_id) VALUES ($1, $2, $1)"
    for pair in ((ada, bob), (ada, eve)):
        await world.execute(remove, *pair)
    importer.write(CONNECTIONS, "member,other\nbob,ada\n")
    await importer.run()
    assert await world.value("SELECT array_agg(high_id) FROM removals") == [eve]


async def test_followers_of_old_and_new_members_are_counted(
    importer: Importer, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.importing.loading.WRITTEN_AT_ONCE", 3)
    ada, bob = await members(world, "ada", "bob")
    follow = "INSERT INTO follows (follower_id, followee_id) VALUES ($1, $2)"
    await world.execute(follow, ada, bob)
    new = "".join(f"k{number},new-{number},G,F\n" for number in range(9))
    importer.write(MEMBERS, f"key,handle,given_name,family_name\nka,ada,A,A\nkb,bob,B,B\n{new}")
    rows = "".join(f"k{number},kb\nk{number},k{(number + 1) % 9}\n" for number in range(9))
    importer.write(FOLLOWS, f"follower,followee\nka,kb\n{rows}")
    importer.write(CONNECTIONS, "member,other\nka,k1\n")
    for _ in range(2):
        await importer.run()
        assert await world.value(COUNTED) == 0
    assert await world.value("SELECT follower_count FROM members WHERE id = $1", bob) == 10
    assert await world.value("SELECT count(*) FROM inboxes") == 11
    await world.execute(follow, bob, ada)
    assert await world.value(COUNTED) == 0


async def test_an_import_waits_for_mutations_that_began(importer: Importer, world: World) -> None:
    ada, bob = await members(world, "ada", "bob")
    importer.write(CONNECTIONS, "member,other\nada,bob\n")
    async with world.connection() as connection, connection.transaction():
        await connection.execute("SELECT FROM inboxes FOR NO KEY UPDATE")
        importing = asyncio.create_task(importer.run())
        await until_waiting(world, 1)
        await connection.execute(BLOCK, ada, bob)
    assert (await importing).rejected == {"connections": 1}


async def test_an_import_that_meets_a_deadlock_tries_again(importer: Importer, world: World) -> None:
    await members(world, "ada", "bob")
    importer.write(CONNECTIONS, "member,other\nada,bob\n")
    async with world.connection() as connection, connection.transaction():
        await connection.execute("LOCK TABLE handles IN ROW EXCLUSIVE MODE")
        importing = asyncio.create_task(importer.run())
        await until_waiting(world, 1)
        await connection.execute("LOCK TABLE inboxes IN ROW EXCLUSIVE MODE")
    assert (await importing).loaded["connections"].loaded == 1


async def test_nobody_blocks_while_links_are_imported(importer: Importer, world: World) -> None:
    ada, bob = await members(world, "ada", "bob")
    gate = "LOCK TABLE positions IN EXCLUSIVE MODE"
    importer.write(MEMBERS, "key,handle,given_name,family_name\nk1,ada,A,A\nk2,bob,B,B\n")
    importer.write(CONNECTIONS, "member,other\nk1,k2\n")
    async with world.connection() as connection, connection.transaction():
        await connection.execute(gate)
        importing = asyncio.create_task(importer.run())
        await until_waiting(world, 1)
        blocking = asyncio.create_task(world.execute(BLOCK, ada, bob))
        await until_waiting(world, 2)
    await importing
    with pytest.raises(asyncpg.CheckViolationError):
        await blocking
