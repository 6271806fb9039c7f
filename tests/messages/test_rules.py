"""Who may write where, and what: without a database."""

from dataclasses import replace
from datetime import datetime
from itertools import product

import pytest

from rules.connection_requests import Side, accept, decline, expire, ignore, withdraw
from rules.messages import Thread, can_write, check_body, reaches
from rules.refusals import UserErrorCode
from rules.terms import ActionBlockReason, ConversationContext, DeclineKind
from rules.terms import ConnectionRequestState as State
from rules.verdicts import OPEN, Verdict, closed
from tests.rules.pairs import EXPIRES, OPENLY, POLICY, Request, day

CLOSED = closed(ActionBlockReason.CLOSED)


def verdict(request: Request | None, side: Side, now: datetime) -> Verdict:
    """Whether the side may write in the conversation that hangs on the request."""
    return can_write(about(request, side), now, POLICY)


def about(request: Request | None, side: Side) -> Thread:
    """The conversation that hangs on the request, in the eyes of a side."""
    return Thread(context=ConversationContext.REQUEST_REPLY, request=request, side=side)


def both(request: Request | None) -> dict[Side, Verdict]:
    return {side: verdict(request, side, day(2)) for side in Side}


@pytest.mark.parametrize("exists", [True, False])
def test_connected_members_may_write_and_others_may_not(exists: bool) -> None:
    verdicts = [
        can_write(between(is_connected=known, exists=exists), day(1), POLICY) for known in (True, False)
    ]
    assert verdicts == [OPEN, closed(ActionBlockReason.NOT_CONNECTED)]


@pytest.mark.parametrize("connected", [True, False])
def test_where_no_connection_is_needed_all_who_exist_for_each_other_may_write(connected: bool) -> None:
    policy = replace(POLICY, messaging_requires_connection=False)
    verdicts = [
        can_write(between(is_connected=connected, exists=exists), day(1), policy) for exists in (True, False)
    ]
    assert verdicts == [OPEN, CLOSED]


def between(*, is_connected: bool, exists: bool) -> Thread:
    """The conversation of two members."""
    return Thread(context=ConversationContext.CONNECTION, is_connected=is_connected, exists=exists)


@pytest.mark.parametrize("side", Side)
def test_who_is_restricted_does_not_write_to_strangers(side: Side) -> None:
    thread = replace(about(Request(), side), restricted_until=day(8))
    assert can_write(thread, day(2), POLICY) == closed(ActionBlockReason.RESTRICTED, day(8))
    assert can_write(replace(thread, request=None), day(2), POLICY) == CLOSED


def test_what_a_sender_writes_behind_a_hidden_decline_reaches_nobody() -> None:
    declined = Request().after(decline(DeclineKind.DECLINE, Request(), day(1), POLICY))
    reached = {
        name: [reaches(about(request, side), day(2)) for side in Side]
        for name, request in {"open": Request(), "declined": declined}.items()
    }
    assert reached == {"open": [True, True], "declined": [False, True]}


def test_what_connected_members_write_reaches_them() -> None:
    assert reaches(between(is_connected=True, exists=True), day(1))


@pytest.mark.parametrize("ignored", [False, True])
def test_both_may_write_while_the_request_is_open(ignored: bool) -> None:
    request = Request().after(ignore(Request(), day(1), POLICY)) if ignored else Request()
    assert both(request) == {Side.SENDER: OPEN, Side.RECIPIENT: OPEN}


@pytest.mark.parametrize("kind", DeclineKind)
def test_a_hidden_decline_closes_the_conversation_for_the_recipient_alone(kind: DeclineKind) -> None:
    declined = Request().after(decline(kind, Request(), day(1), POLICY))
    assert both(declined) == {Side.SENDER: OPEN, Side.RECIPIENT: CLOSED}


@pytest.mark.parametrize("kind", DeclineKind)
def test_an_open_decline_closes_it_for_both(kind: DeclineKind) -> None:
    declined = Request().after(decline(kind, Request(), day(1), OPENLY))
    assert both(declined) == {Side.SENDER: CLOSED, Side.RECIPIENT: CLOSED}


def test_a_declined_sender_is_stopped_when_an_unanswered_one_is() -> None:
    declined = Request().after(decline(DeclineKind.DECLINE, Request(), day(1), POLICY))
    last = day(180 - 1 / 86_400)
    for request, written in product((Request(), declined), (False, True)):
        kept = request.after(expire(request, EXPIRES)) if written else request
        assert verdict(kept, Side.SENDER, EXPIRES) == CLOSED
        assert verdict(request, Side.SENDER, last) == OPEN


@pytest.mark.parametrize(
    "ended",
    [
        Request().after(accept(Request(), day(1), POLICY)),
        Request().after(withdraw(Request(), day(1), POLICY)),
        Request(state=State.CANCELLED, sender_state=State.CANCELLED),
        None,
    ],
    ids=["accepted", "withdrawn", "cancelled", "erased"],
)
def test_the_end_of_the_request_closes_it_for_both(ended: Request | None) -> None:
    assert both(ended) == {Side.SENDER: CLOSED, Side.RECIPIENT: CLOSED}


@pytest.mark.parametrize("body", ["x", "x" * 5_000, "  thanks \n", "two\n\tlines"])
def test_a_message_has_one_to_five_thousand_characters(body: str) -> None:
    assert not list(check_body(body))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", UserErrorCode.REQUIRED),
        (" \n ", UserErrorCode.REQUIRED),
        ("x" * 5_001, UserErrorCode.TOO_LONG),
        ("a\x00b", UserErrorCode.INVALID),
    ],
)
def test_any_other_text_is_refused_under_the_name_of_its_field(body: str, code: UserErrorCode) -> None:
    [error] = check_body(body, "welcome_message")
    assert (error.code, error.field) == (code, ["welcome_message"])
