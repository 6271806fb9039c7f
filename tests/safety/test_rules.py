"""Who may be blocked and muted, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules.allowances import Quota
from rules.policy import NetworkPolicy
from rules.refusals import (
    NotFoundError,
    NotPermittedError,
    QuotaExceededError,
    RequestCooldownError,
    UserError,
)
from rules.safety import Target, check_block, check_mute, check_target
from rules.terms import ActionBlockReason, QuotaKind

NOW = datetime(2030, 1, 1, tzinfo=UTC)
POLICY = NetworkPolicy(max_blocks=2, reblock_wait=timedelta(hours=48))
SEEN = Target(given_id="M_1")
HIDDEN = replace(SEEN, is_visible=False)
BLOCKED = replace(HIDDEN, is_blocked=True)
SELF = replace(SEEN, is_self=True)


def block(target: Target, used: int = 0, now: datetime = NOW) -> list[UserError]:
    quota = Quota(1, QuotaKind.BLOCKS, POLICY.max_blocks, used)
    return list(check_block(target, quota, now, POLICY))


@pytest.mark.parametrize("target", [SEEN, BLOCKED])
def test_who_is_seen_or_blocked_is_known(target: Target) -> None:
    assert not list(check_target(target))


def test_who_is_hidden_is_missing() -> None:
    [error] = check_target(HIDDEN)
    assert isinstance(error, NotFoundError)
    assert error.missing_id == "M_1"


def test_nobody_blocks_or_mutes_themselves() -> None:
    for [error] in (block(SELF), list(check_mute(SELF, None, NOW))):
        assert isinstance(error, NotPermittedError)
        assert error.reason is ActionBlockReason.SELF


def test_a_block_needs_a_free_place() -> None:
    assert not block(SEEN, used=1)
    [error] = block(SEEN, used=2)
    assert isinstance(error, QuotaExceededError)
    assert (error.quota.kind, error.quota.window) == (QuotaKind.BLOCKS, None)


def test_a_block_that_stands_needs_no_place_and_no_time() -> None:
    assert not block(replace(BLOCKED, lifted_at=NOW), used=2)


def test_a_new_block_waits_two_days_after_the_last_one_was_lifted() -> None:
    lifted = replace(SEEN, lifted_at=NOW)
    end = NOW + timedelta(hours=48)
    [error] = block(lifted, now=end - timedelta(seconds=1))
    assert isinstance(error, RequestCooldownError)
    assert (error.basis, error.available_at) == (None, end)
    assert not block(lifted, now=end)


def test_the_wait_for_a_new_block_is_not_told_of_who_is_hidden() -> None:
    [error] = block(replace(HIDDEN, lifted_at=NOW), used=2)
    assert isinstance(error, NotFoundError)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=-1)])
def test_a_mute_ends_in_the_future(late: timedelta) -> None:
    [error] = check_mute(SEEN, NOW + late, NOW)
    assert error.field == ["until"]
    assert not list(check_mute(SEEN, NOW + timedelta(seconds=1), NOW))


def test_who_is_blocked_needs_no_mute() -> None:
    [error] = check_mute(BLOCKED, None, NOW)
    assert isinstance(error, NotPermittedError)
    assert error.reason is ActionBlockReason.BLOCKING
