"""An introduction, as one of the three may know it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rules.introductions import Introduction, state_of
from rules.terms import IntroductionRole as Role
from rules.terms import IntroductionState as State


class FullIntroduction(Introduction, Protocol):
    """An introduction with what was written; `endorsement` is the broker's."""

    purpose: str
    message_to_broker: str
    message_to_target: str
    endorsement: str | None
    requested_at: datetime


@dataclass(slots=True, eq=False)
class SeenIntroduction:
    """What is shown and counted of an introduction is this and nothing else."""

    requester_id: int
    broker_id: int
    target_id: int
    number: int
    viewer_role: Role
    state: State
    purpose: str
    message_to_broker: str | None
    message_to_target: str
    endorsement_by_broker: str | None
    requested_at: datetime
    expires_at: datetime


def seen(introduction: FullIntroduction, role: Role, now: datetime) -> SeenIntroduction | None:
    """The introduction as this role may know it; None for a target who was not told of it."""
    state = state_of(introduction, role, now)
    if state is None:
        return None
    return SeenIntroduction(
        requester_id=introduction.requester_id,
        broker_id=introduction.broker_id,
        target_id=introduction.target_id,
        number=introduction.number,
        viewer_role=role,
        state=state,
        purpose=introduction.purpose,
        message_to_broker=None if role is Role.TARGET else introduction.message_to_broker,
        message_to_target=introduction.message_to_target,
        endorsement_by_broker=introduction.endorsement,
        requested_at=introduction.requested_at,
        expires_at=introduction.expires_at,
    )
