"""Whether something may be done now, and what may be done instead."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rules.audiences import ProfileAction
from rules.terms import ActionBlockReason


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an action is open; if not why, and from when by itself.

    An open one has a reason where it needs something: NOTE_REQUIRED or EMAIL_REQUIRED.
    """

    allowed: bool
    reason: ActionBlockReason | None = None
    available_at: datetime | None = None


OPEN: Final = Verdict(allowed=True)


def closed(reason: ActionBlockReason, available_at: datetime | None = None) -> Verdict:
    """The verdict against an action."""
    return Verdict(allowed=False, reason=reason, available_at=available_at)


@dataclass(frozen=True, slots=True)
class ReachOption:
    """One way to get in touch: what to do, a hint in plain words, and of an introduction whom to ask."""

    action: ProfileAction
    hint: str
    through_id: int | None = None
