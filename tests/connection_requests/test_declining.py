"""Setting a request aside, turning it down and thinking again: rows 7, 8, 10, 11 and 12."""

import pytest

from tests.clients import Json
from tests.clocks import Clock, SetPolicy, after
from tests.connection_requests.errors import invalid, invalid_state
from tests.connection_requests.people import Person
from tests.world import World

DECLINE = "declineConnectionRequest"
REPORT = "reportConnectionRequest"
KINDS = ["NOT_NOW", "DECLINE", "DONT_KNOW"]
RECEIVED = "CONNECTION_REQUEST_RECEIVED"
REPORTS = """
    SELECT coalesce(array_agg(concat_ws(' ', reporter_id, member_id, subject, comment)), '{}') FROM reports
"""
SENDERS_LOG = ["CONNECTION_REQUEST_CHANGED SEND", "RELATIONSHIP_CHANGED"]


async def test_what_is_ignored_is_set_aside(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    before = await ada.sees(request)
    seen = await ben.answers(request, "ignore")
    assert (seen["state"], seen["ignored"]) == ("PENDING", True)
    assert seen["availableEvents"] == ["ACCEPT", "RESTORE", "REPLY", "DECLINE", "REPORT"]
    assert (await ben.received(), await ben.received("IGNORED")) == ([], [request])
    assert await ben.notifications() == [f"{RECEIVED} read"]
    assert (await ada.sees(request), await ada.log()) == (before, SENDERS_LOG)


async def test_what_is_restored_waits_again(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, "ignore")
    seen = await ben.answers(request, "restore")
    assert (seen["ignored"], seen["availableEvents"][1]) == (False, "IGNORE")
    assert (await ben.received(), await ben.received("IGNORED")) == ([request], [])
    assert await ada.log() == SENDERS_LOG


@pytest.mark.parametrize("move", ["ignore", "restore", "decline", "report", "lift"])
async def test_a_move_again_changes_nothing_and_tells_nobody(
    ada: Person, ben: Person, clock: Clock, world: World, move: str
) -> None:
    request = await ada.sends(ben)
    for before in {"restore": ["ignore"], "lift": ["decline"]}.get(move, []):
        await ben.answers(request, before)
    first = await ben.answers(request, move)
    told = await ben.log()
    clock.advance(hours=1)
    assert await ben.answers(request, move) == first
    assert await ben.log() == told
    assert len(await world.value(REPORTS)) == (move == "report")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_decline_is_silent(ada: Person, ben: Person, clock: Clock, kind: str) -> None:
    request = await ada.sends(ben)
    before = await ada.sees(request), await ada.relationship(ben), await ada.quota("PENDING_REQUESTS")
    clock.advance(hours=1)
    seen = await ben.answers(request, "decline", kind=kind)
    assert (seen["state"], seen["declineKind"], seen["closedAt"]) == ("DECLINED", kind, after(hours=1))
    assert seen["availableEvents"] == ["DECLINE", "REPORT", "LIFT_DECLINE"]
    assert (await ben.received(), await ben.received("DECLINED")) == ([], [request])
    assert await ben.notifications() == [f"{RECEIVED} read"]
    assert (await ben.log())[-1] == "CONNECTION_REQUEST_CHANGED DECLINE"
    assert (await ben.relationship(ada))["status"] == "NONE"
    after_it = await ada.sees(request), await ada.relationship(ben), await ada.quota("PENDING_REQUESTS")
    assert after_it == before
    assert (await ada.log(), await ada.notifications()) == (SENDERS_LOG, [])


async def test_without_a_kind_a_decline_is_a_plain_one(ada: Person, ben: Person) -> None:
    assert (await ben.answers(await ada.sends(ben), "decline"))["declineKind"] == "DECLINE"


async def test_a_decline_is_made_stricter_and_looser(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    for kind in ("NOT_NOW", "DONT_KNOW", "DECLINE", "NOT_NOW"):
        seen = await ben.answers(request, "decline", kind=kind)
        assert (seen["declineKind"], seen["closedAt"]) == (kind, after())
        clock.advance(hours=1)
    assert (await ben.log())[2:] == ["CONNECTION_REQUEST_CHANGED DECLINE"] * 4


async def test_a_decline_is_settled_when_the_request_would_have_expired(
    ada: Person, ben: Person, clock: Clock
) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, "decline", kind="NOT_NOW")
    clock.advance(days=180)
    refusal = await ben.refused(DECLINE, requestId=request, kind="DECLINE")
    assert refusal == invalid_state("DECLINED", "LIFT_DECLINE")
    assert (await ben.sees(request))["declineKind"] == "NOT_NOW"


async def test_a_report_is_a_decline_that_moderation_hears_of(ada: Person, ben: Person, world: World) -> None:
    request = await ada.sends(ben)
    before = await ada.sees(request)
    payload = await ben.does(REPORT, requestId=request, comment=" Sells watches. ")
    seen = payload["request"]
    assert (seen["state"], seen["declineKind"]) == ("DECLINED", "DONT_KNOW")
    told = f"{ben.number} {ada.number} {request} Sells watches."
    assert await world.value(REPORTS) == [told]
    assert (await ada.sees(request), await ada.log()) == (before, SENDERS_LOG)
    assert await ben.notifications() == [f"{RECEIVED} read"]


async def test_what_was_declined_can_be_reported(ada: Person, ben: Person, world: World) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, "decline", kind="DONT_KNOW")
    assert (await ben.answers(request, "report"))["declineKind"] == "DONT_KNOW"
    assert await world.value(REPORTS) == [f"{ben.number} {ada.number} {request}"]


@pytest.mark.parametrize(
    ("comment", "refusal"),
    [
        ("x" * 2_001, invalid("TOO_LONG", "comment", "maxLength=2000")),
        ("\x07", invalid("INVALID", "comment")),
    ],
)
async def test_a_report_with_a_bad_comment_is_none(
    ada: Person, ben: Person, world: World, comment: str, refusal: Json
) -> None:
    request = await ada.sends(ben)
    assert await ben.refused(REPORT, requestId=request, comment=comment) == refusal
    assert ((await ben.sees(request))["state"], await world.value(REPORTS)) == ("PENDING", [])


@pytest.mark.parametrize("kind", KINDS)
async def test_a_lifted_decline_waits_for_an_answer_again(ada: Person, ben: Person, kind: str) -> None:
    request = await ada.sends(ben)
    before = await ada.sees(request)
    await ben.answers(request, "decline", kind=kind)
    seen = await ben.answers(request, "lift")
    assert (seen["state"], seen["declineKind"], seen["closedAt"]) == ("PENDING", None, None)
    assert await ben.received() == [request]
    assert (await ada.sees(request), await ada.log()) == (before, SENDERS_LOG)


async def test_after_the_hidden_end_lifting_lets_the_sender_ask_again(
    ada: Person, ben: Person, clock: Clock
) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, "decline")
    clock.advance(days=180 + 21)
    assert not (await ada.relationship(ben))["canConnect"]["allowed"]
    seen = await ben.answers(request, "lift")
    assert (seen["state"], seen["declineKind"], seen["availableEvents"]) == ("DECLINED", "DECLINE", [])
    told = await ben.log()
    assert told[-1] == "CONNECTION_REQUEST_CHANGED LIFT_DECLINE"
    assert await ben.answers(request, "lift") == seen
    assert await ben.log() == told
    assert (await ada.relationship(ben))["canConnect"]["allowed"]
    assert await ben.received() == []
    again = await ada.sends(ben)
    assert await ben.received() == [again]


async def test_asking_the_declined_sender_lifts_the_decline(ada: Person, ben: Person, clock: Clock) -> None:
    declined = await ada.sends(ben)
    await ben.answers(declined, "decline")
    clock.advance(days=180 + 21)
    asked = await ben.sends(ada)
    await ben.answers(asked, "withdraw")
    again = await ada.sends(ben)
    assert await ben.received() == [again]


async def test_what_is_lifted_is_not_lifted_again_by_asking(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, "decline")
    clock.advance(days=180 + 21)
    await ben.answers(request, "lift")
    told = await ben.log()
    await ben.sends(ada, followWhilePending=False)
    assert (await ben.log())[len(told) :] == ["CONNECTION_REQUEST_CHANGED SEND"]


async def test_lifting_delivers_what_was_sent_meanwhile(ada: Person, ben: Person, clock: Clock) -> None:
    first = await ada.sends(ben)
    await ben.answers(first, "decline")
    await ada.answers(first, "withdraw")
    clock.advance(days=21)
    second = await ada.sends(ben, note="Once more.")
    assert await ben.received("ALL") == [first]
    await ben.answers(first, "lift")
    assert await ben.received() == [second]
    assert ((await ben.sees(second))["note"], (await ada.sees(second))["state"]) == ("Once more.", "PENDING")
    assert (await ben.relationship(ada))["receivedRequest"] == {"id": second}


async def test_a_declined_request_tells_its_sender_where_the_policy_says_so(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy
) -> None:
    policy(decline_hidden_from_sender=False)
    request = await ada.sends(ben)
    clock.advance(hours=1)
    await ben.answers(request, "decline", kind="DONT_KNOW")
    seen = await ada.sees(request)
    assert (seen["state"], seen["declineKind"], seen["closedAt"]) == ("DECLINED", None, after(hours=1))
    assert (seen["availableEvents"], seen["canRemind"]["reason"]) == ([], "CLOSED")
    assert await ada.sent("DECLINED") == [request]
    for mutation in ("withdrawConnectionRequest", "remindConnectionRequest"):
        assert await ada.refused(mutation, requestId=request) == invalid_state("DECLINED")
    assert (await ada.log(), await ada.notifications()) == (SENDERS_LOG, [])
