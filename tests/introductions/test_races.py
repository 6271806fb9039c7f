"""Moves that meet: whoever comes first decides, and all three agree on what came of it."""

from tests.introductions.meeting import Three
from tests.races import all_at_once

ALL_HELD = "SELECT FROM inboxes FOR UPDATE"
OPEN = """
    SELECT count(*) FROM introductions WHERE 'REQUESTED FORWARDED' LIKE '%' || requester_state || '%'
    AND NOT EXISTS (
        SELECT FROM connections AS near JOIN connections AS far ON near.member_id = far.member_id
        WHERE near.member_id = broker_id AND near.other_id = requester_id AND far.other_id = target_id
    )
"""


async def move(three: Three, handle: str, verb: str, introduction: str) -> str:
    """The code with which a move is refused; `done` where it is not."""
    mover = next(each for each in three if each.handle == handle)
    answer = await mover.tries(f"{verb}Introduction", "introduction { id }", introductionId=introduction)
    errors = answer.data[f"{verb}Introduction"]["userErrors"]
    return errors[0]["code"] if errors else "done"


async def act(three: Three, handle: str, mutation: str, other: str) -> str:
    """The code with which a mutation about another is refused."""
    people = {each.handle: each for each in three}
    answer = await people[handle].tries(mutation, "relationship { id }", memberId=people[other].id)
    errors = answer.data[mutation]["userErrors"]
    return errors[0]["code"] if errors else "done"


async def test_passing_it_on_twice_and_taking_it_back(three: Three) -> None:
    world = three.ada.world
    introduction = await three.ask()
    forwards = [move(three, "ben", "forward", introduction) for _ in range(2)]
    first, second, cancelled = await all_at_once(
        world, ALL_HELD, *forwards, move(three, "ada", "cancel", introduction)
    )
    assert cancelled == "done"
    assert {first, second} <= {"done", "INVALID_STATE"}
    states = await three.states(introduction)
    assert states[:2] == ["CANCELLED", "CANCELLED"]
    assert (await three.cleo.notifications()) == []


async def test_accepting_against_the_brokers_leaving(three: Three) -> None:
    world = three.ada.world
    introduction = await three.forwarded()
    accepted, removed = await all_at_once(
        world,
        ALL_HELD,
        move(three, "cleo", "accept", introduction),
        act(three, "ben", "removeConnection", "ada"),
    )
    assert removed == "done"
    state = "ACCEPTED" if accepted == "done" else "CANCELLED"
    assert accepted in ("done", "INVALID_STATE")
    assert await three.states(introduction) == [state] * 3
    stands = (await three.ada.relationship(three.cleo))["status"]
    assert (stands == "CONNECTED") is (accepted == "done")


async def test_accepting_against_a_block(three: Three) -> None:
    world = three.ada.world
    introduction = await three.forwarded()
    accepted, blocked = await all_at_once(
        world,
        ALL_HELD,
        move(three, "cleo", "accept", introduction),
        act(three, "ada", "blockMember", "cleo"),
    )
    assert blocked == "done"
    assert accepted in ("done", "NOT_FOUND")
    assert await three.cleo.relationship(three.ada) is None
    assert await world.value("SELECT count(*) FROM connections WHERE member_id = $1", three.ada.number) == 1
    assert await world.value(OPEN) == 0


async def test_accepting_the_introduction_and_the_request_that_names_it(three: Three) -> None:
    introduction = await three.forwarded()
    request = await three.ada.sends(three.cleo, introductionId=introduction)

    async def accept() -> str:
        answer = await three.cleo.tries("acceptConnectionRequest", "request { id }", requestId=request)
        errors = answer.data["acceptConnectionRequest"]["userErrors"]
        return errors[0]["code"] if errors else "done"

    made = await all_at_once(three.ada.world, ALL_HELD, accept(), move(three, "cleo", "accept", introduction))
    assert made == ["done", "done"]
    assert await three.states(introduction) == ["ACCEPTED"] * 3
    assert (await three.ada.sees(request))["state"] == "ACCEPTED"
    assert (await three.ben.notifications()).count("INTRODUCTION_ANSWERED") == 1


async def test_asking_eight_times_at_once_asks_once(three: Three) -> None:
    async def ask() -> str:
        answer = await three.ada.tries("requestIntroduction", "introduction { id }", **three.given())
        errors = answer.data["requestIntroduction"]["userErrors"]
        return errors[0]["reason"] if errors else "done"

    made = await all_at_once(three.ada.world, ALL_HELD, *(ask() for _ in range(8)))
    assert sorted(made) == [*["ALREADY_PENDING"] * 7, "done"]


async def test_asking_against_the_brokers_leaving_leaves_nothing_open(three: Three) -> None:
    async def ask() -> str:
        answer = await three.ada.tries("requestIntroduction", "introduction { id }", **three.given())
        errors = answer.data["requestIntroduction"]["userErrors"]
        return errors[0]["reason"] if errors else "done"

    await all_at_once(three.ada.world, ALL_HELD, ask(), act(three, "cleo", "removeConnection", "ben"), ask())
    assert await three.ada.world.value(OPEN) == 0
