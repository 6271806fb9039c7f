"""Introductions without a database: the two views, the moves and the verdict."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from rules.allowances import Quota
from rules.introductions import (
    Move,
    Path,
    accept,
    agree,
    can_request,
    cancel,
    check_named,
    decline,
    expire,
    forward,
    is_passed_on,
    notices_of_cancelled,
    state_of,
)
from rules.refusals import InvalidStateError
from rules.relationships import Pair
from rules.terms import ActionBlockReason as Reason
from rules.terms import IntroductionRole as Role
from rules.terms import IntroductionState as State
from rules.terms import QuotaKind
from tests.rules.pairs import refusal

ASKED = datetime(2026, 1, 1, tzinfo=UTC)
EXPIRES = ASKED + timedelta(days=30)
MOMENT = timedelta(microseconds=1)
FREE = Quota(member_id=1, kind=QuotaKind.INTRODUCTIONS, limit=1, used=0)


@dataclass(kw_only=True)
class Introduction:
    """An introduction that nobody has answered, as it is made here."""

    requester_id: int = 1
    broker_id: int = 2
    target_id: int = 3
    number: int = 4
    state: State = State.REQUESTED
    requester_state: State = State.REQUESTED
    expires_at: datetime = EXPIRES
    forwarded_at: datetime | None = None

    def after(self, *moves: Callable[["Introduction"], Move]) -> "Introduction":
        """The same when these moves were written into its row."""
        made = self
        for move in moves:
            changes = {name: value for name, value in move(made).changes.items() if name != "endorsement"}
            made = replace(made, **changes)  # type: ignore[arg-type]
        return made

    def views(self, now: datetime = ASKED) -> list[State | None]:
        """The state in the eyes of each."""
        return [state_of(self, role, now) for role in Role]


def forwarded(introduction: Introduction) -> Move:
    return forward(introduction, ASKED, "She is good.")


def declined_by(role: Role) -> Callable[[Introduction], Move]:
    return lambda introduction: decline(introduction, role, ASKED)


def test_a_decline_closes_the_view_of_who_knows_of_it_alone() -> None:
    by_broker = Introduction().after(declined_by(Role.BROKER))
    assert by_broker.views() == [State.REQUESTED, State.DECLINED_BY_BROKER, None]
    assert by_broker.views(EXPIRES - MOMENT)[0] == State.REQUESTED
    assert by_broker.views(EXPIRES) == [State.EXPIRED, State.DECLINED_BY_BROKER, None]
    by_target = Introduction().after(forwarded, declined_by(Role.TARGET))
    assert by_target.views() == [State.FORWARDED, *[State.DECLINED_BY_TARGET] * 2]
    assert by_target.views(EXPIRES)[0] == State.EXPIRED
    assert is_passed_on(by_target, ASKED)


def test_what_its_requester_does_then_is_answered_from_their_view() -> None:
    declined = Introduction().after(forwarded, declined_by(Role.TARGET))
    check_named(declined, ASKED)
    taken_back = declined.after(lambda each: cancel(each, ASKED))
    assert taken_back.views() == [State.CANCELLED, *[State.DECLINED_BY_TARGET] * 2]
    assert cancel(taken_back, ASKED) == Move()
    assert declined.after(lambda _: agree()).views() == [State.ACCEPTED] * 3
    error = refusal(lambda: cancel(declined, EXPIRES))
    assert isinstance(error, InvalidStateError)
    assert error.current_state == State.EXPIRED


def test_expiry_is_written_down_once_for_each_view() -> None:
    assert expire(Introduction(), EXPIRES - MOMENT) == Move()
    over = Introduction().after(lambda each: expire(each, EXPIRES))
    assert over.views() == [State.EXPIRED, State.EXPIRED, None]
    assert expire(over, EXPIRES) == Move()
    declined = Introduction().after(declined_by(Role.BROKER), lambda each: expire(each, EXPIRES))
    assert declined.views() == [State.EXPIRED, State.DECLINED_BY_BROKER, None]


def test_what_is_over_is_neither_passed_on_nor_answered() -> None:
    for attempt in (
        lambda: forward(Introduction(), EXPIRES, None),
        lambda: decline(Introduction(), Role.BROKER, EXPIRES),
        lambda: accept(Introduction().after(forwarded), EXPIRES),
        lambda: check_named(Introduction(), ASKED),
    ):
        assert isinstance(refusal(attempt), InvalidStateError)


def test_notifications_go_where_it_was_cancelled_and_stay_where_it_was_declined() -> None:
    cancelled = Introduction(state=State.CANCELLED)
    declined = Introduction(state=State.DECLINED_BY_BROKER)
    assert notices_of_cancelled([cancelled])["member_ids"] == [1, 2, 3]
    assert notices_of_cancelled([declined])["member_ids"] == [1]
    assert notices_of_cancelled([]) == {"member_ids": [], "subjects": []}


@pytest.mark.parametrize(
    ("pair", "path", "quota", "reason"),
    [
        (Pair(), Path(is_visible=True, broker_id=2), FREE, None),
        (Pair(is_self=True), Path(is_visible=True, broker_id=2), FREE, Reason.SELF),
        (Pair(is_blocking=True), Path(is_visible=True, broker_id=2), FREE, Reason.BLOCKING),
        (Pair(is_connected=True), Path(is_visible=True, broker_id=2), FREE, Reason.ALREADY_CONNECTED),
        (Pair(), Path(is_visible=False, broker_id=None), FREE, Reason.NO_PATH),
        (Pair(), Path(is_visible=True, broker_id=None), FREE, Reason.ALREADY_PENDING),
        (Pair(), Path(is_visible=True, broker_id=2), replace(FREE, used=1), Reason.QUOTA),
        (Pair(), Path(is_visible=True, broker_id=2), replace(FREE, limit=None, used=9), None),
    ],
)
def test_who_may_ask(pair: Pair, path: Path, quota: Quota, reason: Reason | None) -> None:
    verdict = can_request(pair, path, quota)
    assert (verdict.allowed, verdict.reason) == (reason is None, reason)
