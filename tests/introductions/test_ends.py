"""What ends an introduction besides an answer: a lost connection, a block, a closed account, time."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

import pytest

from auth import closing
from server.jobs.expiry import expire_introductions
from tests.clocks import Clock
from tests.connection_requests.conftest import Newcomer
from tests.introductions.meeting import Three, does, listed, sees, way

End = Callable[[Three], Awaitable[None]]


def removal(one: str, other: str) -> End:
    async def end(three: Three) -> None:
        people = {each.handle: each for each in three}
        await people[one].does("removeConnection", memberId=people[other].id)

    return end


def block(one: str, other: str) -> End:
    async def end(three: Three) -> None:
        people = {each.handle: each for each in three}
        await people[one].does("blockMember", memberId=people[other].id)
        await people[one].does("unblockMember", memberId=people[other].id)

    return end


async def connection(three: Three) -> None:
    await three.cleo.answers(await three.ada.sends(three.cleo), "accept")


async def counter_request(three: Three) -> None:
    await three.cleo.sends(three.ada)
    await three.ada.does("sendConnectionRequest", recipientId=three.cleo.id)


async def expire(three: Three, clock: Clock) -> None:
    """Run the job at the instant of the clock."""
    await expire_introductions(replace(three.ada.world.deployment, clock=clock))


ENDS: Mapping[str, End] = {
    "the broker removes the requester": removal("ben", "ada"),
    "the requester removes the broker": removal("ada", "ben"),
    "the target removes the broker": removal("cleo", "ben"),
    "the broker blocks the target": block("ben", "cleo"),
    "the target blocks the requester": block("cleo", "ada"),
    "the requester blocks the target": block("ada", "cleo"),
    "the two connect by a request": connection,
    "the two connect by asking each other": counter_request,
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("is_forwarded", [False, True])
async def test_it_is_cancelled_when_what_it_hangs_on_is_gone(
    three: Three, end: str, is_forwarded: bool
) -> None:
    introduction = await (three.forwarded() if is_forwarded else three.ask())
    before = [len(await each.log()) for each in three]
    await ENDS[end](three)
    assert await three.states(introduction) == [
        "CANCELLED",
        "CANCELLED",
        "CANCELLED" if is_forwarded else None,
    ]
    for each, was in zip(three, before, strict=True):
        assert not [kind for kind in await each.notifications() if "INTRODUCTION" in kind]
        assert "NOTIFICATION_CREATED INTRODUCTION" not in " ".join((await each.log())[was:])


@pytest.mark.parametrize("decliner", ["ben", "cleo"])
async def test_what_was_declined_in_secret_ends_for_its_requester_alone(three: Three, decliner: str) -> None:
    introduction = await (three.ask() if decliner == "ben" else three.forwarded())
    await does({"ben": three.ben, "cleo": three.cleo}[decliner], "decline", introduction)
    known = (await three.states(introduction))[1:]
    await three.ben.does("removeConnection", memberId=three.cleo.id)
    assert await three.states(introduction) == ["CANCELLED", *known]
    assert await three.ada.notifications() == []


@pytest.mark.parametrize("is_over", [False, True])
@pytest.mark.parametrize("closes", ["ada", "ben", "cleo"])
async def test_nobody_sees_it_any_more_when_one_closes_the_account(
    three: Three, closes: str, is_over: bool
) -> None:
    introduction = await three.forwarded()
    if is_over:
        await three.ada.world.execute("UPDATE introductions SET expires_at = now()")
    gone = next(each for each in three if each.handle == closes)
    async with three.ada.world.connection() as connection, connection.transaction():
        await closing.close(connection, gone.number)
    for each in three:
        if each is not gone:
            assert await sees(each, introduction) is None
            assert await listed(each) == []
            assert await each.notifications() == []
    views = "SELECT state || ' ' || requester_state FROM introductions"
    assert await three.ada.world.value(views) == ("EXPIRED EXPIRED" if is_over else "CANCELLED CANCELLED")


async def test_what_was_accepted_stays_so(three: Three) -> None:
    introduction = await three.forwarded()
    await does(three.cleo, "accept", introduction)
    await three.ben.does("removeConnection", memberId=three.ada.id)
    await three.ada.does("removeConnection", memberId=three.cleo.id)
    assert await three.states(introduction) == ["ACCEPTED"] * 3
    assert (await sees(three.ada, introduction))["connection"] is None


async def test_it_runs_out_whether_or_not_a_job_writes_that_down(three: Three, clock: Clock) -> None:
    first = await three.ask()
    clock.advance(days=30, seconds=-1)
    assert await three.states(first) == ["REQUESTED", "REQUESTED", None]
    assert await way(three.ada, three.cleo) == ["ALREADY_PENDING"]
    clock.advance(seconds=1)
    assert await way(three.ada, three.cleo) == ["ben"]
    before = [(await three.states(first), await each.log()) for each in three]
    await expire(three, clock)
    assert [(await three.states(first), await each.log()) for each in three] == before
    assert await three.states(first) == ["EXPIRED", "EXPIRED", None]
    assert await three.ben.notifications() == ["INTRODUCTION_REQUESTED read"]
    views = "SELECT state || ' ' || requester_state FROM introductions"
    assert await three.ada.world.value(views) == "EXPIRED EXPIRED"


@pytest.mark.parametrize("decliner", ["ben", "cleo"])
async def test_the_job_leaves_what_the_others_know_of_a_decline(
    three: Three, clock: Clock, decliner: str
) -> None:
    introduction = await (three.ask() if decliner == "ben" else three.forwarded())
    await does({"ben": three.ben, "cleo": three.cleo}[decliner], "decline", introduction)
    clock.advance(days=30)
    before = await three.states(introduction)
    await expire(three, clock)
    await expire(three, clock)
    assert await three.states(introduction) == before
    assert before[:2] == ["EXPIRED", f"DECLINED_BY_{'BROKER' if decliner == 'ben' else 'TARGET'}"]


async def test_removing_many_ends_what_hangs_on_any(three: Three, newcomer: Newcomer) -> None:
    introduction = await three.forwarded()
    dan = await newcomer("dan")
    await three.ben.does("removeConnections", memberIds=[dan.id, three.ada.id, three.cleo.id])
    assert await three.states(introduction) == ["CANCELLED"] * 3
