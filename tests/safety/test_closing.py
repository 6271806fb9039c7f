"""What ends with an account at once, and what goes with it when it is erased."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from auth import closing
from models import adjacency, connections, metadata, notifications
from models import members as members_table
from tests.races import all_at_once, until_waiting
from tests.safety.asking import Safety
from tests.world import World

INSERTS = {
    "blocks": "(blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'x', 'X')",
    "lifted_blocks": "(blocker_id, blocked_id) VALUES ($1, $2)",
    "mutes": "(member_id, muted_id) VALUES ($1, $2)",
    "reports": "(reporter_id, member_id, subject) VALUES ($1, $2, 'M')",
    "removals": """
        (low_id, high_id, remover_id) VALUES (least($1::int, $2), greatest($1, $2), $1) ON CONFLICT DO NOTHING
    """,
}
TABLES = {
    *INSERTS,
    *("adjacency", "connections", "connection_requests", "follows", "company_follows", "administrators"),
    *("messages", "inboxes", "events", "notifications"),
}
COMPANY = "INSERT INTO companies (handle, name) VALUES ('acme', 'Acme') RETURNING id"
FOLLOW_COMPANY = "INSERT INTO company_follows (follower_id, company_id) VALUES ($1, $2)"
ADMINISTER = "INSERT INTO administrators (member_id, company_id) VALUES ($1, $2)"
CONVERSE = """
WITH made AS (INSERT INTO conversations (low_id, high_id) VALUES ($1, $2) RETURNING id)
INSERT INTO messages (conversation_id, number, author_id, body, sent_at)
SELECT id, number, CASE number WHEN 1 THEN $1::int ELSE $2 END, 'Hello', now()
FROM made, generate_series(1, 2) AS number
"""
LINKS: dict[str, Callable[[Safety, int, int], Awaitable[object]]] = {
    "connection": lambda safety, ada, bob: safety.world.connect(ada, bob),
    "follow": lambda safety, ada, bob: safety.follow(ada, bob),
    "sent request": lambda safety, ada, bob: safety.request(ada, bob),
    "received request": lambda safety, ada, bob: safety.request(bob, ada),
}
FOLLOWERS = "SELECT array_agg(follower_count ORDER BY id) FROM members"


async def close(world: World, member: int) -> None:
    async with world.connection() as connection, connection.transaction():
        await closing.close(connection, member)


async def erase(world: World) -> int:
    async with world.connection() as connection:
        return await closing.erase(connection, timedelta(0))


async def members(world: World, *handles: str) -> list[int]:
    return [await world.member(handle) for handle in handles]


@pytest.mark.parametrize("reverse", [False, True])
async def test_open_requests_are_cancelled_both_ways(safety: Safety, world: World, reverse: bool) -> None:
    ada, bob, eve, cy = await members(world, "ada", "bob", "eve", "cy")
    request = await safety.request(*((bob, ada) if reverse else (ada, bob)))
    end = await world.value("SELECT now()")
    declined = await safety.request(ada, eve, state="DECLINED", closed_at=end, decline_kind="DECLINE")
    elsewhere = await safety.request(bob, eve)
    over = await safety.request(cy, ada, expires_at=end - timedelta(days=1))
    await close(world, ada)
    assert await safety.views(request) == ("CANCELLED", "CANCELLED")
    assert await safety.views(declined) == ("DECLINED", "CANCELLED")
    assert await safety.views(elsewhere) == ("PENDING", "PENDING")
    assert await safety.views(over) == ("EXPIRED", "EXPIRED")


async def test_follows_end_and_are_no_longer_counted(safety: Safety, world: World) -> None:
    ada, bob, eve = await members(world, "ada", "bob", "eve")
    for one, other in ((ada, bob), (ada, eve), (bob, ada), (bob, eve)):
        await safety.follow(one, other)
    company = await world.value(COMPANY)
    for member in (ada, bob):
        await world.execute(FOLLOW_COMPANY, member, company)
        await world.execute(ADMINISTER, member, company)
    await close(world, ada)
    assert await world.value(FOLLOWERS) == [0, 0, 1]
    assert await world.value("SELECT follower_count FROM companies") == 1
    assert await world.value("SELECT array_agg(member_id) FROM administrators") == [bob]


async def test_what_others_were_told_of_the_member_alone_vanishes(safety: Safety, world: World) -> None:
    ada, bob, eve = await members(world, "ada", "bob", "eve")
    await safety.notify(bob, "of one", ada)
    await safety.notify(bob, "of two", ada, eve)
    await safety.notify(eve, "of another", bob)
    await close(world, ada)
    assert await world.value("SELECT array_agg(subject ORDER BY member_id, id) FROM notifications") == [
        "of two",
        "of another",
    ]


async def test_mutes_of_and_by_the_member_end_and_blocks_stay(safety: Safety, world: World) -> None:
    ada, bob, eve = await members(world, "ada", "bob", "eve")
    for one, other in ((ada, bob), (bob, ada), (bob, eve)):
        await safety.done("muteMember", one, other)
    await safety.done("blockMember", eve, ada)
    await close(world, ada)
    assert await world.value("SELECT array_agg(muted_id) FROM mutes") == [eve]
    assert await safety.count("blocks") == 1


async def test_nobody_is_told(safety: Safety, world: World) -> None:
    ada, bob = await members(world, "ada", "bob")
    await world.connect(ada, bob)
    await safety.request(ada, await world.member("eve"))
    await close(world, ada)
    assert await safety.count("events") == 0


async def test_members_who_are_linked_in_every_way_close_at_once(safety: Safety, world: World) -> None:
    everybody = await members(world, *(f"member-{number}" for number in range(6)))
    for one in everybody:
        for other in everybody:
            if one != other:
                await safety.follow(one, other)
            if one < other:
                await world.connect(one, other)
    gate = "SELECT FROM inboxes WHERE member_id = 1 FOR UPDATE"
    await all_at_once(world, gate, *(close(world, member) for member in everybody))
    assert await world.value(FOLLOWERS) == [0] * 6
    assert await safety.count("connections") == await safety.count("follows") == 0


@pytest.mark.parametrize("link", LINKS)
async def test_a_closing_waits_for_everybody_whose_rows_it_changes(
    safety: Safety, world: World, link: str
) -> None:
    ada, bob = await members(world, "ada", "bob")
    await LINKS[link](safety, ada, bob)
    gate = f"SELECT FROM inboxes WHERE member_id = {bob} FOR UPDATE"
    await all_at_once(world, gate, close(world, ada))


async def test_a_block_waits_for_the_closing_and_finds_nobody(safety: Safety, world: World) -> None:
    ada, bob = await members(world, "ada", "bob")
    await world.connect(ada, bob)
    async with world.connection() as connection, connection.transaction():
        await closing.close(connection, bob)
        block = asyncio.create_task(safety.error("blockMember", ada, bob))
        await until_waiting(world, 1)
    assert (await block)["code"] == "NOT_FOUND"


async def test_a_member_with_everything_is_erased(safety: Safety, world: World) -> None:
    ada, bob, eve, cy = await members(world, "ada", "bob", "eve", "cy")
    await world.connect(ada, bob)
    await world.execute(CONVERSE, ada, bob)
    await safety.request(ada, cy)
    company = await world.value(COMPANY)
    for statement in (FOLLOW_COMPANY, ADMINISTER):
        await world.execute(statement, ada, company)
    for one, other in ((ada, eve), (eve, ada)):
        await safety.notify(one, "of one", other)
        for table, row in INSERTS.items():
            await world.execute(f"INSERT INTO {table} {row}", one, other)
    for one, other in ((ada, bob), (bob, ada)):
        await safety.follow(one, other)
        await safety.done("muteMember", one, other)
    assert await tables_that_name(world, ada) >= TABLES
    await close(world, ada)
    assert await erase(world) == 1
    assert await tables_that_name(world, ada) == set()


async def tables_that_name(world: World, member: int) -> set[str]:
    """Where the member's id is found."""
    columns = [
        (table, f"{column.name} = $1")
        for table in metadata.tables.values()
        for column in table.columns
        if any(key.column.table is members_table for key in column.foreign_keys)
    ]
    columns += [
        (connections, "other_id = $1"),
        (adjacency, "$1 = ANY(ids)"),
        (notifications, "$1 = ANY(actor_ids)"),
    ]
    counts = [(table.name, f"SELECT count(*) FROM {table.name} WHERE {test}") for table, test in columns]
    return {name for name, count in counts if await world.value(count, member)}


async def test_a_report_of_somebody_stays_when_its_author_is_erased(safety: Safety, world: World) -> None:
    ada, bob = await members(world, "ada", "bob")
    await safety.done("reportMember", ada, bob)
    await close(world, ada)
    await erase(world)
    assert await world.value("SELECT ARRAY[reporter_id, member_id] FROM reports") == [None, bob]
