"""How long a member must wait before asking another again, and whether they are barred: the cooldown table.

Both are decided by the last request from the one to the other, and by the last end of a connection.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from rules.connection_requests import Request, Side, closed_at, state_of
from rules.policy import NetworkPolicy, RerequestBy
from rules.terms import ConnectionRequestState as State
from rules.terms import CooldownBasis, DeclineKind


@dataclass(frozen=True, slots=True)
class Removal:
    """The last end of a connection between two members who are not connected."""

    removed_at: datetime
    by_viewer: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """Until when to wait, and why."""

    until: datetime
    basis: CooldownBasis


class Bar(Enum):
    """Whether a decline stands in the way: not at all, without the sender's knowing, or openly."""

    NONE = auto()
    HIDDEN = auto()
    OPEN = auto()


def wait(sent: Request | None, removal: Removal | None, now: datetime, policy: NetworkPolicy) -> Wait | None:
    """What the sender has to wait for after the last end, as they may know it; None for nothing."""
    ends = _after_request(sent, now, policy) | _after_removal(removal, policy)
    last = ends[max(ends)] if ends else None
    return last if last and now < last.until else None


def bar(sent: Request | None, now: datetime, policy: NetworkPolicy) -> Bar:
    """Whether the sender's last request was declined in a way that still holds.

    The decline stays hidden until the request's lifetime and the wait after it are over: its hidden end.
    """
    if sent is None or sent.decline_kind is None or sent.lifted:
        return Bar.NONE
    if sent.sender_state != State.DECLINED and now < hidden_end(sent, policy):
        return Bar.HIDDEN
    if sent.decline_kind == DeclineKind.NOT_NOW or _is_over(sent, policy.declined_cooldown, now):
        return Bar.NONE
    return Bar.OPEN


def hidden_end(request: Request, policy: NetworkPolicy) -> datetime:
    """Until when nothing that the sender sees, does or times may tell a decline from silence."""
    return request.expires_at + policy.expired_cooldown


def is_barred_by_removal(removal: Removal | None, policy: NetworkPolicy) -> bool:
    """Whether only the other side, who removed the connection, may ask again."""
    return (
        removal is not None
        and not removal.by_viewer
        and policy.removed_rerequest_by is RerequestBy.REMOVER_ONLY
    )


def _after_request(sent: Request | None, now: datetime, policy: NetworkPolicy) -> dict[datetime, Wait]:
    """The wait after the end of a request, by that end."""
    if sent is None:
        return {}
    ended = closed_at(sent, Side.SENDER, now)
    lengths: dict[State | None, tuple[timedelta, CooldownBasis]] = {
        State.WITHDRAWN: (policy.withdrawn_cooldown, CooldownBasis.WITHDRAWN),
        State.EXPIRED: (policy.expired_cooldown, CooldownBasis.EXPIRED),
    }
    if sent.decline_kind == DeclineKind.NOT_NOW and not sent.lifted:
        lengths[State.DECLINED] = (policy.not_now_cooldown, CooldownBasis.NOT_NOW)
    length = lengths.get(state_of(sent, Side.SENDER, now))
    return {ended: Wait(ended + length[0], length[1])} if length and ended else {}


def _after_removal(removal: Removal | None, policy: NetworkPolicy) -> dict[datetime, Wait]:
    if removal is None:
        return {}
    wait_after = Wait(removal.removed_at + policy.removed_cooldown, CooldownBasis.REMOVED)
    return {removal.removed_at: wait_after}


def _is_over(declined: Request, length: timedelta | None, now: datetime) -> bool:
    return length is not None and declined.closed_at is not None and now >= declined.closed_at + length
