"""How many requests may be sent a week and be open at once, and what one reads of it."""

from datetime import timedelta

import pytest

from rules import ids
from tests.clients import Json
from tests.clocks import START, Clock, SetPolicy, after
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.errors import quota_exceeded
from tests.connection_requests.people import Person
from tests.world import World

SEND = "sendConnectionRequest"
RESTRICT = "UPDATE members SET requests_restricted_until = $1"


def weekly(limit: int | None, used: int, release: str | None = None, restricted: str | None = None) -> Json:
    dates = {"nextReleaseAt": release, "restrictedUntil": restricted}
    return {"kind": "WEEKLY_REQUESTS", "window": "P7D", **_counts(limit, used), **dates}


def pending(limit: int | None, used: int) -> Json:
    dates = dict.fromkeys(("window", "nextReleaseAt", "restrictedUntil"))
    return {"kind": "PENDING_REQUESTS", **_counts(limit, used), **dates}


def _counts(limit: int | None, used: int) -> Json:
    return {"limit": limit, "used": used, "remaining": None if limit is None else limit - used}


async def test_nobody_has_used_anything_at_first(ada: Person) -> None:
    assert await ada.quota() == weekly(100, 0)
    assert await ada.quota("PENDING_REQUESTS") == pending(500, 0)


async def test_a_request_uses_one_of_each(ada: Person, ben: Person) -> None:
    sent = await ada.does(SEND, recipientId=ben.id)
    assert sent["quota"] == await ada.quota() == weekly(100, 1, release=after(days=7))
    assert await ada.quota("PENDING_REQUESTS") == pending(500, 1)
    assert await ben.quota() == weekly(100, 0)


async def test_the_field_of_requests_is_the_weekly_one(ada: Person, ben: Person) -> None:
    await ada.sends(ben)
    ask = "{ viewer { requestQuota { ...Left } } }"
    assert (await ada.ask(ask)).data["viewer"]["requestQuota"] == await ada.quota()


async def test_a_week_is_a_window_that_rolls(
    ada: Person, newcomer: Newcomer, clock: Clock, policy: SetPolicy
) -> None:
    policy(weekly_request_limit=2)
    friends = [await newcomer(f"friend-{number}") for number in range(4)]
    await ada.sends(friends[0])
    clock.advance(days=3)
    await ada.sends(friends[1])
    used_up = weekly(2, 2, release=after(days=7))
    assert await ada.refused(SEND, recipientId=friends[2].id) == quota_exceeded(used_up)
    verdict = {"allowed": False, "reason": "QUOTA", "availableAt": after(days=7)}
    assert (await ada.relationship(friends[2]))["canConnect"] == verdict
    clock.advance(days=4, microseconds=-1)
    await ada.refused(SEND, recipientId=friends[2].id)
    clock.advance(microseconds=1)
    sent = await ada.does(SEND, recipientId=friends[2].id)
    assert sent["quota"] == weekly(2, 2, release=after(days=3 + 7))
    await ada.refused(SEND, recipientId=friends[3].id)


@pytest.mark.parametrize("end", ["withdraw", "accept", "decline"])
async def test_what_became_of_a_request_gives_nothing_of_the_week_back(
    ada: Person, ben: Person, cleo: Person, policy: SetPolicy, end: str
) -> None:
    policy(weekly_request_limit=1)
    request = await ada.sends(ben)
    await (ada if end == "withdraw" else ben).answers(request, end)
    refusal = await ada.refused(SEND, recipientId=cleo.id)
    assert refusal["quota"] == weekly(1, 1, release=after(days=7))


async def test_only_so_many_are_open_at_once(
    ada: Person, ben: Person, cleo: Person, policy: SetPolicy, clock: Clock
) -> None:
    policy(max_pending_sent=1)
    request = await ada.sends(ben)
    assert await ada.refused(SEND, recipientId=cleo.id) == quota_exceeded(pending(1, 1))
    verdict = {"allowed": False, "reason": "QUOTA", "availableAt": None}
    assert (await ada.relationship(cleo))["canConnect"] == verdict
    await ada.answers(request, "withdraw")
    assert await ada.quota("PENDING_REQUESTS") == pending(1, 0)
    await ada.sends(cleo)


@pytest.mark.parametrize(("answer", "open_ones"), [("ignore", 1), ("decline", 1), ("accept", 0)])
async def test_open_is_what_the_sender_sees_open(
    ada: Person, ben: Person, clock: Clock, answer: str, open_ones: int
) -> None:
    await ben.answers(await ada.sends(ben), answer)
    assert (await ada.quota("PENDING_REQUESTS"))["used"] == open_ones
    clock.advance(days=180)
    assert (await ada.quota("PENDING_REQUESTS"))["used"] == 0


async def test_what_was_never_delivered_counts_like_any_other(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, "decline")
    await ada.answers(request, "withdraw")
    clock.advance(days=21)
    sent = await ada.does(SEND, recipientId=ben.id)
    assert sent["quota"] == weekly(100, 1, release=after(days=28))
    assert await ada.quota("PENDING_REQUESTS") == pending(500, 1)


async def test_a_used_up_week_still_gives_what_is_open_and_answers(
    ada: Person, ben: Person, cleo: Person, policy: SetPolicy
) -> None:
    policy(weekly_request_limit=1)
    request = await ada.sends(ben)
    again = await ada.does(SEND, recipientId=ben.id)
    assert (again["request"]["id"], again["created"]) == (request, False)
    await cleo.sends(ada)
    assert (await ada.does(SEND, recipientId=cleo.id))["connection"]


async def test_a_limit_of_none_is_no_limit(ada: Person, ben: Person, policy: SetPolicy) -> None:
    policy(weekly_request_limit=None, max_pending_sent=None)
    sent = await ada.does(SEND, recipientId=ben.id)
    assert sent["quota"] == weekly(None, 1, release=after(days=7))
    assert await ada.quota("PENDING_REQUESTS") == pending(None, 1)


async def test_who_is_restricted_sends_nothing_until_then(
    ada: Person, ben: Person, cleo: Person, world: World, clock: Clock
) -> None:
    request = await ada.sends(cleo)
    await world.execute(RESTRICT, START + timedelta(days=7))
    await ada.answers(request, "withdraw")
    restricted = weekly(100, 1, after(days=7), after(days=7))
    assert await ada.refused(SEND, recipientId=ben.id) == quota_exceeded(restricted)
    verdict = {"allowed": False, "reason": "RESTRICTED", "availableAt": after(days=7)}
    assert (await ada.relationship(ben))["canConnect"] == verdict
    clock.advance(days=7)
    assert (await ada.does(SEND, recipientId=ben.id))["quota"]["restrictedUntil"] is None


async def test_who_is_restricted_may_answer(ada: Person, ben: Person, world: World) -> None:
    request = await ben.sends(ada)
    await world.execute(RESTRICT, START + timedelta(days=7))
    assert (await ada.answers(request, "accept"))["state"] == "ACCEPTED"


async def test_an_allowance_is_found_by_its_id_by_its_owner_alone(ada: Person, ben: Person) -> None:
    ask = "query($id: ID!) { node(id: $id) { ... on Quota { id ...Left } } }"
    for number, kind in ((1, "WEEKLY_REQUESTS"), (2, "PENDING_REQUESTS")):
        id = ids.encode("Q", ada.number, number)
        assert (await ada.ask(ask, id=id)).data["node"] == {"id": id, **await ada.quota(kind)}
        assert (await ben.ask(ask, id=id)).data["node"] is None
