"""Reminding of a request and taking it back: rows 3 and 4 of the transition table."""

import pytest

from tests.clocks import Clock, SetPolicy, after
from tests.connection_requests.errors import cooldown, invalid, invalid_state, not_permitted
from tests.connection_requests.people import Person

REMIND = "remindConnectionRequest"
WITHDRAW = "withdrawConnectionRequest"
RECEIVED = "CONNECTION_REQUEST_RECEIVED"
REMINDER = "CONNECTION_REQUEST_REMINDER"
OPEN = {"allowed": True, "reason": None, "availableAt": None}


async def test_a_reminder_waits_fourteen_days(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    clock.advance(days=14, microseconds=-1)
    assert await ada.refused(REMIND, requestId=request) == cooldown(None, after(days=14))
    clock.advance(microseconds=1)
    assert (await ada.sees(request))["canRemind"] == OPEN
    assert (await ada.sees(request))["availableEvents"] == ["REMIND", "WITHDRAW"]
    seen = await ada.answers(request, "remind")
    assert (seen["remindersSent"], seen["expiresAt"]) == (1, after(days=180))
    assert seen["canRemind"] == {"allowed": False, "reason": "COOLDOWN", "availableAt": after(days=28)}


async def test_two_reminders_are_the_most(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    for _ in range(2):
        clock.advance(days=14)
        seen = await ada.answers(request, "remind")
    assert seen["canRemind"] == {"allowed": False, "reason": "LIMIT_REACHED", "availableAt": None}
    clock.advance(days=14)
    assert await ada.refused(REMIND, requestId=request) == not_permitted("LIMIT_REACHED")


async def test_the_policy_says_how_often_and_when(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy
) -> None:
    policy(max_reminders=0)
    request = await ada.sends(ben)
    clock.advance(days=14)
    assert await ada.refused(REMIND, requestId=request) == not_permitted("LIMIT_REACHED")


async def test_the_recipient_reads_the_line_of_the_last_reminder(
    ada: Person, ben: Person, clock: Clock
) -> None:
    request = await ada.sends(ben)
    clock.advance(days=14)
    assert (await ada.answers(request, "remind", message=" Did you see it? "))["reminder"] is None
    assert (await ben.sees(request))["reminder"] == "Did you see it?"
    assert await ben.notifications() == [RECEIVED, REMINDER]
    clock.advance(days=14)
    await ada.answers(request, "remind")
    assert (await ben.sees(request))["reminder"] is None
    assert await ben.notifications() == [RECEIVED, REMINDER]


@pytest.mark.parametrize("answer", ["ignore", "decline", "report"])
async def test_a_reminder_of_what_was_set_aside_reaches_nobody(
    ada: Person, ben: Person, clock: Clock, answer: str
) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, answer)
    told, notified = await ben.log(), await ben.notifications()
    clock.advance(days=14)
    assert (await ada.answers(request, "remind", message="Hello?"))["remindersSent"] == 1
    assert (await ben.sees(request))["reminder"] is None
    assert (await ben.log(), await ben.notifications()) == (told, notified)
    assert (await ada.log())[-1] == "CONNECTION_REQUEST_CHANGED REMIND"


async def test_who_mutes_the_sender_is_not_notified(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    await ben.does("muteMember", memberId=ada.id)
    clock.advance(days=14)
    await ada.answers(request, "remind", message="Hello?")
    assert (await ben.sees(request))["reminder"] == "Hello?"
    assert (await ben.notifications(), (await ben.log())[-1]) == (
        [RECEIVED],
        "CONNECTION_REQUEST_CHANGED REMIND",
    )


async def test_the_line_is_as_long_as_a_note(ada: Person, ben: Person, policy: SetPolicy) -> None:
    policy(note_max_length=5)
    request = await ada.sends(ben)
    refusal = await ada.refused(REMIND, requestId=request, message="Hello!")
    assert refusal == invalid("TOO_LONG", "message", "maxLength=5")


async def test_what_is_taken_back_leaves_the_inbox(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    told = await ben.log()
    clock.advance(hours=1)
    seen = await ada.answers(request, "withdraw")
    assert (seen["state"], seen["closedAt"]) == ("WITHDRAWN", after(hours=1))
    assert (seen["availableEvents"], seen["canRemind"]["reason"]) == ([], "CLOSED")
    assert await ben.sees(request) is None
    assert await ben.received("ALL") == await ben.received() == await ben.notifications() == []
    assert await ben.log() == told
    for person, other in ((ada, ben), (ben, ada)):
        assert (await person.relationship(other))["status"] == "NONE"


async def test_the_follow_stays_when_a_request_is_taken_back(ada: Person, ben: Person) -> None:
    payload = await ada.does(WITHDRAW, requestId=await ada.sends(ben))
    assert payload["relationship"]["following"] == {"origin": "MANUAL"}


async def test_taking_back_twice_is_taking_back_once(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    first = await ada.answers(request, "withdraw")
    told = await ada.log()
    clock.advance(days=1)
    assert await ada.answers(request, "withdraw") == first
    assert await ada.log() == told


async def test_what_is_accepted_can_not_be_taken_back(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, "accept")
    assert await ada.refused(WITHDRAW, requestId=request) == invalid_state("ACCEPTED")


@pytest.mark.parametrize("answer", ["ignore", "decline", "report"])
async def test_taking_back_looks_the_same_whatever_the_answer_was(
    ada: Person, ben: Person, cleo: Person, answer: str
) -> None:
    silent, answered = await ada.sends(cleo), await ada.sends(ben)
    await ben.answers(answered, answer)
    seen = [await ada.does(WITHDRAW, requestId=request) for request in (silent, answered)]
    for payload in seen:
        del payload["request"]["id"], payload["request"]["recipient"], payload["relationship"]["id"]
    assert seen[0] == seen[1]
