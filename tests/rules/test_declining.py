"""Declining, reporting and taking it back: rows 10 to 12 of the transition table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from rules.connection_requests import (
    RECIPIENT,
    Move,
    Side,
    accept,
    decline,
    decline_since,
    ignore,
    lift,
    reply,
    report,
    restore,
)
from rules.policy import NetworkPolicy
from rules.terms import ConnectionRequestEvent as Event
from rules.terms import ConnectionRequestState as State
from rules.terms import DeclineKind
from tests.rules.pairs import (
    ACCEPTED,
    EXPIRED,
    EXPIRES,
    IGNORED,
    LATER,
    MOMENT,
    OPENLY,
    POLICY,
    WITHDRAWN,
    Request,
    assert_does_nothing,
    both,
    day,
    declined,
    refused_as,
    sees,
    shown,
    undelivered,
    withdrawn,
)

Transition = Callable[[Request, datetime, NetworkPolicy], Move]
ANSWERS: list[Transition] = [accept, ignore, restore, reply, report]


def lifted(*requests: Request, at: datetime = LATER, policy: NetworkPolicy = POLICY) -> list[Request]:
    """The requests when the recipient lifted the decline of the first, the rest declined with it."""
    moves = lift(requests[0], requests, at, policy)
    return [request.after(move) for request, move in moves]


# Rows 10 and 11: decline and report


@pytest.mark.parametrize("request_", [Request(), IGNORED], ids=["pending", "ignored"])
@pytest.mark.parametrize("kind", DeclineKind)
def test_declining_is_silent(request_: Request, kind: DeclineKind) -> None:
    move = decline(kind, request_, day(1), POLICY)
    assert (move.told, move.notification) == (RECIPIENT, None)
    assert shown(request_.after(move), Side.RECIPIENT).closed_at == day(1)


def test_a_report_is_a_silent_decline_as_unknown() -> None:
    move = report(Request(), day(1), POLICY)
    assert (move.told, move.notification) == (RECIPIENT, None)
    reported = Request().after(move)
    assert (reported.decline_kind, reported.reported) == (DeclineKind.DONT_KNOW, True)
    assert sees(reported) == {Side.RECIPIENT: State.DECLINED, Side.SENDER: State.PENDING}


def test_the_same_answer_again_does_nothing() -> None:
    assert_does_nothing(decline(DeclineKind.DECLINE, declined(), LATER, POLICY))
    reported = Request().after(report(Request(), day(1), POLICY))
    assert_does_nothing(report(reported, LATER, POLICY))


@pytest.mark.parametrize(("first", "second"), [("NOT_NOW", "DONT_KNOW"), ("DECLINE", "NOT_NOW")])
def test_a_decline_can_be_made_stricter_or_looser_until_the_request_would_have_expired(
    first: str, second: str
) -> None:
    request, kind = declined(DeclineKind(first)), DeclineKind(second)
    assert request.after(decline(kind, request, EXPIRES - MOMENT, POLICY)).decline_kind is kind
    assert refused_as(decline, kind, request, EXPIRES) == State.DECLINED


@pytest.mark.parametrize("answer", [*ANSWERS, lambda *given: decline(DeclineKind.DECLINE, *given)])
def test_nothing_but_the_same_answer_is_taken_when_the_request_is_over(answer: Transition) -> None:
    for request, now in ((WITHDRAWN, LATER), (Request(), EXPIRES), (EXPIRED, EXPIRES)):
        known = State.WITHDRAWN if request is WITHDRAWN else State.EXPIRED
        assert refused_as(answer, request, now) == known


@pytest.mark.parametrize("answer", [accept, ignore, restore, reply])
def test_what_is_declined_takes_no_other_answer_until_it_is_lifted(answer: Transition) -> None:
    assert refused_as(answer, declined(), LATER) == State.DECLINED


@pytest.mark.parametrize("answer", [ignore, restore, reply, report])
def test_nothing_but_the_same_answer_is_taken_when_the_request_is_accepted(answer: Transition) -> None:
    assert refused_as(answer, ACCEPTED, LATER) == State.ACCEPTED


# Row 12: lift a decline


@pytest.mark.parametrize("kind", DeclineKind)
def test_a_decline_that_is_lifted_while_hidden_leaves_the_request_pending(kind: DeclineKind) -> None:
    [request] = lifted(declined(kind))
    assert sees(request) == both(State.PENDING)
    assert request == Request()


@pytest.mark.parametrize("request_", [declined(), withdrawn(declined(), day(1))])
def test_lifting_is_silent(request_: Request) -> None:
    [(_, move)] = lift(request_, [request_], LATER, POLICY)
    assert (move.event, move.told, move.notification) == (Event.LIFT_DECLINE, RECIPIENT, None)


def test_lifting_tells_nobody_of_what_was_never_delivered_and_is_over() -> None:
    over = withdrawn(undelivered(), day(1))
    [_, (_, move)] = lift(declined(), [declined(), over], LATER, POLICY)
    assert (move.event, move.told) == (Event.LIFT_DECLINE, frozenset())


def test_a_decline_that_was_told_stays_when_it_is_lifted_and_bars_no_longer() -> None:
    [request] = lifted(declined(policy=OPENLY), policy=OPENLY)
    assert sees(request) == both(State.DECLINED)
    assert request.lifted


def test_a_decline_whose_request_was_withdrawn_or_is_over_stays_and_bars_no_longer() -> None:
    for request, at in ((withdrawn(declined(), day(1)), day(2)), (declined(), EXPIRES)):
        [after] = lifted(request, at=at)
        assert sees(after, at) == sees(request, at)
        assert after.lifted


def test_lifting_delivers_what_was_kept_back_meanwhile() -> None:
    first, second = lifted(withdrawn(declined(), day(1)), undelivered())
    assert sees(first) == {Side.RECIPIENT: State.DECLINED, Side.SENDER: State.WITHDRAWN}
    assert first.lifted
    assert sees(second) == both(State.PENDING)


def test_lifting_twice_is_the_same_as_once() -> None:
    assert lift(Request(), [], day(3), POLICY) == []
    [after] = lifted(withdrawn(declined(), day(1)))
    assert lift(after, [after], day(3), POLICY) == []


def test_a_lifted_decline_can_be_declined_anew() -> None:
    [after] = lifted(withdrawn(declined(), day(1)))
    for move in (decline(DeclineKind.DECLINE, after, day(3), POLICY), report(after, day(3), POLICY)):
        assert after.after(move).lifted is False


def test_what_was_not_declined_can_not_be_lifted() -> None:
    assert refused_as(lift, ACCEPTED, [], LATER) == State.ACCEPTED
    assert refused_as(lift, Request(), [], EXPIRES) == State.EXPIRED


def test_what_was_kept_back_bars_as_the_decline_does_that_was_changed_since() -> None:
    first, second = withdrawn(declined(DeclineKind.NOT_NOW), day(1)), replace(undelivered(), number=2)
    move = decline(DeclineKind.DONT_KNOW, first, day(3), POLICY)
    [(other, same)] = decline_since(first, [first, second], move)
    assert other is second
    assert second.after(same).decline_kind == DeclineKind.DONT_KNOW
    assert same.told == frozenset()
