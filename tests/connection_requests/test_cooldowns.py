"""The cooldown table: how long one has to wait before asking again, and what one is told of it."""

from datetime import timedelta

import pytest

from rules.policy import RerequestBy
from tests.clocks import START, Clock, SetPolicy, after
from tests.connection_requests.errors import cooldown, not_permitted
from tests.connection_requests.people import Person

SEND = "sendConnectionRequest"
OPEN = {"allowed": True, "reason": None, "availableAt": None}
CLOSED = not_permitted("RECIPIENT_DOES_NOT_ACCEPT")


async def must_wait(sender: Person, other: Person, clock: Clock, basis: str, days: float) -> None:
    """The sender may ask that many days after the beginning, not an instant earlier, and is told so."""
    waits = {"allowed": False, "reason": "COOLDOWN", "availableAt": after(days=days)}
    assert (await sender.relationship(other))["canConnect"] == waits
    assert await sender.refused(SEND, recipientId=other.id) == cooldown(basis, after(days=days))
    clock.now = START + timedelta(days=days, microseconds=-1)
    assert await sender.refused(SEND, recipientId=other.id) == cooldown(basis, after(days=days))
    clock.advance(microseconds=1)


async def may_ask(sender: Person, other: Person) -> str:
    """The sender may ask now, does, and reaches the other."""
    assert (await sender.relationship(other))["canConnect"] == OPEN
    request = await sender.sends(other)
    assert await other.received() == [request]
    return request


async def may_not(sender: Person, other: Person) -> None:
    """The sender is answered as by somebody who takes no requests."""
    verdict = {"allowed": False, "reason": "RECIPIENT_DOES_NOT_ACCEPT", "availableAt": None}
    assert (await sender.relationship(other))["canConnect"] == verdict
    assert await sender.refused(SEND, recipientId=other.id) == CLOSED


async def test_who_took_a_request_back_waits_21_days(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    clock.advance(days=5)
    await ada.answers(request, "withdraw")
    await must_wait(ada, ben, clock, "WITHDRAWN", 5 + 21)
    await may_ask(ada, ben)


async def test_whose_request_expired_waits_21_days(ada: Person, ben: Person, clock: Clock) -> None:
    await ada.sends(ben)
    clock.advance(days=190)
    await must_wait(ada, ben, clock, "EXPIRED", 180 + 21)
    await may_ask(ada, ben)


@pytest.mark.parametrize("end", ["withdraw", "expire"])
async def test_the_other_side_waits_for_nothing(ada: Person, ben: Person, clock: Clock, end: str) -> None:
    request = await ada.sends(ben)
    if end == "withdraw":
        await ada.answers(request, "withdraw")
    else:
        clock.advance(days=180)
    await may_ask(ben, ada)


@pytest.mark.parametrize("kind", ["NOT_NOW", "DECLINE", "DONT_KNOW"])
async def test_until_the_hidden_end_a_decline_waits_like_silence(
    ada: Person, ben: Person, clock: Clock, kind: str
) -> None:
    request = await ada.sends(ben)
    clock.advance(days=170)
    await ben.answers(request, "decline", kind=kind)
    clock.advance(days=10)
    await must_wait(ada, ben, clock, "EXPIRED", 180 + 21)


async def test_not_now_is_over_with_the_hidden_end(ada: Person, ben: Person, clock: Clock) -> None:
    await ben.answers(await ada.sends(ben), "decline", kind="NOT_NOW")
    clock.advance(days=180 + 21)
    await may_ask(ada, ben)


@pytest.mark.parametrize("kind", ["DECLINE", "DONT_KNOW"])
async def test_after_the_hidden_end_a_decline_is_like_a_closed_inbox(
    ada: Person, ben: Person, clock: Clock, kind: str
) -> None:
    await ben.answers(await ada.sends(ben), "decline", kind=kind)
    clock.advance(days=180 + 21)
    await may_not(ada, ben)
    clock.advance(days=10_000)
    await may_not(ada, ben)


async def test_who_declined_may_ask_at_any_time(ada: Person, ben: Person, clock: Clock) -> None:
    await ben.answers(await ada.sends(ben), "decline", kind="DONT_KNOW")
    clock.advance(days=180 + 21)
    await may_ask(ben, ada)


async def test_a_decline_outlives_a_request_that_is_taken_back(
    ada: Person, ben: Person, clock: Clock
) -> None:
    """Each new request moves the hidden end, and when that has passed the bar is open."""
    request = await ada.sends(ben)
    await ben.answers(request, "decline")
    await ada.answers(request, "withdraw")
    await must_wait(ada, ben, clock, "WITHDRAWN", 21)
    assert await ben.sees(await ada.sends(ben)) is None
    clock.advance(days=180)
    await must_wait(ada, ben, clock, "EXPIRED", 21 + 180 + 21)
    await may_not(ada, ben)


async def test_where_declines_are_told_not_now_waits_90_days(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy
) -> None:
    policy(decline_hidden_from_sender=False)
    request = await ada.sends(ben)
    clock.advance(days=3)
    await ben.answers(request, "decline", kind="NOT_NOW")
    await must_wait(ada, ben, clock, "NOT_NOW", 3 + 90)
    await may_ask(ada, ben)


@pytest.mark.parametrize("kind", ["DECLINE", "DONT_KNOW"])
async def test_where_declines_are_told_they_bar_at_once(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy, kind: str
) -> None:
    policy(decline_hidden_from_sender=False)
    await ben.answers(await ada.sends(ben), "decline", kind=kind)
    await may_not(ada, ben)
    clock.advance(days=10_000)
    await may_not(ada, ben)


@pytest.mark.parametrize("kind", ["NOT_NOW", "DECLINE", "DONT_KNOW"])
async def test_where_declines_are_told_lifting_opens_at_once(
    ada: Person, ben: Person, policy: SetPolicy, kind: str
) -> None:
    policy(decline_hidden_from_sender=False)
    request = await ada.sends(ben)
    await ben.answers(request, "decline", kind=kind)
    await ben.answers(request, "lift")
    await may_ask(ada, ben)


@pytest.mark.parametrize(("hidden", "days"), [(False, 30), (True, 180 + 21)])
async def test_a_decline_may_end_by_itself(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy, hidden: bool, days: int
) -> None:
    policy(declined_cooldown=timedelta(days=30), decline_hidden_from_sender=hidden)
    await ben.answers(await ada.sends(ben), "decline")
    clock.advance(days=days, microseconds=-1)
    assert not (await ada.relationship(ben))["canConnect"]["allowed"]
    clock.advance(microseconds=1)
    await may_ask(ada, ben)


async def test_a_long_wait_after_a_decline_outlasts_the_hidden_end(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy
) -> None:
    policy(declined_cooldown=timedelta(days=250))
    await ben.answers(await ada.sends(ben), "decline")
    clock.advance(days=180 + 21)
    await may_not(ada, ben)
    clock.now = START + timedelta(days=250)
    await may_ask(ada, ben)


async def test_asking_again_does_not_prolong_a_decline(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy
) -> None:
    policy(declined_cooldown=timedelta(days=250))
    request = await ada.sends(ben)
    await ben.answers(request, "decline")
    await ada.answers(request, "withdraw")
    clock.advance(days=21)
    await ada.sends(ben)
    clock.now = START + timedelta(days=250, microseconds=-1)
    await may_not(ada, ben)
    clock.advance(microseconds=1)
    await may_ask(ada, ben)


async def test_after_a_removal_either_may_ask_at_once(ada: Person, ben: Person) -> None:
    await connected_then_removed(ada, ben)
    await may_ask(ben, ada)


@pytest.mark.parametrize("by_remover", [True, False])
async def test_a_removal_may_cost_both_a_wait(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy, by_remover: bool
) -> None:
    policy(removed_cooldown=timedelta(days=7))
    await connected_then_removed(ada, ben)
    one, other = (ada, ben) if by_remover else (ben, ada)
    await must_wait(one, other, clock, "REMOVED", 7)
    await may_ask(one, other)


async def test_a_removal_may_leave_asking_to_the_remover(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy
) -> None:
    policy(removed_rerequest_by=RerequestBy.REMOVER_ONLY)
    await connected_then_removed(ada, ben)
    await may_not(ben, ada)
    clock.advance(days=10_000)
    await may_not(ben, ada)
    request = await may_ask(ada, ben)
    assert (await ben.answers(request, "accept"))["state"] == "ACCEPTED"


async def test_the_last_end_says_how_long_to_wait(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy
) -> None:
    policy(removed_cooldown=timedelta(days=30))
    await connected_then_removed(ada, ben)
    clock.advance(days=30)
    await ada.answers(await may_ask(ada, ben), "withdraw")
    await must_wait(ada, ben, clock, "WITHDRAWN", 30 + 21)


async def test_an_accepted_request_costs_no_wait(ada: Person, ben: Person, clock: Clock) -> None:
    await connected_then_removed(ada, ben)
    await may_ask(ada, ben)


@pytest.mark.parametrize("blocker", ["ada", "ben"])
async def test_a_lifted_block_costs_no_wait(ada: Person, ben: Person, blocker: str) -> None:
    one, other = (ada, ben) if blocker == "ada" else (ben, ada)
    await one.does("blockMember", memberId=other.id)
    await one.does("unblockMember", memberId=other.id)
    await may_ask(ada, ben)


async def connected_then_removed(remover: Person, other: Person) -> None:
    await other.answers(await remover.sends(other), "accept")
    await remover.does("removeConnection", memberId=other.id)
