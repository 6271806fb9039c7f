"""Accepting a request: rows 5 and 6 of the transition table."""

import pytest

from tests.clients import Json
from tests.clocks import Clock, SetPolicy, after
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.errors import full, invalid, invalid_state
from tests.connection_requests.people import Person
from tests.world import World

ACCEPT = "acceptConnectionRequest"
FOLLOWS = """
SELECT coalesce(array_agg(concat_ws(' ', follower_id, origin) ORDER BY follower_id), '{}') FROM follows
"""
NETWORKS = "SELECT array_agg(ARRAY[member_id, other_id] ORDER BY member_id) FROM connections"
COUNTS = "SELECT array_agg(connection_count ORDER BY id) FROM members"
ADJACENT = "SELECT array_agg(ids ORDER BY member_id) FROM adjacency"


@pytest.mark.parametrize("before", [(), ("ignore",), ("ignore", "restore"), ("decline", "lift")])
async def test_accepting_connects_the_two(
    ada: Person, ben: Person, world: World, clock: Clock, before: tuple[str, ...]
) -> None:
    request = await ada.sends(ben)
    for move in before:
        await ben.answers(request, move)
    clock.advance(days=2)
    payload = await ben.does(ACCEPT, requestId=request)
    assert payload["connection"]["id"] == "C_MS4y"
    assert payload["conversation"] is None
    assert payload["relationship"]["status"] == (await ada.relationship(ben))["status"] == "CONNECTED"
    for person in (ada, ben):
        seen = await person.sees(request)
        assert (seen["state"], seen["closedAt"], seen["availableEvents"]) == ("ACCEPTED", after(days=2), [])
    assert await world.value(NETWORKS) == [[ada.number, ben.number], [ben.number, ada.number]]
    assert (await world.value(COUNTS), await world.value(ADJACENT)) == ([1, 1], [[ben.number], [ada.number]])


async def test_the_two_then_follow_each_other(ada: Person, ben: Person, world: World) -> None:
    await ben.answers(await ada.sends(ben, followWhilePending=False), "accept")
    assert await world.value(FOLLOWS) == [f"{ada.number} CONNECTED", f"{ben.number} CONNECTED"]


async def test_who_accepts_need_not_follow(ada: Person, ben: Person, world: World) -> None:
    await ben.answers(await ada.sends(ben, followWhilePending=False), "accept", follow=False)
    assert await world.value(FOLLOWS) == [f"{ada.number} CONNECTED"]


async def test_a_follow_made_by_hand_stays_one(ada: Person, ben: Person, world: World) -> None:
    await ben.answers(await ada.sends(ben), "accept", follow=False)
    assert await world.value(FOLLOWS) == [f"{ada.number} MANUAL"]


async def test_where_connecting_follows_nobody_does(
    ada: Person, ben: Person, world: World, policy: SetPolicy
) -> None:
    policy(follow_on_connect=False)
    await ben.answers(await ada.sends(ben, followWhilePending=False), "accept")
    assert await world.value(FOLLOWS) == []


async def test_accepting_twice_gives_the_same_connection(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    first = await ben.does(ACCEPT, requestId=request)
    told = await ada.log(), await ben.log()
    clock.advance(days=1)
    again = await ben.does(ACCEPT, requestId=request, welcomeMessage="Welcome again!")
    assert again == first
    assert (await ada.log(), await ben.log()) == told


async def test_what_was_accepted_and_removed_is_not_accepted_again(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, "accept")
    await ada.does("removeConnection", memberId=ben.id)
    assert await ben.refused(ACCEPT, requestId=request) == invalid_state("ACCEPTED")


async def test_what_was_taken_back_is_not_accepted(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    await ada.answers(request, "withdraw")
    assert await ben.refused(ACCEPT, requestId=request) == invalid_state("WITHDRAWN")


async def test_a_welcome_is_the_first_message(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    payload = await ben.does(ACCEPT, requestId=request, welcomeMessage=" Glad to have you. ")
    assert payload["conversation"]["messages"]["nodes"] == [{"body": "Glad to have you."}]
    log = ["CONNECTION_REQUEST_CHANGED ACCEPT", "NOTIFICATION_CREATED", "RELATIONSHIP_CHANGED"]
    assert (await ada.log())[2:] == [*log, "MESSAGE_CHANGED"]
    assert (await ben.log())[2:] == [log[0], log[2], "MESSAGE_CHANGED"]


async def test_a_welcome_of_nothing_but_blanks_is_none(ada: Person, ben: Person) -> None:
    payload = await ben.does(ACCEPT, requestId=await ada.sends(ben), welcomeMessage=" \n")
    assert (payload["connection"]["id"], payload["conversation"]) == ("C_MS4y", None)


@pytest.mark.parametrize(
    ("welcome", "refusal"),
    [
        ("x" * 5_001, invalid("TOO_LONG", "welcomeMessage", "maxLength=5000")),
        ("\x00", invalid("INVALID", "welcomeMessage")),
    ],
)
async def test_a_welcome_that_is_no_message_connects_nobody(
    ada: Person, ben: Person, welcome: str, refusal: Json
) -> None:
    request = await ada.sends(ben)
    assert await ben.refused(ACCEPT, requestId=request, welcomeMessage=welcome) == refusal
    assert (await ben.sees(request))["state"] == "PENDING"


@pytest.mark.parametrize("full_one", ["ada", "ben"])
async def test_a_full_network_takes_nobody_more(
    ada: Person, ben: Person, cleo: Person, world: World, policy: SetPolicy, full_one: str
) -> None:
    request = await ada.sends(ben)
    policy(max_connections=1)
    await world.connect({"ada": ada, "ben": ben}[full_one].number, cleo.number)
    expected = full(1, viewer=full_one == "ben")
    assert await ben.refused(ACCEPT, requestId=request, welcomeMessage="Hello") == expected
    assert await ben.refused("sendConnectionRequest", recipientId=ada.id) == expected
    for person in (ada, ben):
        assert (await person.sees(request))["state"] == "PENDING"
    assert sum(await world.value(COUNTS)) == 2
    policy(max_connections=2)
    assert (await ben.answers(request, "accept"))["state"] == "ACCEPTED"


async def test_who_is_full_can_not_ask(
    ada: Person, ben: Person, cleo: Person, world: World, policy: SetPolicy
) -> None:
    policy(max_connections=1)
    await world.connect(ada.number, cleo.number)
    assert await ada.refused("sendConnectionRequest", recipientId=ben.id) == full(1, viewer=True)
    verdict = (await ada.relationship(ben))["canConnect"]
    assert verdict == {"allowed": False, "reason": "CAPACITY", "availableAt": None}


async def test_who_is_full_can_be_asked(
    ada: Person, ben: Person, cleo: Person, world: World, policy: SetPolicy
) -> None:
    """Their network may shrink before they answer, and its size is theirs to tell."""
    policy(max_connections=1)
    await world.connect(ben.number, cleo.number)
    assert (await ada.relationship(ben))["canConnect"]["allowed"]
    assert (await ada.sees(await ada.sends(ben)))["state"] == "PENDING"


async def test_without_a_cap_networks_are_never_full(
    ada: Person, newcomer: Newcomer, policy: SetPolicy
) -> None:
    policy(max_connections=None)
    for number in range(3):
        friend = await newcomer(f"friend-{number}")
        assert (await ada.answers(await friend.sends(ada), "accept"))["state"] == "ACCEPTED"
