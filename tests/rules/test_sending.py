"""What sending a request comes to: rows 1, 2, 6 and 16 to 18 of the transition table.

Each case is decided twice, by the verdict that a client reads and by the error that a mutation gives.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from rules.audiences import ProfileAction, RequestAudience
from rules.connection_requests import lift
from rules.cooldowns import Removal
from rules.policy import NetworkPolicy, RerequestBy
from rules.refusals import (
    NetworkCapacityError,
    NotPermittedError,
    QuotaExceededError,
    RequestCooldownError,
    UserError,
)
from rules.relationships import (
    Allowance,
    Ask,
    Pair,
    Sending,
    can_connect,
    check_capacity,
    send,
    status,
)
from rules.terms import ActionBlockReason, ConnectionStatus, CooldownBasis, DeclineKind
from rules.verdicts import OPEN, Verdict, closed
from tests.rules.pairs import (
    ACCEPTED,
    EXPIRES,
    IGNORED,
    LATER,
    OPENLY,
    POLICY,
    WITHDRAWN,
    Request,
    allowance,
    cancelled,
    day,
    declined,
    refusal,
    undelivered,
    withdrawn,
)

EVERYTHING = Ask(has_note=True, knows_email=True)
NOTHING = Ask(has_note=False, knows_email=False)
FULL = 30_000


@dataclass(frozen=True)
class Case:
    """A viewer and a member at a moment, and what the viewer has left and brings along."""

    pair: Pair = field(default_factory=Pair)
    allowance: Allowance = field(default_factory=allowance)
    ask: Ask = EVERYTHING
    now: datetime = LATER
    policy: NetworkPolicy = POLICY

    def send(self) -> Sending:
        return send(self.pair, self.ask, self.allowance, self.now, self.policy)

    def refusal(self) -> UserError:
        return refusal(self.send)

    @property
    def verdict(self) -> Verdict:
        return can_connect(self.pair, self.allowance, self.now, self.policy)


STRANGERS = Case()


# Row 1: send


def test_a_request_to_a_stranger_is_delivered() -> None:
    assert STRANGERS.send() is Sending.DELIVERED
    assert STRANGERS.verdict == OPEN


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (Pair(is_self=True), ActionBlockReason.SELF),
        (Pair(is_blocking=True), ActionBlockReason.BLOCKING),
        (Pair(is_connected=True), ActionBlockReason.ALREADY_CONNECTED),
        (Pair(who_can_request=RequestAudience.NOBODY), ActionBlockReason.RECIPIENT_DOES_NOT_ACCEPT),
        (Pair(who_can_request=RequestAudience.SECOND_DEGREE), ActionBlockReason.RECIPIENT_DOES_NOT_ACCEPT),
    ],
)
def test_who_may_not_ask_at_all_is_told_why(pair: Pair, reason: ActionBlockReason) -> None:
    case = Case(pair)
    error = case.refusal()
    assert isinstance(error, NotPermittedError)
    assert error.reason is reason
    assert case.verdict == closed(reason)


def test_who_shares_a_connection_may_ask_where_only_they_may() -> None:
    pair = Pair(who_can_request=RequestAudience.SECOND_DEGREE, shares_connection=True)
    assert Case(pair).send() is Sending.DELIVERED


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (Case(Pair(requires_note=True)), ActionBlockReason.NOTE_REQUIRED),
        (Case(policy=NetworkPolicy(note_required_for_strangers=True)), ActionBlockReason.NOTE_REQUIRED),
        (Case(Pair(who_can_request=RequestAudience.KNOWS_EMAIL)), ActionBlockReason.EMAIL_REQUIRED),
    ],
)
def test_what_the_recipient_asks_for_must_come_along(case: Case, reason: ActionBlockReason) -> None:
    error = replace(case, ask=NOTHING).refusal()
    assert isinstance(error, NotPermittedError)
    assert error.reason is reason
    assert case.send() is Sending.DELIVERED
    assert case.verdict == Verdict(allowed=True, reason=reason)


def test_a_shared_connection_needs_no_note_where_strangers_do() -> None:
    policy = NetworkPolicy(note_required_for_strangers=True)
    assert Case(Pair(shares_connection=True), ask=NOTHING, policy=policy).send() is Sending.DELIVERED


def test_note_and_address_may_both_be_needed() -> None:
    pair = Pair(requires_note=True, who_can_request=RequestAudience.KNOWS_EMAIL)
    for ask in (Ask(has_note=True, knows_email=False), Ask(has_note=False, knows_email=True)):
        assert isinstance(Case(pair, ask=ask).refusal(), NotPermittedError)
    assert Case(pair).send() is Sending.DELIVERED


@pytest.mark.parametrize(
    ("left", "verdict"),
    [
        (allowance(sent=100, released=day(5)), closed(ActionBlockReason.QUOTA, day(5))),
        (allowance(open_now=500), closed(ActionBlockReason.QUOTA)),
        (allowance(restricted=day(9)), closed(ActionBlockReason.RESTRICTED, day(9))),
    ],
    ids=["week", "open", "restricted"],
)
def test_who_has_nothing_left_is_refused_with_the_quota(left: Allowance, verdict: Verdict) -> None:
    case = Case(allowance=left)
    error = case.refusal()
    assert isinstance(error, QuotaExceededError)
    assert error.quota in (left.weekly, left.pending)
    assert case.verdict == verdict


def test_the_last_of_each_allowance_can_be_used() -> None:
    left = allowance(sent=99, open_now=499, connections=FULL - 1)
    assert Case(allowance=left).send() is Sending.DELIVERED


def test_a_member_whose_network_is_full_may_not_ask_but_may_be_asked() -> None:
    case = Case(allowance=allowance(connections=FULL))
    error = case.refusal()
    assert isinstance(error, NetworkCapacityError)
    assert (error.viewer_is_full, error.limit) == (True, FULL)
    assert case.verdict == closed(ActionBlockReason.CAPACITY)
    assert Case(Pair(connection_count=FULL)).send() is Sending.DELIVERED


@pytest.mark.parametrize(
    ("request_", "now", "until", "basis"),
    [
        (withdrawn(Request(), day(1)), LATER, day(22), CooldownBasis.WITHDRAWN),
        (Request(), EXPIRES, day(201), CooldownBasis.EXPIRED),
        (declined(), EXPIRES, day(201), CooldownBasis.EXPIRED),
    ],
    ids=["withdrawn", "expired", "declined"],
)
def test_who_asks_again_too_early_is_told_the_date(
    request_: Request, now: datetime, until: datetime, basis: CooldownBasis
) -> None:
    case = Case(Pair(sent=request_), now=now)
    error = case.refusal()
    assert isinstance(error, RequestCooldownError)
    assert (error.available_at, error.basis) == (until, basis)
    assert case.verdict == closed(ActionBlockReason.COOLDOWN, until)
    assert replace(case, now=day(400)).verdict != case.verdict


def test_who_was_declined_for_good_is_answered_as_by_a_closed_inbox() -> None:
    barred = Case(Pair(sent=declined()), now=day(201))
    inbox = Case(Pair(who_can_request=RequestAudience.NOBODY), now=day(201))
    assert barred.refusal() == inbox.refusal()
    assert barred.verdict == inbox.verdict
    assert Case(Pair(sent=declined(policy=OPENLY)), policy=OPENLY).refusal() == inbox.refusal()


def test_who_was_removed_is_answered_so_too_where_only_the_remover_may_ask() -> None:
    policy = NetworkPolicy(removed_rerequest_by=RerequestBy.REMOVER_ONLY)
    removed = Case(Pair(removal=Removal(day(1), by_viewer=False)), policy=policy)
    assert removed.refusal() == Case(Pair(who_can_request=RequestAudience.NOBODY)).refusal()


@pytest.mark.parametrize("kind", DeclineKind)
def test_who_asks_against_a_hidden_decline_is_not_delivered_and_not_refused(kind: DeclineKind) -> None:
    case = Case(Pair(sent=withdrawn(declined(kind), day(1))), now=day(22))
    assert case.send() is Sending.UNDELIVERED
    assert case.verdict == OPEN


@pytest.mark.parametrize("kind", DeclineKind)
def test_a_lifted_decline_lets_the_sender_ask_again(kind: DeclineKind) -> None:
    request = withdrawn(declined(kind), day(1))
    [(_, move)] = lift(request, [request], day(3), POLICY)
    assert Case(Pair(sent=request.after(move)), now=day(22)).send() is Sending.DELIVERED


@pytest.mark.parametrize("request_", [Request(), IGNORED, declined(), undelivered()])
def test_asking_again_while_one_is_open_gives_that_one_whatever_else_stands_in_the_way(
    request_: Request,
) -> None:
    pair = Pair(sent=request_, who_can_request=RequestAudience.NOBODY, requires_note=True)
    spent = allowance(sent=100, open_now=500, connections=FULL, restricted=day(9))
    case = Case(pair, spent, NOTHING)
    assert case.send() is Sending.ALREADY_OPEN
    assert case.verdict == closed(ActionBlockReason.ALREADY_PENDING)


# Rows 2, 5 and 6: a request by the other side accepts, capacity


@pytest.mark.parametrize("received", [Request(), IGNORED, declined(), undelivered()])
def test_asking_who_asked_accepts_and_costs_nothing(received: Request) -> None:
    pair = Pair(received=received, who_can_request=RequestAudience.NOBODY, requires_note=True)
    spent = allowance(sent=100, open_now=500, restricted=day(9))
    case = Case(pair, spent, NOTHING)
    assert case.send() is Sending.ACCEPTS
    assert case.verdict == OPEN


@pytest.mark.parametrize(
    ("received", "now"),
    [
        (Request(), EXPIRES),
        (declined(), EXPIRES),
        (declined(policy=OPENLY), LATER),
        (WITHDRAWN, LATER),
        (withdrawn(declined(), day(1)), LATER),
        (ACCEPTED, LATER),
        (cancelled(Request(), day(1)), LATER),
    ],
)
def test_asking_whose_request_is_over_for_themselves_is_a_request_of_its_own(
    received: Request, now: datetime
) -> None:
    assert Case(Pair(received=received), now=now).send() is Sending.DELIVERED


@pytest.mark.parametrize(("own", "others", "viewer_is_full"), [(FULL, 0, True), (0, FULL, False)])
def test_nobody_accepts_beyond_the_capacity_of_either(own: int, others: int, viewer_is_full: bool) -> None:
    case = Case(Pair(received=Request(), connection_count=others), allowance(connections=own))
    for error in (case.refusal(), refusal(lambda: check_capacity(own, others, POLICY))):
        assert isinstance(error, NetworkCapacityError)
        assert (error.viewer_is_full, error.limit) == (viewer_is_full, FULL)
        assert error.alternative is ProfileAction.FOLLOW
    assert case.verdict == closed(ActionBlockReason.CAPACITY)


def test_without_a_cap_no_network_is_full() -> None:
    policy = NetworkPolicy(max_connections=None)
    check_capacity(10**6, 10**6, policy)
    assert Case(allowance=allowance(connections=10**6), policy=policy).send() is Sending.DELIVERED


# Rows 16 to 18: removal, block and its end


@pytest.mark.parametrize("by_viewer", [False, True])
def test_after_a_removal_either_may_ask_again(by_viewer: bool) -> None:
    pair = Pair(sent=ACCEPTED, removal=Removal(day(1), by_viewer=by_viewer))
    assert Case(pair).send() is Sending.DELIVERED
    assert status(pair, LATER) is ConnectionStatus.NONE


def test_after_a_block_was_lifted_nothing_is_restored_and_nothing_extra_stands_in_the_way() -> None:
    for sent, received in ((cancelled(Request(), day(1)), None), (None, cancelled(Request(), day(1)))):
        pair = Pair(sent=sent, received=received)
        assert status(pair, LATER) is ConnectionStatus.NONE
        assert Case(pair).send() is Sending.DELIVERED
