"""What is left of a thread when the connection, the request or one of the members is gone."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from auth import closing
from models.connections import DISCONNECT
from models.messages import MessageRow
from tests.clients import Api, Json
from tests.messages.threads import NOW, bodies, change, pair, read, request, say
from tests.world import World

CANCELLED = {
    "state": "CANCELLED",
    "sender_state": "CANCELLED",
    "closed_at": NOW,
    "sender_closed_at": NOW,
}
BLOCK = "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'x', 'X')"
End = Callable[[World, int, int], Awaitable[None]]


async def removal(world: World, gone: int, left: int) -> None:
    async with world.connection() as connection:
        await DISCONNECT.rows(connection, one=gone, others=[left], now=NOW)


async def block(world: World, gone: int, left: int) -> None:
    await removal(world, gone, left)
    await world.execute(BLOCK, gone, left)


async def closure(world: World, gone: int, left: int) -> None:
    async with world.connection() as connection, connection.transaction():
        await closing.close(connection, gone)


async def erasure(world: World, gone: int, left: int) -> None:
    await closure(world, gone, left)
    async with world.connection() as connection:
        await closing.erase(connection, timedelta(0))


async def both_threads(world: World) -> tuple[int, int, list[MessageRow]]:
    """Two members with a thread that hangs on their connection and one on an earlier request."""
    gone, left = await pair(world)
    key = await request(world, gone, left)
    reply = await say(world, left, gone, "Where from?", key)
    await change(world, key, CANCELLED)
    await say(world, gone, left, "Hello")
    return gone, left, [reply, await say(world, left, gone, "Hello yourself")]


async def after(api: Api, world: World, end: End) -> list[Json]:
    """What the one who is left reads, with instants left out."""
    gone, left, threads = await both_threads(world)
    await end(world, gone, left)
    found = [await read(api, left, message) for message in threads]
    for message in (message for thread in found for message in thread["messages"]["nodes"]):
        del message["sentAt"]
    for thread in found:
        del thread["messages"]["pageInfo"]
    return found


async def test_a_removed_connection_closes_the_thread_for_writing_and_leaves_reading(
    api: Api, world: World
) -> None:
    reply, thread = await after(api, world, removal)
    assert bodies(thread) == ["Hello yourself", "Hello"]
    assert thread["participants"] == [{"handle": "ada"}]
    assert thread["canWrite"] == {"allowed": False, "reason": "NOT_CONNECTED", "availableAt": None}
    assert reply["canWrite"]["reason"] == "CLOSED"


@pytest.mark.parametrize("end", [block, closure, erasure])
async def test_who_blocked_closed_or_was_erased_leaves_the_same_thread(
    api: Api, world: World, end: End
) -> None:
    reply, thread = await after(api, world, end)
    assert (bodies(reply), bodies(thread)) == (["Where from?"], ["Hello yourself", "Hello"])
    assert reply["participants"] == thread["participants"] == [None]
    assert [node["author"] for node in thread["messages"]["nodes"]] == [{"handle": "ben"}, None]
    assert [each["canWrite"]["reason"] for each in (reply, thread)] == ["CLOSED", "NOT_CONNECTED"]


async def test_a_thread_is_deleted_with_the_second_of_its_members(world: World) -> None:
    gone, left, _ = await both_threads(world)
    await erasure(world, gone, left)
    assert await world.value("SELECT count(*) FROM messages") == 3
    await erasure(world, left, gone)
    for table in ("conversations", "messages"):
        assert await world.value(f"SELECT count(*) FROM {table}") == 0


async def test_a_hidden_decline_closes_the_thread_for_the_recipient_alone(api: Api, world: World) -> None:
    ada, ben = await world.member("ada"), await world.member("ben")
    key = await request(world, ada, ben)
    reply = await say(world, ben, ada, "Where from?", key)
    await change(world, key, {"state": "DECLINED", "decline_kind": "DECLINE", "closed_at": NOW})
    assert (await read(api, ada, reply))["canWrite"]["allowed"]
    assert (await read(api, ben, reply))["canWrite"] == {
        "allowed": False,
        "reason": "CLOSED",
        "availableAt": None,
    }
    await change(world, key, {"expires_at": datetime.now(UTC)})
    assert (await read(api, ada, reply))["canWrite"]["reason"] == "CLOSED"
