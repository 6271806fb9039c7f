"""Who may follow whom."""

import pytest

from rules.audiences import FollowAudience
from rules.follows import can_follow
from rules.terms import ActionBlockReason

ANYONE, CONNECTIONS = FollowAudience.ANYONE, FollowAudience.CONNECTIONS


@pytest.mark.parametrize(("audience", "is_connected"), [(ANYONE, False), (ANYONE, True), (CONNECTIONS, True)])
def test_whom_the_setting_lets_in_may_follow(audience: FollowAudience, is_connected: bool) -> None:
    verdict = can_follow(audience, is_connected=is_connected)
    assert (verdict.allowed, verdict.reason) == (True, None)


def test_outside_the_connections_a_member_may_not_follow_who_lets_only_them() -> None:
    verdict = can_follow(CONNECTIONS)
    assert (verdict.allowed, verdict.reason) == (False, ActionBlockReason.RECIPIENT_DOES_NOT_ACCEPT)


@pytest.mark.parametrize("audience", FollowAudience)
def test_nobody_follows_themselves(audience: FollowAudience) -> None:
    assert can_follow(audience, is_self=True).reason is ActionBlockReason.SELF


@pytest.mark.parametrize("audience", FollowAudience)
def test_nobody_follows_whom_they_block(audience: FollowAudience) -> None:
    verdict = can_follow(audience, is_blocking=True)
    assert (verdict.allowed, verdict.reason) == (False, ActionBlockReason.BLOCKING)
