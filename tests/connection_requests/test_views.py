"""What each side sees of a request where it may not know all: the table, and what follows from it."""

from collections.abc import Mapping
from typing import Final

import pytest

from tests.clients import Json
from tests.clocks import Clock, SetPolicy, after
from tests.connection_requests.people import Person

LATER: Final = 180
"""Days until a request expires."""
TABLE: Final[Mapping[str, tuple[tuple[str, ...], int, Json, Json]]] = {
    "pending": ((), 0, {"state": "PENDING"}, {"state": "PENDING", "ignored": False}),
    "ignored": (("ignore",), 0, {"state": "PENDING"}, {"state": "PENDING", "ignored": True}),
    "accepted": (("accept",), 0, {"state": "ACCEPTED"}, {"state": "ACCEPTED", "ignored": False}),
    "declined": (("decline",), 0, {"state": "PENDING"}, {"state": "DECLINED", "declineKind": "DECLINE"}),
    "reported": (("report",), 0, {"state": "PENDING"}, {"state": "DECLINED", "declineKind": "DONT_KNOW"}),
    "withdrawn": (("withdraw",), 0, {"state": "WITHDRAWN"}, None),
    "expired": ((), LATER, {"state": "EXPIRED"}, {"state": "EXPIRED", "ignored": False}),
    "ignored to the end": (("ignore",), LATER, {"state": "EXPIRED"}, {"state": "EXPIRED", "ignored": True}),
    "declined to the end": (
        ("decline",),
        LATER,
        {"state": "EXPIRED"},
        {"state": "DECLINED", "declineKind": "DECLINE"},
    ),
    "declined and withdrawn": (
        ("decline", "withdraw"),
        0,
        {"state": "WITHDRAWN"},
        {"state": "DECLINED", "declineKind": "DECLINE"},
    ),
}
VIEWS: Final = ["AWAITING_ANSWER", "IGNORED", "DECLINED", "ALL"]


@pytest.mark.parametrize("state", TABLE)
async def test_each_side_sees_what_it_may_know(ada: Person, ben: Person, clock: Clock, state: str) -> None:
    moves, days, sender, recipient = TABLE[state]
    request = await ada.sends(ben)
    for move in moves:
        await (ada if move == "withdraw" else ben).answers(request, move)
    clock.advance(days=days)
    seen = await ada.sees(request)
    assert seen == seen | {"ignored": None, "declineKind": None, "reminder": None} | sender
    known = await ben.sees(request)
    assert known == (recipient and known | {"canRemind": None} | recipient)


@pytest.mark.parametrize(
    ("moves", "days", "views"),
    [
        ((), 0, ["AWAITING_ANSWER", "ALL"]),
        (("ignore",), 0, ["IGNORED", "ALL"]),
        (("accept",), 0, ["ALL"]),
        (("decline",), 0, ["DECLINED", "ALL"]),
        (("decline", "withdraw"), 0, ["DECLINED", "ALL"]),
        (("withdraw",), 0, []),
        ((), LATER, ["ALL"]),
        (("ignore",), LATER, ["ALL"]),
        (("decline",), LATER, ["DECLINED", "ALL"]),
    ],
)
async def test_the_recipient_finds_it_under_what_they_answered(
    ada: Person, ben: Person, clock: Clock, moves: tuple[str, ...], days: int, views: list[str]
) -> None:
    request = await ada.sends(ben)
    for move in moves:
        await (ada if move == "withdraw" else ben).answers(request, move)
    clock.advance(days=days)
    assert [view for view in VIEWS if await ben.received(view) == [request]] == views
    assert [view for view in VIEWS if await ben.received(view) not in ([request], [])] == []


@pytest.mark.parametrize("answer", ["ignore", "decline", "report", "reply"])
async def test_what_others_answered_is_nobody_elses(
    ada: Person, ben: Person, cleo: Person, answer: str
) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, answer, **({"body": "Who are you?"} if answer == "reply" else {}))
    assert await cleo.sees(request) is None
    assert await cleo.log() == await cleo.notifications() == []


async def test_nobody_signed_in_sees_no_request(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    answer = await ada.api.ask("query($id: ID!) { node(id: $id) { id } }", {"id": request})
    assert answer.data["node"] is None


async def test_what_was_never_delivered_the_recipient_never_sees(
    ada: Person, ben: Person, clock: Clock
) -> None:
    first = await ada.sends(ben)
    await ben.answers(first, "decline")
    await ada.answers(first, "withdraw")
    clock.advance(days=21)
    told, notified = await ben.log(), await ben.notifications()
    second = await ada.sends(ben, note="Again.")
    assert (await ada.sees(second))["state"] == "PENDING"
    assert (await ada.relationship(ben))["status"] == "REQUEST_SENT"
    assert await ben.sees(second) is None
    assert await ben.received("ALL") == [first]
    assert (await ben.relationship(ada))["status"] == "NONE"
    assert (await ben.log(), await ben.notifications()) == (told, notified)
    refusal = await ben.refused("acceptConnectionRequest", requestId=second)
    assert refusal["__typename"] == "NotFoundError"


async def test_what_was_never_delivered_looks_like_any_request_to_its_sender(
    ada: Person, ben: Person, cleo: Person, clock: Clock
) -> None:
    for other in (ben, cleo):
        request = await ada.sends(other, followWhilePending=False)
        if other is ben:
            await ben.answers(request, "decline")
        await ada.answers(request, "withdraw")
    clock.advance(days=21)
    sent = [await ada.sends(other, followWhilePending=False) for other in (ben, cleo)]
    for days in (0, 14, 180):
        clock.advance(days=days)
        views = [await ada.sees(request) for request in sent]
        stands = [await ada.relationship(other) for other in (ben, cleo)]
        for each in (*views, *stands):
            assert each.pop("id")
            for changing in ("recipient", "sentRequest"):
                each.pop(changing, None)
        assert (views[0], stands[0]) == (views[1], stands[1])


async def test_a_decline_changes_no_date_that_its_sender_sees(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy
) -> None:
    request = await ada.sends(ben)
    clock.advance(days=100)
    await ben.answers(request, "decline")
    clock.advance(days=80)
    seen = await ada.sees(request)
    assert (seen["expiresAt"], seen["closedAt"]) == (after(days=180), after(days=180))
    known = await ben.sees(request)
    assert (known["expiresAt"], known["closedAt"]) == (after(days=180), after(days=100))
