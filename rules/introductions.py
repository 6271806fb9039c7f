"""The life of an introduction: what each of the three sees, what they may do and what that changes.

An introduction holds two views. `state` is what its broker and, once it was passed on, its target know,
`requester_state` what its requester may know. A decline closes the first alone: the requester goes on seeing
an open introduction until `expires_at` and then one that ran out, and whatever they ask is answered from
their own view, so that they can't tell a decline from silence. Open past `expires_at` is EXPIRED, whether
anybody closed it in time or not.

Moves are functions from an introduction to a `Move`, or raise Refused. A repeated one changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from rules import ids
from rules.allowances import Quota
from rules.events import NotificationKind
from rules.members import TextRule
from rules.refusals import InvalidStateError, NotPermittedError, QuotaExceededError, Refused, UserError
from rules.relationships import Pair, standing_refusal, verdict_of
from rules.terms import ActionBlockReason
from rules.terms import IntroductionRole as Role
from rules.terms import IntroductionState as State
from rules.verdicts import OPEN, Verdict

TEXTS: Final = {
    "message_to_broker": TextRule(2_000, required=True),
    "message_to_target": TextRule(2_000, required=True),
    "endorsement": TextRule(2_000),
}
AWAITING: Final = frozenset({State.REQUESTED, State.FORWARDED})
"""The states in which an introduction is open."""

_AWAITED: Final[Mapping[Role, tuple[State, State]]] = {
    Role.BROKER: (State.REQUESTED, State.DECLINED_BY_BROKER),
    Role.TARGET: (State.FORWARDED, State.DECLINED_BY_TARGET),
}
"""When it is whose turn, and the state in which their decline ends it."""


class Key(Protocol):
    """The three of an introduction, and its number."""

    requester_id: int
    broker_id: int
    target_id: int
    number: int
    state: State


class Introduction(Key, Protocol):
    """What the rules read of an introduction."""

    requester_state: State
    expires_at: datetime
    forwarded_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Move:
    """What a move changes in the row, of what it notifies whom, and what becomes of earlier notifications."""

    changes: Mapping[str, object] = field(default_factory=dict)
    notification: NotificationKind | None = None
    notified: Sequence[Role] = ()
    read: Sequence[Role] = ()
    retracted: Sequence[Role] = ()


ASKED: Final = Move(notification=NotificationKind.INTRODUCTION_REQUESTED, notified=(Role.BROKER,))
"""What asking for an introduction tells."""


@dataclass(frozen=True, slots=True)
class Path:
    """What leads from the viewer to a member.

    `is_visible` is whether there is a shared connection who may be told of, `broker_id` the first of these
    whom the viewer has not asked yet.
    """

    is_visible: bool
    broker_id: int | None


def check_request(pair: Pair, path: Path, quota: Quota) -> None:
    """Refuse where the viewer may not ask to be introduced to the member along this path."""
    if refusal := standing_refusal(pair) or _path_refusal(path) or _quota_refusal(quota):
        raise Refused(refusal)


def can_request(pair: Pair, path: Path, quota: Quota) -> Verdict:
    """Whether the viewer may ask somebody to be introduced to the member."""
    try:
        check_request(pair, path, quota)
    except Refused as refused:
        return verdict_of(refused.errors[0])
    return OPEN


def member_of(introduction: Key, role: Role) -> int:
    """Who has this role."""
    return {
        Role.REQUESTER: introduction.requester_id,
        Role.BROKER: introduction.broker_id,
        Role.TARGET: introduction.target_id,
    }[role]


def state_of(introduction: Introduction, role: Role, now: datetime) -> State | None:
    """The state as this role may know it; None for the target of what was not passed on."""
    if role is Role.TARGET and introduction.forwarded_at is None:
        return None
    state = State(introduction.requester_state if role is Role.REQUESTER else introduction.state)
    return State.EXPIRED if state in AWAITING and now >= introduction.expires_at else state


def forward(introduction: Introduction, now: datetime, endorsement: str | None) -> Move:
    """The broker passes it on."""
    if state_of(introduction, Role.BROKER, now) is State.FORWARDED:
        return Move()
    _need(introduction, Role.BROKER, now, State.REQUESTED)
    passed_on = {"state": State.FORWARDED, "requester_state": State.FORWARDED, "forwarded_at": now}
    return Move(
        changes=passed_on | {"endorsement": endorsement},
        notification=NotificationKind.INTRODUCTION_FORWARDED,
        notified=(Role.TARGET, Role.REQUESTER),
        read=(Role.BROKER,),
    )


def decline(introduction: Introduction, role: Role, now: datetime) -> Move:
    """The broker or the target turns it down, which nobody is told."""
    awaited, declined = _AWAITED[role]
    if state_of(introduction, role, now) is declined:
        return Move()
    _need(introduction, role, now, awaited)
    return Move(changes={"state": declined}, read=(role,))


def accept(introduction: Introduction, now: datetime) -> Move:
    """The target accepts."""
    if state_of(introduction, Role.TARGET, now) is State.ACCEPTED:
        return Move()
    _need(introduction, Role.TARGET, now, State.FORWARDED)
    return agree()


def agree() -> Move:
    """The target accepts the introduction, or the request that names it, even if declined before."""
    return Move(
        changes={"state": State.ACCEPTED, "requester_state": State.ACCEPTED},
        notification=NotificationKind.INTRODUCTION_ANSWERED,
        notified=(Role.REQUESTER, Role.BROKER),
        read=(Role.TARGET,),
    )


def cancel(introduction: Introduction, now: datetime) -> Move:
    """The requester takes it back. A decline that they don't know of stays."""
    if state_of(introduction, Role.REQUESTER, now) is State.CANCELLED:
        return Move()
    _need(introduction, Role.REQUESTER, now, *AWAITING)
    is_open = introduction.state in AWAITING
    changes = {"requester_state": State.CANCELLED} | ({"state": State.CANCELLED} if is_open else {})
    return Move(changes=changes, retracted=tuple(Role) if is_open else (Role.REQUESTER,))


def expire(introduction: Introduction, now: datetime) -> Move:
    """Writes down what every reader computes already."""
    if now < introduction.expires_at or introduction.requester_state not in AWAITING:
        return Move()
    is_open = introduction.state in AWAITING
    changes = {"requester_state": State.EXPIRED} | ({"state": State.EXPIRED} if is_open else {})
    return Move(changes=changes, read=(Role.BROKER, Role.TARGET))


def check_named(introduction: Introduction, now: datetime) -> None:
    """Refuse where the requester's own request may not name it: only what they see passed on."""
    _need(introduction, Role.REQUESTER, now, State.FORWARDED)


def is_passed_on(introduction: Introduction, now: datetime) -> bool:
    """Whether the requester sees it waiting for the target."""
    return state_of(introduction, Role.REQUESTER, now) is State.FORWARDED


def public_id(introduction: Key) -> str:
    """The public id, which names the three: they are locked before the row is read."""
    three = introduction.requester_id, introduction.broker_id, introduction.target_id
    return ids.encode("I", *three, introduction.number)


def notices_of(introduction: Key, roles: Iterable[Role]) -> dict[str, list[object]]:
    """Members and subjects, pair by pair, of the notifications that these roles have of it."""
    members: list[object] = [member_of(introduction, role) for role in roles]
    return {"member_ids": members, "subjects": [public_id(introduction)] * len(members)}


def notices_of_cancelled(introductions: Iterable[Key]) -> dict[str, list[object]]:
    """The same of those for whom the introductions were open or ran out just now, and not declined before."""
    found: dict[str, list[object]] = {"member_ids": [], "subjects": []}
    for each in introductions:
        is_over = each.state in (State.CANCELLED, State.EXPIRED)
        roles = tuple(Role) if is_over else (Role.REQUESTER,)
        for name, values in notices_of(each, roles).items():
            found[name] += values
    return found


def not_open(introduction: Introduction, role: Role, now: datetime) -> Refused:
    """The refusal of what another state than this allows, with the state that the role knows."""
    state = state_of(introduction, role, now)
    assert state is not None, "who does not know of it is refused earlier"
    text = f"The introduction is {state.lower().replace('_', ' ')}."
    return Refused(InvalidStateError(message=text, current_state=state, field=["introduction_id"]))


def _need(introduction: Introduction, role: Role, now: datetime, *states: State) -> None:
    if state_of(introduction, role, now) not in states:
        raise not_open(introduction, role, now)


def _path_refusal(path: Path) -> UserError | None:
    if not path.is_visible:
        text, reason = "No shared connection leads there.", ActionBlockReason.NO_PATH
    elif path.broker_id is None:
        text, reason = "An introduction is open.", ActionBlockReason.ALREADY_PENDING
    else:
        return None
    return NotPermittedError(message=text, reason=reason, field=["broker_id"])


def _quota_refusal(quota: Quota) -> UserError | None:
    text = "No more introductions can be asked for, for a time."
    return QuotaExceededError(message=text, quota=quota) if quota.is_used_up else None
