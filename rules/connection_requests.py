"""The life of a request to connect: what each side sees, what it may do and what that changes.

A request holds two views. `state` and `closed_at` are what its recipient knows, `sender_state` and
`sender_closed_at` what its sender may know. A hidden decline closes only the recipient's view, and whatever
the sender asks is answered from their own, so that it can't tell a decline from silence. Neither view waits
for anybody to close it in time: PENDING past `expires_at` is EXPIRED.

The rows of the transition table are functions from a request to a `Move`. They raise Refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Protocol, TypeVar

from rules.events import NotificationKind
from rules.policy import NetworkPolicy
from rules.refusals import InvalidStateError, NotPermittedError, Refused, RequestCooldownError, UserError
from rules.terms import ActionBlockReason, DeclineKind
from rules.terms import ConnectionRequestEvent as Event
from rules.terms import ConnectionRequestState as State
from rules.verdicts import OPEN, Verdict, closed


class Side(Enum):
    """One of the two whom a request concerns."""

    SENDER = auto()
    RECIPIENT = auto()


class Request(Protocol):
    """What the rules read of a request.

    `undelivered` was sent against a hidden decline and is never seen by its recipient; `lifted` is a decline
    that no longer bars its sender.
    """

    sender_id: int
    recipient_id: int
    number: int
    state: State
    sender_state: State
    ignored: bool
    decline_kind: DeclineKind | None
    undelivered: bool
    lifted: bool
    reported: bool
    sent_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    sender_closed_at: datetime | None
    reminders_sent: int
    reminded_at: datetime | None


@dataclass(frozen=True, slots=True)
class View:
    """The columns in which a request holds what one side knows, and the states in which it is gone for it."""

    state: str
    closed_at: str
    gone: frozenset[State]


VIEWS: Mapping[Side, View] = {
    Side.SENDER: View("sender_state", "sender_closed_at", frozenset({State.CANCELLED})),
    Side.RECIPIENT: View("state", "closed_at", frozenset({State.CANCELLED, State.WITHDRAWN})),
}
_STATES: Mapping[str, State] = {state.value: state for state in State}
RequestT = TypeVar("RequestT", bound=Request)


class Telling(Enum):
    """What becomes of the recipient's notifications about the request."""

    KEPT = auto()
    READ = auto()
    RETRACTED = auto()


@dataclass(frozen=True, kw_only=True)
class Move:
    """What an event changes in a request's row, and who hears of it; nothing at all where it is repeated.

    `told` are the sides in whose logs the change is written, `notification` is what the other side than the
    mover's is notified of.
    """

    event: Event
    changes: Mapping[str, object] = field(default_factory=dict)
    told: frozenset[Side] = frozenset()
    notification: NotificationKind | None = None
    recipients_notifications: Telling = Telling.KEPT


BOTH = frozenset(Side)
SENDER = frozenset({Side.SENDER})
RECIPIENT = frozenset({Side.RECIPIENT})


def state_of(request: Request, side: Side, now: datetime) -> State | None:
    """The state as this side may know it; None where the request is gone for it."""
    if side is Side.RECIPIENT and request.undelivered:
        return None
    stored = request.sender_state if side is Side.SENDER else request.state
    if stored == State.PENDING:
        return State.EXPIRED if now >= request.expires_at else State.PENDING
    state = _STATES[stored]
    return None if state in VIEWS[side].gone else state


def exists_for(request: Request, side: Side) -> bool:
    """Whether this side ever knew of the request, and it was not cancelled."""
    knew = side is Side.SENDER or not request.undelivered
    return knew and bool(getattr(request, VIEWS[side].state) != State.CANCELLED)


def closed_at(request: Request, side: Side, now: datetime) -> datetime | None:
    """When it left PENDING, as this side may know it."""
    if state_of(request, side, now) is State.EXPIRED:
        return request.expires_at
    return request.sender_closed_at if side is Side.SENDER else request.closed_at


def is_open(request: Request | None, side: Side, now: datetime) -> bool:
    """Whether there is a request and this side sees it waiting for an answer."""
    return request is not None and state_of(request, side, now) == State.PENDING


def available_events(request: Request, side: Side, now: datetime, policy: NetworkPolicy) -> list[Event]:
    """What this side may do with the request now."""
    state = state_of(request, side, now)
    if side is Side.SENDER:
        remind = [Event.REMIND] if can_remind(request, now, policy).allowed else []
        return [*remind, Event.WITHDRAW] if state == State.PENDING else []
    if state == State.PENDING:
        aside = Event.RESTORE if request.ignored else Event.IGNORE
        return [Event.ACCEPT, aside, Event.REPLY, Event.DECLINE, Event.REPORT]
    if state == State.DECLINED:
        again = [Event.DECLINE, Event.REPORT] if now < request.expires_at else []
        return again if request.lifted else [*again, Event.LIFT_DECLINE]
    return []


def can_remind(request: Request, now: datetime, policy: NetworkPolicy) -> Verdict:
    """Whether its sender may remind of it now, or from when."""
    if not is_open(request, Side.SENDER, now):
        return closed(ActionBlockReason.CLOSED)
    if request.reminders_sent >= policy.max_reminders:
        return closed(ActionBlockReason.LIMIT_REACHED)
    available_at = (request.reminded_at or request.sent_at) + policy.reminder_interval
    return OPEN if now >= available_at else closed(ActionBlockReason.COOLDOWN, available_at)


def remind(
    request: Request, now: datetime, policy: NetworkPolicy, *, message: str | None = None, muted: bool = False
) -> Move:
    """Row 3. On an ignored or declined request it succeeds and reaches nobody."""
    _need_open(request, Side.SENDER, now, policy)
    verdict = can_remind(request, now, policy)
    if not verdict.allowed:
        raise Refused(_too_early(verdict))
    reaches = request.state == State.PENDING and not request.ignored
    counted = {"reminders_sent": request.reminders_sent + 1, "reminded_at": now}
    return Move(
        event=Event.REMIND,
        changes=counted | ({"reminder": message} if reaches else {}),
        told=BOTH if reaches else SENDER,
        notification=NotificationKind.CONNECTION_REQUEST_REMINDER if reaches and not muted else None,
    )


def withdraw(request: Request, now: datetime, policy: NetworkPolicy) -> Move:
    """Row 4. A hidden decline stays in force."""
    if state_of(request, Side.SENDER, now) == State.WITHDRAWN:
        return Move(event=Event.WITHDRAW)
    _need_open(request, Side.SENDER, now, policy)
    changes: dict[str, object] = {"sender_state": State.WITHDRAWN, "sender_closed_at": now}
    if request.state == State.PENDING:
        changes |= {"state": State.WITHDRAWN, "closed_at": now}
    return Move(
        event=Event.WITHDRAW, changes=changes, told=SENDER, recipients_notifications=Telling.RETRACTED
    )


def accept(request: Request, now: datetime, policy: NetworkPolicy) -> Move:
    """Row 5."""
    if state_of(request, Side.RECIPIENT, now) == State.ACCEPTED:
        return Move(event=Event.ACCEPT)
    _need_open(request, Side.RECIPIENT, now, policy)
    return agree(now)


def agree(now: datetime, *, notify: bool = True) -> Move:
    """Rows 2 and 5: the recipient of a request that its sender sees open agrees, even if declined before."""
    accepted: dict[str, object] = {"state": State.ACCEPTED, "sender_state": State.ACCEPTED}
    plain = {"ignored": False, "decline_kind": None, "undelivered": False, "lifted": False}
    return Move(
        event=Event.ACCEPT,
        changes=accepted | {"closed_at": now, "sender_closed_at": now} | plain,
        told=BOTH,
        notification=NotificationKind.CONNECTION_REQUEST_ACCEPTED if notify else None,
        recipients_notifications=Telling.READ,
    )


def ignore(request: Request, now: datetime, policy: NetworkPolicy) -> Move:
    """Row 7."""
    return _set_aside(request, now, policy, Event.IGNORE, ignored=True)


def restore(request: Request, now: datetime, policy: NetworkPolicy) -> Move:
    """Row 8."""
    return _set_aside(request, now, policy, Event.RESTORE, ignored=False)


def reply(request: Request, now: datetime, policy: NetworkPolicy) -> Move:
    """Row 9."""
    _need_open(request, Side.RECIPIENT, now, policy)
    return Move(
        event=Event.REPLY,
        told=BOTH,
        notification=NotificationKind.CONNECTION_REQUEST_REPLIED,
        recipients_notifications=Telling.READ,
    )


def decline(kind: DeclineKind, request: Request, now: datetime, policy: NetworkPolicy) -> Move:
    """Row 10. Until the request would have expired the kind can be changed."""
    return _decline(Event.DECLINE, {"decline_kind": kind, "lifted": False}, request, now, policy)


def report(request: Request, now: datetime, policy: NetworkPolicy) -> Move:
    """Row 11: a decline as DONT_KNOW that moderation hears of."""
    changes = {"decline_kind": DeclineKind.DONT_KNOW, "lifted": False, "reported": True}
    return _decline(Event.REPORT, changes, request, now, policy)


def decline_since(request: Request, declined: Sequence[RequestT], move: Move) -> list[tuple[RequestT, Move]]:
    """Rows 10 and 11 for what the sender asked again since, undelivered: it bars in the same way."""
    bar = {name: move.changes[name] for name in ("decline_kind", "lifted") if name in move.changes}
    since = [other for other in declined if other.undelivered and other.number > request.number]
    return [(other, Move(event=move.event, changes=bar)) for other in since if bar]


def _decline(
    event: Event, kind: Mapping[str, object], request: Request, now: datetime, policy: NetworkPolicy
) -> Move:
    changes = dict(kind)
    if state_of(request, Side.RECIPIENT, now) == State.DECLINED and now < request.expires_at:
        if all(getattr(request, name) == value for name, value in changes.items()):
            return Move(event=event)
    else:
        _need_open(request, Side.RECIPIENT, now, policy)
        changes |= {"state": State.DECLINED, "closed_at": now, "ignored": False}
        if not policy.decline_hidden_from_sender:
            changes |= {"sender_state": State.DECLINED, "sender_closed_at": now}
    return Move(event=event, changes=changes, told=RECIPIENT, recipients_notifications=Telling.READ)


def lift(
    request: RequestT, declined: Sequence[RequestT], now: datetime, policy: NetworkPolicy
) -> list[tuple[RequestT, Move]]:
    """Row 12, for all that its recipient declined of this sender, what was never delivered included."""
    if state_of(request, Side.RECIPIENT, now) != State.DECLINED:
        _need_open(request, Side.RECIPIENT, now, policy)
        return []
    return [] if request.lifted else lift_all(declined, now)


def lift_all(declined: Sequence[RequestT], now: datetime) -> list[tuple[RequestT, Move]]:
    """What the sender sees open is open again; the rest bars them no longer."""
    return [(request, _lifted(request, now)) for request in declined if not request.lifted]


def expire(request: Request, now: datetime) -> Move:
    """Row 13: writes down what every reader computes already."""
    changes: dict[str, object] = {}
    told = set()
    if now >= request.expires_at and request.state == State.PENDING:
        changes |= {"state": State.EXPIRED, "closed_at": request.expires_at}
        told.add(Side.RECIPIENT)
    if now >= request.expires_at and request.sender_state == State.PENDING:
        changes |= {"sender_state": State.EXPIRED, "sender_closed_at": request.expires_at}
        told.add(Side.SENDER)
    read = Telling.READ if changes else Telling.KEPT
    return Move(event=Event.EXPIRE, changes=changes, told=frozenset(told), recipients_notifications=read)


def _set_aside(
    request: Request, now: datetime, policy: NetworkPolicy, event: Event, *, ignored: bool
) -> Move:
    _need_open(request, Side.RECIPIENT, now, policy)
    if request.ignored == ignored:
        return Move(event=event)
    return Move(
        event=event,
        changes={"ignored": ignored},
        told=RECIPIENT,
        recipients_notifications=Telling.READ if ignored else Telling.KEPT,
    )


def _lifted(request: Request, now: datetime) -> Move:
    if not is_open(request, Side.SENDER, now):
        told = frozenset[Side]() if request.undelivered else RECIPIENT
        return Move(event=Event.LIFT_DECLINE, changes={"lifted": True}, told=told)
    open_again = {"state": State.PENDING, "closed_at": None, "decline_kind": None, "undelivered": False}
    return Move(event=Event.LIFT_DECLINE, changes=open_again, told=RECIPIENT)


def not_open(request: Request, side: Side, now: datetime, policy: NetworkPolicy) -> Refused:
    """The refusal of what only an open request allows, with the state that the side knows."""
    known = state_of(request, side, now) or State(getattr(request, VIEWS[side].state))
    events = available_events(request, side, now, policy)
    text = f"The request is {known.lower()}."
    return Refused(InvalidStateError(message=text, current_state=known, available_events=events))


def _need_open(request: Request, side: Side, now: datetime, policy: NetworkPolicy) -> None:
    if not is_open(request, side, now):
        raise not_open(request, side, now, policy)


def _too_early(verdict: Verdict) -> UserError:
    if verdict.reason is ActionBlockReason.LIMIT_REACHED:
        text = "No more reminders can be sent."
        return NotPermittedError(message=text, reason=ActionBlockReason.LIMIT_REACHED)
    text = "It is too early for a reminder."
    return RequestCooldownError(message=text, basis=None, available_at=verdict.available_at)
