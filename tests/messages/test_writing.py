"""Messages as other mutations write them: numbered without gaps, in conversations found or made."""

import asyncio
from datetime import timedelta

import pytest

from loaders.context import Context
from tests.messages.threads import NOW, at, change, pair, request, say, say_in
from tests.world import World

NUMBERS = "SELECT array_agg(number ORDER BY number) FROM messages"
INSTANTS = "SELECT array_agg(sent_at ORDER BY number) FROM messages"
LAST_NUMBER = "SELECT last_number FROM conversations"
TOLD = "SELECT array_agg(member_id ORDER BY member_id) FROM events WHERE (kind, subject) = ($1, $2)"
WITHDRAWN = {
    "state": "WITHDRAWN",
    "sender_state": "WITHDRAWN",
    "closed_at": NOW,
    "sender_closed_at": NOW,
}


async def test_the_first_message_makes_the_conversation_and_the_next_goes_on_in_it(world: World) -> None:
    ada, ben = await pair(world)
    first = await say(world, ada, ben, "Hello")
    second = await say(world, ben, ada, "Hello yourself")
    assert (first.key, second.key) == ((ada, ben, 1, 1), (ada, ben, 1, 2))
    assert (second.author_id, second.body) == (ben, "Hello yourself")
    assert await world.value(LAST_NUMBER) == 2


async def test_each_request_has_a_conversation_of_its_own(world: World) -> None:
    ada, ben = await pair(world)
    own = await say(world, ada, ben, "Hello")
    there = await request(world, ada, ben)
    asked = await say(world, ben, ada, "Where do we know each other from?", there)
    answered = await say(world, ada, ben, "From the fair", there)
    await change(world, there, WITHDRAWN)
    back = await request(world, ben, ada)
    other = await say(world, ada, ben, "Hello again", back)
    assert asked.conversation_id == answered.conversation_id
    assert len({own.conversation_id, asked.conversation_id, other.conversation_id}) == 3
    assert [own.number, asked.number, answered.number, other.number] == [1, 1, 2, 1]


async def test_copies_at_once_are_numbered_without_gaps_and_in_the_order_of_their_instants(
    world: World,
) -> None:
    ada, ben = await pair(world)
    voices = [(ada, ben), (ben, ada)] * 20
    await asyncio.gather(*(say(world, author, other, "Hello") for author, other in voices))
    assert await world.value(NUMBERS) == list(range(1, 41))
    instants = await world.value(INSTANTS)
    assert instants == sorted(instants)


async def test_what_is_rolled_back_leaves_no_gap(world: World) -> None:
    ada, ben = await pair(world)
    await say(world, ada, ben, "Hello")
    with pytest.raises(RuntimeError, match="lost"):
        await _say_in_vain(world.context(ada), ben)
    assert (await say(world, ada, ben, "Said")).number == 2


async def _say_in_vain(ctx: Context, other: int) -> None:
    async with ctx.transaction():
        await say_in(ctx, other, "Never said")
        raise RuntimeError("lost")


async def test_a_message_is_never_older_than_the_one_before_it(world: World) -> None:
    ada, ben = await pair(world)
    await say(at(world, NOW), ada, ben, "Hello")
    late = await say(at(world, NOW - timedelta(seconds=1)), ben, ada, "From a clock that is slow")
    assert late.sent_at == NOW
    assert (await say(at(world, NOW + timedelta(seconds=1)), ada, ben, "Later")).sent_at > NOW


async def test_both_members_are_told(world: World) -> None:
    ada, ben = await pair(world)
    await say(world, ada, ben, "Hello")
    assert await world.value(TOLD, "MESSAGE_CHANGED", "MSG_MS4yLjEuMQ") == [ada, ben]


async def test_blanks_around_a_message_are_left_out(world: World) -> None:
    ada, ben = await pair(world)
    assert (await say(world, ada, ben, "  Hello\n ")).body == "Hello"
