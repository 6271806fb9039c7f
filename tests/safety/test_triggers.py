"""The database itself refuses what would reach across a block, however it is written."""

import asyncpg
import pytest

from models.database import Connection
from tests.world import World

BLOCK = "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'x', 'X')"
REQUEST = """
INSERT INTO connection_requests (
    sender_id, recipient_id, expires_at, state, closed_at, decline_kind, sender_state, sender_closed_at
) VALUES ($1, $2, now() + interval '1 day', '{}', {}, {}, '{}', {})
"""
OPEN = REQUEST.format("PENDING", "NULL", "NULL", "PENDING", "NULL")
OPEN_FOR_SENDER = REQUEST.format("DECLINED", "now()", "'DECLINE'", "PENDING", "NULL")
CLOSED = REQUEST.format("WITHDRAWN", "now()", "NULL", "WITHDRAWN", "now()")
LINKS = {
    "a connection": "INSERT INTO connections (member_id, other_id) VALUES ($1, $2), ($2, $1)",
    "a follow": "INSERT INTO follows (follower_id, followee_id) VALUES ($1, $2)",
    "an open request": OPEN,
    "a request that its sender sees open": OPEN_FOR_SENDER,
}
REOPEN = "UPDATE connection_requests SET state = 'PENDING', closed_at = NULL"
REOPEN_FOR_SENDER = "UPDATE connection_requests SET sender_state = 'PENDING', sender_closed_at = NULL"


async def refused(connection: Connection, text: str, *arguments: int) -> None:
    """Run a statement that the triggers refuse, by the name that the server knows."""
    with pytest.raises(asyncpg.CheckViolationError) as violation:
        async with connection.transaction():
            await connection.execute(text, *arguments)
    assert violation.value.constraint_name == "no_link_across_block"


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS.keys())
@pytest.mark.parametrize("reverse", [False, True])
async def test_no_link_is_made_across_a_block(world: World, link: str, reverse: bool) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    async with world.connection() as connection:
        await connection.execute(BLOCK, *((bob, ada) if reverse else (ada, bob)))
        await refused(connection, link, ada, bob)


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS.keys())
@pytest.mark.parametrize("reverse", [False, True])
async def test_no_block_is_made_across_a_link(world: World, link: str, reverse: bool) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    async with world.connection() as connection:
        await connection.execute(link, ada, bob)
        await refused(connection, BLOCK, *((bob, ada) if reverse else (ada, bob)))


async def test_one_link_among_many_that_crosses_a_block_refuses_all(world: World) -> None:
    ada, bob, eve = [await world.member(handle) for handle in ("ada", "bob", "eve")]
    many = "INSERT INTO follows (follower_id, followee_id) VALUES ($1, $3), ($2, $3), ($2, $1)"
    async with world.connection() as connection:
        await connection.execute(BLOCK, ada, bob)
        await refused(connection, many, ada, bob, eve)


@pytest.mark.parametrize("reopen", [REOPEN, REOPEN_FOR_SENDER])
async def test_no_request_is_opened_again_across_a_block(world: World, reopen: str) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    async with world.connection() as connection:
        await connection.execute(CLOSED, ada, bob)
        await connection.execute(BLOCK, bob, ada)
        await refused(connection, reopen)


async def test_a_closed_request_stands_in_the_way_of_nothing(world: World) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    await world.execute(CLOSED, ada, bob)
    await world.execute(BLOCK, ada, bob)
    await world.execute(CLOSED, bob, ada)
    assert await world.value("SELECT count(*) FROM blocks") == 1
