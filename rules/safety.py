"""Blocks, mutes and reports: who may be blocked, muted and reported, and from when on again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from rules.allowances import Quota
from rules.members import TextRule
from rules.policy import NetworkPolicy
from rules.refusals import (
    NotFoundError,
    NotPermittedError,
    QuotaExceededError,
    RequestCooldownError,
    UserError,
    UserErrorCode,
    ValidationError,
)
from rules.terms import ActionBlockReason

FIELD = ["member_id"]
LONGEST_MUTE: Final = timedelta(days=36_500)
"""Or without an end. The last instants of the calendar are none in every time zone."""
REPORT_TEXTS: Mapping[str, TextRule] = {
    "report": TextRule(2_000),
    "comment": TextRule(2_000, required=True),
}


@dataclass(frozen=True, kw_only=True)
class Target:
    """Whom an id given by the viewer means.

    Whom the viewer blocks is known to them, though not visible; whether that member blocks them in turn
    changes nothing. `lifted_at` is when the viewer's last block of the member ended.
    """

    given_id: str
    is_self: bool = False
    is_visible: bool = True
    is_blocked: bool = False
    lifted_at: datetime | None = None


def check_target(target: Target) -> Iterator[UserError]:
    """The target must be somebody else, whom the viewer sees or blocks."""
    if target.is_self:
        yield _not_permitted(ActionBlockReason.SELF, "This can't be done with oneself.")
    elif not (target.is_visible or target.is_blocked):
        text = "There is no such member."
        yield NotFoundError(message=text, field=FIELD, missing_id=target.given_id)


def check_block(target: Target, quota: Quota, now: datetime, policy: NetworkPolicy) -> Iterator[UserError]:
    """A new block needs a free place, and time since the last one of the same member."""
    if errors := list(check_target(target)):
        yield from errors
    elif not target.is_blocked:
        yield from _check_wait(target, now, policy)
        if quota.is_used_up:
            yield QuotaExceededError(message="No more members can be blocked.", field=FIELD, quota=quota)


def check_mute(target: Target, until: datetime | None, now: datetime) -> Iterator[UserError]:
    """Only who is heard can be muted, and only for a time to come."""
    if errors := list(check_target(target)):
        yield from errors
    elif target.is_blocked:
        yield _not_permitted(ActionBlockReason.BLOCKING, "The member is blocked.")
    if until is not None and until <= now:
        yield _bad_end("A mute ends in the future.", "until>now")
    if until is not None and until > now + LONGEST_MUTE:
        yield _bad_end("A mute ends within a hundred years.", f"until<=now+P{LONGEST_MUTE.days}D")


def _bad_end(text: str, constraint: str) -> ValidationError:
    return ValidationError(message=text, code=UserErrorCode.INVALID, field=["until"], constraint=constraint)


def _check_wait(target: Target, now: datetime, policy: NetworkPolicy) -> Iterator[UserError]:
    if target.lifted_at is not None and now < target.lifted_at + policy.reblock_wait:
        text = "It is too early to block this member again."
        available_at = target.lifted_at + policy.reblock_wait
        yield RequestCooldownError(message=text, field=FIELD, basis=None, available_at=available_at)


def _not_permitted(reason: ActionBlockReason, text: str) -> NotPermittedError:
    return NotPermittedError(message=text, field=FIELD, reason=reason)
