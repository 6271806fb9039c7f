"""The life of a request: the transition table, row by row."""

from collections.abc import Callable
from datetime import datetime

import pytest

from rules.connection_requests import (
    BOTH,
    RECIPIENT,
    SENDER,
    Move,
    Side,
    Telling,
    accept,
    agree,
    can_remind,
    decline,
    expire,
    ignore,
    remind,
    reply,
    report,
    restore,
    withdraw,
)
from rules.events import NotificationKind
from rules.policy import NetworkPolicy
from rules.refusals import NotPermittedError, RequestCooldownError
from rules.terms import ActionBlockReason, DeclineKind
from rules.terms import ConnectionRequestEvent as Event
from rules.terms import ConnectionRequestState as State
from rules.verdicts import OPEN, closed
from tests.rules.pairs import (
    ACCEPTED,
    CANCELLED,
    EXPIRED,
    EXPIRES,
    IGNORED,
    LATER,
    MOMENT,
    POLICY,
    WITHDRAWN,
    Request,
    assert_does_nothing,
    both,
    day,
    declined,
    refusal,
    refused_as,
    sees,
    shown,
    undelivered,
    withdrawn,
)

Transition = Callable[[Request, datetime, NetworkPolicy], Move]
ANSWERS: list[Transition] = [accept, ignore, restore, reply, report]


# Row 3: remind


def test_a_reminder_may_follow_fourteen_days_after_the_request_and_after_the_reminder_before() -> None:
    assert can_remind(Request(), day(14) - MOMENT, POLICY) == closed(ActionBlockReason.COOLDOWN, day(14))
    assert can_remind(Request(), day(14), POLICY) == OPEN
    reminded = Request().after(remind(Request(), day(20), POLICY))
    assert can_remind(reminded, day(34) - MOMENT, POLICY) == closed(ActionBlockReason.COOLDOWN, day(34))
    assert can_remind(reminded, day(34), POLICY) == OPEN


def test_a_reminder_that_comes_too_early_is_refused_with_the_date() -> None:
    error = refusal(lambda: remind(Request(), day(13), POLICY))
    assert isinstance(error, RequestCooldownError)
    assert (error.available_at, error.basis) == (day(14), None)


def test_two_reminders_are_all() -> None:
    request = Request()
    for at in (day(14), day(28)):
        request = request.after(remind(request, at, POLICY))
    assert can_remind(request, day(60), POLICY) == closed(ActionBlockReason.LIMIT_REACHED)
    error = refusal(lambda: remind(request, day(60), POLICY))
    assert isinstance(error, NotPermittedError)
    assert error.reason is ActionBlockReason.LIMIT_REACHED


def test_a_reminder_reaches_the_recipient_and_leaves_the_request_pending() -> None:
    move = remind(Request(), day(14), POLICY, message="Still there?")
    assert (move.told, move.notification) == (BOTH, NotificationKind.CONNECTION_REQUEST_REMINDER)
    reminded = Request().after(move)
    assert sees(reminded, day(15)) == both(State.PENDING)
    assert (reminded.reminders_sent, reminded.reminder) == (1, "Still there?")
    assert shown(reminded, Side.SENDER).reminder is None


@pytest.mark.parametrize(
    "request_", [IGNORED, declined(), undelivered()], ids=["ignored", "declined", "kept back"]
)
def test_a_reminder_of_what_is_ignored_or_declined_is_counted_and_reaches_nobody(request_: Request) -> None:
    move = remind(request_, day(14), POLICY, message="Still there?")
    assert (move.told, move.notification) == (SENDER, None)
    reminded = request_.after(move)
    assert (reminded.reminders_sent, reminded.reminded_at, reminded.reminder) == (1, day(14), None)


def test_a_muted_sender_reminds_without_a_notification() -> None:
    assert remind(Request(), day(14), POLICY, muted=True).notification is None


def test_only_what_is_open_for_its_sender_can_be_reminded_of() -> None:
    for request in (ACCEPTED, WITHDRAWN):
        assert can_remind(request, day(20), POLICY) == closed(ActionBlockReason.CLOSED)
        assert refused_as(remind, request, day(20)) == request.sender_state
    assert refused_as(remind, Request(), EXPIRES) == State.EXPIRED


# Row 4: withdraw


@pytest.mark.parametrize("request_", [Request(), IGNORED], ids=["pending", "ignored"])
def test_withdrawing_takes_the_request_from_its_recipient_in_silence(request_: Request) -> None:
    move = withdraw(request_, day(1), POLICY)
    assert (move.told, move.notification) == (SENDER, None)
    assert move.recipients_notifications is Telling.RETRACTED
    assert sees(request_.after(move)) == {Side.RECIPIENT: None, Side.SENDER: State.WITHDRAWN}


@pytest.mark.parametrize("kind", DeclineKind)
def test_withdrawing_what_was_declined_leaves_the_decline_in_force(kind: DeclineKind) -> None:
    request = withdrawn(declined(kind), day(1))
    assert sees(request) == {Side.RECIPIENT: State.DECLINED, Side.SENDER: State.WITHDRAWN}
    assert request.decline_kind is kind


def test_withdrawing_twice_is_the_same_as_once() -> None:
    assert_does_nothing(withdraw(WITHDRAWN, day(5), POLICY))


def test_what_is_accepted_or_expired_can_not_be_withdrawn() -> None:
    assert refused_as(withdraw, ACCEPTED, LATER) == State.ACCEPTED
    assert refused_as(withdraw, Request(), EXPIRES) == State.EXPIRED


# Rows 2 and 5: accept


@pytest.mark.parametrize("request_", [Request(), IGNORED], ids=["pending", "ignored"])
def test_accepting_tells_both_and_notifies_the_sender(request_: Request) -> None:
    move = accept(request_, day(1), POLICY)
    assert (move.told, move.notification) == (BOTH, NotificationKind.CONNECTION_REQUEST_ACCEPTED)
    accepted = request_.after(move)
    assert sees(accepted) == both(State.ACCEPTED)
    assert [shown(accepted, side).closed_at for side in Side] == [day(1), day(1)]
    assert accepted.ignored is False


def test_accepting_twice_is_the_same_as_once() -> None:
    assert_does_nothing(accept(ACCEPTED, day(5), POLICY))


def test_who_accepts_too_late_is_told_what_the_request_has_become() -> None:
    assert refused_as(accept, WITHDRAWN, LATER) == State.WITHDRAWN
    assert refused_as(accept, declined(), LATER) == State.DECLINED
    assert refused_as(accept, Request(), EXPIRES) == State.EXPIRED


@pytest.mark.parametrize(
    "request_",
    [Request(), IGNORED, declined(), undelivered()],
    ids=["pending", "ignored", "declined", "kept"],
)
def test_a_request_by_the_other_side_accepts_whatever_its_sender_sees_open(request_: Request) -> None:
    accepted = request_.after(agree(day(1)))
    assert sees(accepted) == both(State.ACCEPTED)
    assert (accepted.decline_kind, accepted.lifted, accepted.undelivered) == (None, False, False)


# What all rows have in common


@pytest.mark.parametrize(
    ("move", "event", "notifications"),
    [
        (remind(Request(), day(14), POLICY), Event.REMIND, Telling.KEPT),
        (withdraw(Request(), LATER, POLICY), Event.WITHDRAW, Telling.RETRACTED),
        (accept(Request(), LATER, POLICY), Event.ACCEPT, Telling.READ),
        (ignore(Request(), LATER, POLICY), Event.IGNORE, Telling.READ),
        (restore(IGNORED, LATER, POLICY), Event.RESTORE, Telling.KEPT),
        (reply(Request(), LATER, POLICY), Event.REPLY, Telling.READ),
        (decline(DeclineKind.DECLINE, Request(), LATER, POLICY), Event.DECLINE, Telling.READ),
        (report(Request(), LATER, POLICY), Event.REPORT, Telling.READ),
        (expire(Request(), EXPIRES), Event.EXPIRE, Telling.READ),
    ],
)
def test_a_move_is_named_and_settles_what_its_recipient_was_notified_of(
    move: Move, event: Event, notifications: Telling
) -> None:
    assert (move.event, move.recipients_notifications) == (event, notifications)


# Rows 7 and 8: ignore and restore


def test_ignoring_is_silent_and_restoring_undoes_it() -> None:
    move = ignore(Request(), day(1), POLICY)
    assert (move.told, move.notification) == (RECIPIENT, None)
    back = restore(IGNORED, LATER, POLICY)
    assert (back.told, back.notification) == (RECIPIENT, None)
    assert IGNORED.after(back) == Request()


def test_ignoring_and_restoring_again_do_nothing() -> None:
    assert_does_nothing(ignore(IGNORED, LATER, POLICY))
    assert_does_nothing(restore(Request(), LATER, POLICY))


# Row 9: reply


@pytest.mark.parametrize("request_", [Request(), IGNORED], ids=["pending", "ignored"])
def test_a_reply_notifies_the_sender_and_leaves_the_request_pending(request_: Request) -> None:
    move = reply(request_, day(1), POLICY)
    assert (move.told, move.notification) == (BOTH, NotificationKind.CONNECTION_REQUEST_REPLIED)
    assert request_.after(move) == request_


# Row 13: expire


def test_expiry_tells_both_once() -> None:
    move = expire(Request(), EXPIRES)
    assert (move.told, move.notification) == (BOTH, None)
    assert_does_nothing(expire(EXPIRED, day(300)))
    assert_does_nothing(expire(Request(), EXPIRES - MOMENT))


def test_the_expiry_of_a_declined_request_is_told_to_its_sender_alone() -> None:
    for request in (declined(), undelivered()):
        move = expire(request, EXPIRES)
        assert move.told == SENDER
        assert request.after(move).state is State.DECLINED


@pytest.mark.parametrize("request_", [ACCEPTED, WITHDRAWN, CANCELLED, withdrawn(declined(), day(1))])
def test_what_is_closed_does_not_expire(request_: Request) -> None:
    assert_does_nothing(expire(request_, EXPIRES))
