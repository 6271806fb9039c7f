"""Where two members stand, and what the one is offered on the profile of the other."""

import pytest

from rules.audiences import ProfileAction
from rules.policy import NetworkPolicy
from rules.relationships import (
    Pair,
    can_message,
    primary_action,
    reach_options,
    status,
)
from rules.terms import ActionBlockReason, ConnectionStatus
from rules.verdicts import OPEN, Verdict, closed
from tests.rules.pairs import (
    ACCEPTED,
    EXPIRES,
    IGNORED,
    LATER,
    POLICY,
    WITHDRAWN,
    Request,
    declined,
    undelivered,
)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (Pair(is_self=True), ConnectionStatus.SELF),
        (Pair(is_blocking=True), ConnectionStatus.BLOCKING),
        (Pair(is_connected=True, sent=ACCEPTED), ConnectionStatus.CONNECTED),
        (Pair(sent=Request()), ConnectionStatus.REQUEST_SENT),
        (Pair(sent=declined()), ConnectionStatus.REQUEST_SENT),
        (Pair(sent=undelivered()), ConnectionStatus.REQUEST_SENT),
        (Pair(sent=WITHDRAWN), ConnectionStatus.NONE),
        (Pair(received=Request()), ConnectionStatus.REQUEST_RECEIVED),
        (Pair(received=IGNORED), ConnectionStatus.REQUEST_RECEIVED),
        (Pair(received=declined()), ConnectionStatus.NONE),
        (Pair(received=undelivered()), ConnectionStatus.NONE),
        (Pair(received=WITHDRAWN), ConnectionStatus.NONE),
        (Pair(), ConnectionStatus.NONE),
    ],
)
def test_the_status_is_what_the_viewer_may_know(pair: Pair, expected: ConnectionStatus) -> None:
    assert status(pair, LATER) is expected


def test_an_open_request_is_no_status_when_it_is_over() -> None:
    for pair in (Pair(sent=Request()), Pair(sent=declined()), Pair(received=Request())):
        assert status(pair, EXPIRES) is ConnectionStatus.NONE


# What can be done instead


@pytest.mark.parametrize(
    ("pair", "verdict"),
    [
        (Pair(is_connected=True), OPEN),
        (Pair(), closed(ActionBlockReason.NOT_CONNECTED)),
        (Pair(received=Request()), closed(ActionBlockReason.NOT_CONNECTED)),
        (Pair(is_self=True), closed(ActionBlockReason.SELF)),
        (Pair(is_blocking=True), closed(ActionBlockReason.BLOCKING)),
    ],
)
def test_only_the_connected_write_to_each_other(pair: Pair, verdict: Verdict) -> None:
    assert can_message(pair, POLICY) == verdict


def test_a_deployment_can_let_strangers_write() -> None:
    assert can_message(Pair(), NetworkPolicy(messaging_requires_connection=False)) == OPEN


NO = closed(ActionBlockReason.RECIPIENT_DOES_NOT_ACCEPT)


@pytest.mark.parametrize(
    ("pair", "connect", "follow", "action"),
    [
        (Pair(is_self=True), NO, NO, ProfileAction.NONE),
        (Pair(is_blocking=True), NO, NO, ProfileAction.NONE),
        (Pair(is_connected=True), NO, OPEN, ProfileAction.MESSAGE),
        (Pair(received=Request()), OPEN, OPEN, ProfileAction.ACCEPT_REQUEST),
        (Pair(sent=declined()), NO, OPEN, ProfileAction.WITHDRAW_REQUEST),
        (Pair(), OPEN, OPEN, ProfileAction.CONNECT),
        (Pair(follow_first=True), OPEN, OPEN, ProfileAction.FOLLOW),
        (Pair(follow_first=True), OPEN, NO, ProfileAction.CONNECT),
        (Pair(), NO, OPEN, ProfileAction.FOLLOW),
        (Pair(), NO, NO, ProfileAction.NONE),
        (Pair(is_following=True), NO, OPEN, ProfileAction.NONE),
        (Pair(is_following=True, follow_first=True), OPEN, OPEN, ProfileAction.CONNECT),
    ],
)
def test_the_first_button_fits_where_the_two_stand(
    pair: Pair, connect: Verdict, follow: Verdict, action: ProfileAction
) -> None:
    assert primary_action(pair, connect, follow, LATER) is action


def reach(
    pair: Pair,
    connect: Verdict = NO,
    follow: Verdict = NO,
    broker_id: int | None = None,
    *,
    shows_email: bool = False,
) -> list[ProfileAction]:
    options = reach_options(
        pair, connect, follow, broker_id, shows_email=shows_email, now=LATER, policy=POLICY
    )
    assert {option.through_id for option in options} <= {None, broker_id}
    return [option.action for option in options]


def test_the_ways_to_get_in_touch_are_those_that_are_open() -> None:
    assert reach(Pair()) == []
    assert reach(Pair(is_connected=True), shows_email=True) == [ProfileAction.MESSAGE, ProfileAction.EMAIL]
    assert reach(Pair(), OPEN, OPEN) == [ProfileAction.CONNECT, ProfileAction.FOLLOW]
    introduced = [ProfileAction.CONNECT, ProfileAction.REQUEST_INTRODUCTION, ProfileAction.FOLLOW]
    assert reach(Pair(), OPEN, OPEN, broker_id=7) == introduced
    assert reach(Pair(is_following=True), OPEN, OPEN) == [ProfileAction.CONNECT]
    assert reach(Pair(received=Request()), OPEN) == [ProfileAction.ACCEPT_REQUEST]
    assert reach(Pair(received=declined()), OPEN) == [ProfileAction.CONNECT]
