"""How long a sender waits before asking again: the cooldown table, row by row."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from rules.connection_requests import expire, lift
from rules.cooldowns import Bar, Removal, Wait, bar, hidden_end, is_barred_by_removal, wait
from rules.policy import NetworkPolicy, RerequestBy
from rules.terms import CooldownBasis, DeclineKind
from tests.rules.pairs import (
    ACCEPTED,
    EXPIRES,
    LATER,
    MOMENT,
    OPENLY,
    POLICY,
    Request,
    cancelled,
    day,
    declined,
    undelivered,
    withdrawn,
)

HIDDEN_END = day(201)
FOR_GOOD = [DeclineKind.DECLINE, DeclineKind.DONT_KNOW]
FAR = day(10_000)


def waits(request: Request | None, now: datetime, policy: NetworkPolicy = POLICY) -> Wait | None:
    return wait(request, None, now, policy)


def until(request: Request, end: datetime, basis: CooldownBasis, policy: NetworkPolicy = POLICY) -> bool:
    """Whether the sender waits until this instant, to the moment."""
    return waits(request, end - MOMENT, policy) == Wait(end, basis) and waits(request, end, policy) is None


def test_who_never_asked_neither_waits_nor_is_barred() -> None:
    assert waits(None, day(1)) is None
    assert bar(None, day(1), POLICY) is Bar.NONE


# Withdrawn


def test_after_withdrawing_the_sender_waits_21_days_from_then() -> None:
    request = withdrawn(Request(), day(10))
    assert until(request, day(31), CooldownBasis.WITHDRAWN)
    assert bar(request, day(31), POLICY) is Bar.NONE


# Expired


@pytest.mark.parametrize("request_", [Request(), Request().after(expire(Request(), EXPIRES))])
def test_after_expiry_the_sender_waits_21_days_whether_or_not_a_job_wrote_it_down(request_: Request) -> None:
    assert waits(request_, EXPIRES) == Wait(HIDDEN_END, CooldownBasis.EXPIRED)
    assert until(request_, HIDDEN_END, CooldownBasis.EXPIRED)
    assert bar(request_, HIDDEN_END, POLICY) is Bar.NONE


# Declined


@pytest.mark.parametrize("kind", DeclineKind)
def test_a_hidden_decline_makes_the_sender_wait_as_for_an_unanswered_request(kind: DeclineKind) -> None:
    request = declined(kind, day(3))
    assert hidden_end(request, POLICY) == HIDDEN_END
    assert until(request, HIDDEN_END, CooldownBasis.EXPIRED)
    assert until(withdrawn(request, day(10)), day(31), CooldownBasis.WITHDRAWN)


@pytest.mark.parametrize("kind", DeclineKind)
def test_until_the_hidden_end_who_asks_again_is_barred_without_knowing(kind: DeclineKind) -> None:
    for request in (declined(kind), withdrawn(declined(kind), day(10)), undelivered(kind)):
        assert bar(request, HIDDEN_END - MOMENT, POLICY) is Bar.HIDDEN


def test_after_the_hidden_end_not_now_bars_nobody() -> None:
    request = declined(DeclineKind.NOT_NOW)
    assert bar(request, HIDDEN_END, POLICY) is Bar.NONE
    assert waits(request, HIDDEN_END) is None


@pytest.mark.parametrize("kind", FOR_GOOD)
def test_after_the_hidden_end_a_decline_bars_for_good(kind: DeclineKind) -> None:
    for request in (declined(kind), withdrawn(declined(kind), day(10)), undelivered(kind)):
        assert [bar(request, at, POLICY) for at in (HIDDEN_END, FAR)] == [Bar.OPEN, Bar.OPEN]


def test_where_declines_are_told_not_now_means_90_days_from_the_decline() -> None:
    request = declined(DeclineKind.NOT_NOW, day(3), OPENLY)
    assert until(request, day(93), CooldownBasis.NOT_NOW, OPENLY)
    assert bar(request, day(93), OPENLY) is Bar.NONE


@pytest.mark.parametrize("kind", FOR_GOOD)
def test_where_declines_are_told_a_decline_bars_at_once_and_for_good(kind: DeclineKind) -> None:
    request = declined(kind, day(3), OPENLY)
    assert [bar(request, at, OPENLY) for at in (day(3), FAR)] == [Bar.OPEN, Bar.OPEN]
    assert waits(request, day(3), OPENLY) is None


@pytest.mark.parametrize("kind", FOR_GOOD)
def test_a_deployment_can_let_declines_end(kind: DeclineKind) -> None:
    policy = replace(OPENLY, declined_cooldown=timedelta(days=365))
    request = declined(kind, day(3), policy)
    assert bar(request, day(368) - MOMENT, policy) is Bar.OPEN
    assert bar(request, day(368), policy) is Bar.NONE


@pytest.mark.parametrize("kind", DeclineKind)
@pytest.mark.parametrize("policy", [POLICY, OPENLY])
def test_a_lifted_decline_bars_nobody(kind: DeclineKind, policy: NetworkPolicy) -> None:
    for request in (declined(kind, policy=policy), withdrawn(declined(kind), day(10))):
        [(_, move)] = lift(request, [request], day(11), policy)
        for at in (day(11), HIDDEN_END, FAR):
            assert bar(request.after(move), at, policy) is Bar.NONE


def test_lifting_does_not_shorten_what_the_sender_waits_for_anyway() -> None:
    request = withdrawn(declined(), day(10))
    [(_, move)] = lift(request, [request], day(11), POLICY)
    assert until(request.after(move), day(31), CooldownBasis.WITHDRAWN)


def test_where_declines_are_told_lifting_not_now_ends_the_wait() -> None:
    request = declined(DeclineKind.NOT_NOW, day(3), OPENLY)
    [(_, move)] = lift(request, [request], day(11), OPENLY)
    assert waits(request.after(move), day(11), OPENLY) is None


# Accepted and cancelled


@pytest.mark.parametrize("request_", [ACCEPTED, cancelled(Request(), day(1))], ids=["accepted", "cancelled"])
def test_neither_an_accepted_nor_a_cancelled_request_makes_wait(request_: Request) -> None:
    assert waits(request_, LATER) is None
    assert bar(request_, LATER, POLICY) is Bar.NONE


def test_a_block_does_not_end_a_hidden_decline() -> None:
    assert bar(cancelled(declined(), day(1)), LATER, POLICY) is Bar.HIDDEN
    assert waits(cancelled(declined(), day(1)), LATER) is None


# Removed


@pytest.mark.parametrize("by_viewer", [False, True])
def test_after_a_removal_either_may_ask_at_once(by_viewer: bool) -> None:
    removal = Removal(removed_at=day(50), by_viewer=by_viewer)
    assert wait(ACCEPTED, removal, day(50), POLICY) is None
    assert not is_barred_by_removal(removal, POLICY)


@pytest.mark.parametrize("by_viewer", [False, True])
def test_a_deployment_can_make_both_wait_after_a_removal(by_viewer: bool) -> None:
    policy = NetworkPolicy(removed_cooldown=timedelta(days=7))
    removal = Removal(removed_at=day(50), by_viewer=by_viewer)
    assert wait(ACCEPTED, removal, day(57) - MOMENT, policy) == Wait(day(57), CooldownBasis.REMOVED)
    assert wait(ACCEPTED, removal, day(57), policy) is None


def test_a_deployment_can_leave_it_to_the_remover_to_ask_again() -> None:
    policy = NetworkPolicy(removed_rerequest_by=RerequestBy.REMOVER_ONLY)
    assert is_barred_by_removal(Removal(day(50), by_viewer=False), policy)
    assert not is_barred_by_removal(Removal(day(50), by_viewer=True), policy)
    assert not is_barred_by_removal(None, policy)


def test_of_two_waits_the_longer_counts() -> None:
    policy = NetworkPolicy(removed_cooldown=timedelta(days=7))
    request = withdrawn(Request(), day(10))
    early, late = Removal(day(9), by_viewer=True), Removal(day(30), by_viewer=True)
    assert wait(request, early, day(11), policy) == Wait(day(31), CooldownBasis.WITHDRAWN)
    assert wait(request, late, day(30), policy) == Wait(day(37), CooldownBasis.REMOVED)
