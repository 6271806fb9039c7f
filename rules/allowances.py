"""Allowances: how much of something a member may do, what is used of it and when it is free again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rules.policy import NetworkPolicy
from rules.terms import DeclineKind, QuotaKind

WEEK: Final = timedelta(days=7)
JUDGED_ANSWERS: Final = 100
"""How many of the last answers to a member's requests decide on a restriction."""
FEWEST_ANSWERS: Final = 20


@dataclass(frozen=True, slots=True)
class Quota:
    """An allowance. `window` None counts what is open at the moment, `limit` None is unlimited."""

    member_id: int
    kind: QuotaKind
    limit: int | None
    used: int
    window: timedelta | None = None
    next_release_at: datetime | None = None
    restricted_until: datetime | None = None

    @property
    def remaining(self) -> int | None:
        """What is left; None is unlimited."""
        return None if self.limit is None else max(self.limit - self.used, 0)

    @property
    def is_used_up(self) -> bool:
        """Whether nothing is left."""
        return self.remaining == 0


def restricted_until(
    answers: Sequence[DeclineKind | None], now: datetime, policy: NetworkPolicy
) -> datetime | None:
    """Until when a sender may send nothing, given the last answers to their requests (None: accepted).

    Too large a share of DONT_KNOW, which is also what a report is, among at least 20 of the last 100.
    """
    judged = answers[:JUDGED_ANSWERS]
    unknown = sum(answer is DeclineKind.DONT_KNOW for answer in judged)
    if len(judged) < FEWEST_ANSWERS or unknown <= policy.restricted_share * len(judged):
        return None
    return now + policy.restriction
