"""Allowances, and how many refusals restrict a sender."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.allowances import Quota, restricted_until
from rules.policy import NetworkPolicy
from rules.terms import DeclineKind, QuotaKind
from tests.rules.pairs import POLICY, day

UNKNOWN = DeclineKind.DONT_KNOW
NOW = day(0)
Answers = list[DeclineKind | None]


def quota(used: int, limit: int | None = 100) -> Quota:
    return Quota(member_id=1, kind=QuotaKind.WEEKLY_REQUESTS, limit=limit, used=used)


@pytest.mark.parametrize(("used", "remaining"), [(0, 100), (99, 1), (100, 0), (101, 0)])
def test_what_is_left_is_the_limit_less_what_is_used(used: int, remaining: int) -> None:
    assert quota(used).remaining == remaining
    assert quota(used).is_used_up == (remaining == 0)


def test_without_a_limit_it_is_never_used_up() -> None:
    assert (quota(10**6, limit=None).remaining, quota(10**6, limit=None).is_used_up) == (None, False)


def test_a_limit_of_nothing_is_used_up_from_the_start() -> None:
    assert quota(0, limit=0).is_used_up


def test_more_than_the_share_of_strangers_restricts_for_seven_days() -> None:
    answers: Answers = [UNKNOWN] * 7 + [None] * 13
    assert restricted_until(answers, NOW, POLICY) == day(7)


def test_the_share_itself_does_not_restrict_yet() -> None:
    assert restricted_until([UNKNOWN] * 6 + [None] * 14, NOW, POLICY) is None


def test_fewer_than_twenty_answers_never_restrict() -> None:
    assert restricted_until([UNKNOWN] * 19, NOW, POLICY) is None
    assert restricted_until([UNKNOWN] * 20, NOW, POLICY) == day(7)


def test_only_the_last_hundred_answers_count() -> None:
    assert restricted_until([None] * 100 + [UNKNOWN] * 100, NOW, POLICY) is None
    recent: Answers = [UNKNOWN] * 31 + [None] * 69
    assert restricted_until(recent + [None] * 100, NOW, POLICY) == day(7)


@pytest.mark.parametrize("kind", [DeclineKind.NOT_NOW, DeclineKind.DECLINE])
def test_a_plain_decline_restricts_nobody(kind: DeclineKind) -> None:
    assert restricted_until([kind] * 100, NOW, POLICY) is None


def test_a_deployment_chooses_share_and_length() -> None:
    policy = replace(NetworkPolicy(), restricted_share=0.5, restriction=timedelta(days=1))
    assert restricted_until([UNKNOWN] * 10 + [None] * 10, NOW, policy) is None
    assert restricted_until([UNKNOWN] * 11 + [None] * 9, NOW, policy) == day(1)
