"""The database itself refuses what the rules do, however it is written."""

import asyncpg
import pytest

from tests.introductions.meeting import Three, does, sees

INSERT = """
    INSERT INTO introductions (
        requester_id, broker_id, target_id, state, requester_state, purpose, message_to_broker,
        message_to_target, expires_at, forwarded_at
    ) VALUES ($1, $2, $3, $4, $5, 'OTHER', 'x', 'x', now() + interval '1 day', $6::timestamptz)
"""
BLOCK = "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'x', 'X')"


async def write(three: Three, state: str, requester_state: str, *, forwarded: bool = False) -> None:
    numbers = [each.number for each in three]
    at = await three.ada.world.value("SELECT now()") if forwarded else None
    await three.ada.world.execute(INSERT, *numbers, state, requester_state, at)


@pytest.mark.parametrize(
    ("state", "requester_state", "forwarded"),
    [
        ("REQUESTED", "FORWARDED", False),
        ("FORWARDED", "FORWARDED", False),
        ("REQUESTED", "REQUESTED", True),
        ("DECLINED_BY_BROKER", "DECLINED_BY_BROKER", False),
        ("REQUESTED", "CANCELLED", False),
        ("OTHER", "CANCELLED", False),
    ],
)
async def test_views_that_contradict_each_other_are_refused(
    three: Three, state: str, requester_state: str, forwarded: bool
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await write(three, state, requester_state, forwarded=forwarded)


async def test_one_is_open_at_a_time_in_the_eyes_of_its_requester(three: Three) -> None:
    await write(three, "DECLINED_BY_BROKER", "REQUESTED")
    with pytest.raises(asyncpg.UniqueViolationError):
        await write(three, "REQUESTED", "REQUESTED")


async def test_three_are_three(three: Three) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await write(Three(three.ada, three.ada, three.cleo), "REQUESTED", "REQUESTED")


@pytest.mark.parametrize("pair", [("ada", "ben"), ("cleo", "ben"), ("ada", "cleo"), ("cleo", "ada")])
async def test_none_is_open_across_a_block(three: Three, pair: tuple[str, str]) -> None:
    numbers = {each.handle: each.number for each in three}
    world = three.ada.world
    await write(three, "DECLINED_BY_TARGET", "FORWARDED", forwarded=True)
    both = numbers[pair[0]], numbers[pair[1]]
    ended = "DELETE FROM connections WHERE $1 = ANY(ARRAY[member_id, other_id])"
    await world.execute(ended, both[0])
    with pytest.raises(asyncpg.CheckViolationError):
        await world.execute(BLOCK, *both)
    await world.execute("UPDATE introductions SET requester_state = 'CANCELLED'")
    await world.execute(BLOCK, *both)
    with pytest.raises(asyncpg.CheckViolationError):
        await world.execute("UPDATE introductions SET requester_state = 'FORWARDED'")


async def test_erasing_any_of_the_three_erases_it(three: Three) -> None:
    introduction = await three.forwarded()
    await does(three.cleo, "accept", introduction)
    await three.ada.world.execute("DELETE FROM members WHERE id = $1", three.ben.number)
    assert await sees(three.ada, introduction) is await sees(three.cleo, introduction) is None
    link = (await three.ada.relationship(three.cleo))["connection"]["id"]
    query = "query($id: ID!) { node(id: $id) { ... on Connection { introduction { id } } } }"
    assert (await three.ada.ask(query, id=link)).data["node"] == {"introduction": None}
