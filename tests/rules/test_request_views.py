"""What each side sees of a request in each of its states, and what it is offered."""

import pytest

from rules.connection_requests import Side
from rules.seen_requests import seen
from rules.terms import ActionBlockReason, DeclineKind
from rules.terms import ConnectionRequestEvent as Event
from rules.terms import ConnectionRequestState as State
from rules.verdicts import closed
from tests.rules.pairs import (
    ACCEPTED,
    CANCELLED,
    EXPIRED,
    EXPIRES,
    IGNORED,
    MOMENT,
    OPENLY,
    POLICY,
    WITHDRAWN,
    Request,
    both,
    cancelled,
    day,
    declined,
    sees,
    shown,
    undelivered,
)


def test_an_unanswered_request_is_pending_for_both() -> None:
    assert sees(Request()) == both(State.PENDING)


def test_an_ignored_request_is_pending_for_both_and_only_the_recipient_sees_that_it_is_ignored() -> None:
    assert sees(IGNORED) == both(State.PENDING)
    assert [shown(IGNORED, side).ignored for side in (Side.RECIPIENT, Side.SENDER)] == [True, None]


def test_an_accepted_request_is_accepted_for_both() -> None:
    assert sees(ACCEPTED) == both(State.ACCEPTED)


@pytest.mark.parametrize("kind", DeclineKind)
def test_a_declined_request_is_pending_for_its_sender_and_expires(kind: DeclineKind) -> None:
    request = declined(kind, day(1))
    assert sees(request) == {Side.RECIPIENT: State.DECLINED, Side.SENDER: State.PENDING}
    assert sees(request, EXPIRES - MOMENT)[Side.SENDER] == State.PENDING
    assert sees(request, EXPIRES) == {Side.RECIPIENT: State.DECLINED, Side.SENDER: State.EXPIRED}
    assert shown(request, Side.RECIPIENT).decline_kind is kind
    assert shown(request, Side.SENDER).decline_kind is None


@pytest.mark.parametrize("kind", DeclineKind)
def test_where_declines_are_told_the_sender_sees_one_without_its_kind(kind: DeclineKind) -> None:
    request = declined(kind, day(1), OPENLY)
    assert sees(request) == both(State.DECLINED)
    assert shown(request, Side.RECIPIENT).decline_kind is kind
    assert shown(request, Side.SENDER).decline_kind is None
    assert shown(request, Side.SENDER).closed_at == day(1)


def test_a_withdrawn_request_is_gone_for_its_recipient() -> None:
    assert sees(WITHDRAWN) == {Side.RECIPIENT: None, Side.SENDER: State.WITHDRAWN}
    assert seen(WITHDRAWN, Side.RECIPIENT, day(2), POLICY) is None


@pytest.mark.parametrize("request_", [Request(), IGNORED, EXPIRED], ids=["read", "ignored", "written"])
def test_an_expired_request_is_expired_for_both_whether_or_not_a_job_wrote_it_down(request_: Request) -> None:
    assert sees(request_, EXPIRES) == both(State.EXPIRED)
    for side in Side:
        assert shown(request_, side, EXPIRES).closed_at == EXPIRES
        assert shown(request_, side, EXPIRES).available_events == []


def test_a_cancelled_request_is_gone_for_both() -> None:
    assert sees(CANCELLED) == both(None)
    assert [seen(CANCELLED, side, day(2), POLICY) for side in Side] == [None, None]


def test_what_was_never_delivered_is_pending_for_its_sender_alone() -> None:
    assert sees(undelivered()) == {Side.RECIPIENT: None, Side.SENDER: State.PENDING}


def test_each_side_is_offered_what_the_table_has_for_it() -> None:
    answers = [Event.ACCEPT, Event.IGNORE, Event.REPLY, Event.DECLINE, Event.REPORT]
    assert shown(Request(), Side.RECIPIENT).available_events == answers
    assert Event.RESTORE in shown(IGNORED, Side.RECIPIENT).available_events
    assert Event.IGNORE not in shown(IGNORED, Side.RECIPIENT).available_events
    assert shown(Request(), Side.SENDER).available_events == [Event.WITHDRAW]
    assert shown(Request(), Side.SENDER, day(14)).available_events == [Event.REMIND, Event.WITHDRAW]
    late = [Event.DECLINE, Event.REPORT, Event.LIFT_DECLINE]
    assert shown(declined(), Side.RECIPIENT).available_events == late
    assert shown(declined(), Side.RECIPIENT, EXPIRES).available_events == [Event.LIFT_DECLINE]
    assert shown(Request(), Side.RECIPIENT).can_remind is None
    assert shown(Request(), Side.SENDER).can_remind == closed(ActionBlockReason.COOLDOWN, day(14))
    for side, request in [(Side.SENDER, WITHDRAWN), (Side.SENDER, ACCEPTED), (Side.RECIPIENT, ACCEPTED)]:
        assert shown(request, side).available_events == []


@pytest.mark.parametrize("request_", [Request(), IGNORED], ids=["pending", "ignored"])
def test_what_a_block_or_a_closed_account_cancels_is_gone_for_both(request_: Request) -> None:
    assert sees(cancelled(request_, day(1))) == both(None)


def test_what_a_block_cancels_after_a_hidden_decline_is_gone_for_its_sender() -> None:
    assert sees(cancelled(declined(), day(1)))[Side.SENDER] is None
