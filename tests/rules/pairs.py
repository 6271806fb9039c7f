"""Requests and pairs of members as plain values, for rules that need no database."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rules.allowances import WEEK, Quota
from rules.connection_requests import Move, Side, accept, decline, expire, ignore, state_of, withdraw
from rules.policy import NetworkPolicy
from rules.refusals import InvalidStateError, Refused, UserError
from rules.relationships import Allowance
from rules.seen_requests import SeenRequest, seen
from rules.terms import ConnectionRequestState as State
from rules.terms import DeclineKind, QuotaKind

SENT = datetime(2026, 1, 1, tzinfo=UTC)
"""When every request here was sent."""
POLICY = NetworkPolicy()
OPENLY = NetworkPolicy(decline_hidden_from_sender=False)
"""Of a deployment that tells a sender of a decline."""
MOMENT = timedelta(seconds=1)


def day(number: float) -> datetime:
    """So many days after the request was sent."""
    return SENT + timedelta(days=number)


EXPIRES = day(180)
LATER = day(2)
"""When a test looks at what happened before."""


@dataclass(kw_only=True)
class Request:
    """A request with the views of both sides; as it is made here, nobody has answered it."""

    sender_id: int = 1
    recipient_id: int = 2
    number: int = 1
    state: State = State.PENDING
    sender_state: State = State.PENDING
    ignored: bool = False
    decline_kind: DeclineKind | None = None
    undelivered: bool = False
    lifted: bool = False
    reported: bool = False
    relation_type: str = "COLLEAGUE"
    relation_detail: str | None = None
    note: str | None = None
    origin: str = "PROFILE"
    introduction_id: int | None = None
    sent_at: datetime = SENT
    expires_at: datetime = EXPIRES
    closed_at: datetime | None = None
    sender_closed_at: datetime | None = None
    reminders_sent: int = 0
    reminded_at: datetime | None = None
    reminder: str | None = None

    def after(self, *moves: Move) -> "Request":
        """The same request when these moves were written into its row."""
        changes: dict[str, Any] = {}
        for move in moves:
            changes |= move.changes
        return replace(self, **changes)


def declined(
    kind: DeclineKind = DeclineKind.DECLINE, at: datetime = SENT, policy: NetworkPolicy = POLICY
) -> Request:
    """A request that its recipient declined."""
    return Request().after(decline(kind, Request(), at, policy))


def withdrawn(request: Request, at: datetime) -> Request:
    """The request when its sender took it back."""
    return request.after(withdraw(request, at, POLICY))


def cancelled(request: Request, at: datetime) -> Request:
    """The request when a block, a closed account or moderation made it vanish."""
    gone: dict[str, Any] = {}
    if request.state is State.PENDING:
        gone |= {"state": State.CANCELLED, "closed_at": at}
    if request.sender_state is State.PENDING:
        gone |= {"sender_state": State.CANCELLED, "sender_closed_at": at}
    return replace(request, **gone)


def undelivered(kind: DeclineKind = DeclineKind.DECLINE) -> Request:
    """What is stored when somebody asks again who was declined without knowing it."""
    return Request(state=State.DECLINED, decline_kind=kind, closed_at=SENT, undelivered=True)


def allowance(
    *,
    sent: int = 0,
    open_now: int = 0,
    connections: int = 0,
    released: datetime | None = None,
    restricted: datetime | None = None,
) -> Allowance:
    """What a member has left who sent so many requests this week, so many of all being open."""
    weekly = Quota(
        member_id=1,
        kind=QuotaKind.WEEKLY_REQUESTS,
        limit=POLICY.weekly_request_limit,
        used=sent,
        window=WEEK,
        next_release_at=released,
        restricted_until=restricted,
    )
    pending = Quota(
        member_id=1, kind=QuotaKind.PENDING_REQUESTS, limit=POLICY.max_pending_sent, used=open_now
    )
    introductions = Quota(member_id=1, kind=QuotaKind.INTRODUCTIONS, limit=None, used=0)
    return Allowance(
        weekly=weekly, pending=pending, introductions=introductions, connection_count=connections
    )


def refusal(attempt: Callable[[], object]) -> UserError:
    """The one error with which it is refused."""
    with pytest.raises(Refused) as refused:
        attempt()
    [error] = refused.value.errors
    return error


def refused_as(transition: Callable[..., object], *given: object) -> str:
    """The state with which the transition is refused."""
    error = refusal(lambda: transition(*given, POLICY))
    assert isinstance(error, InvalidStateError)
    return error.current_state


def assert_does_nothing(move: Move) -> None:
    """What is repeated changes nothing, and nobody hears of it."""
    assert move == Move(event=move.event)


def sees(request: Request, now: datetime = LATER) -> dict[Side, State | None]:
    """The state that each side sees."""
    return {side: state_of(request, side, now) for side in Side}


def both(state: State | None) -> dict[Side, State | None]:
    """The same state for each side."""
    return dict.fromkeys(Side, state)


def facts(request: SeenRequest | None) -> dict[str, object] | None:
    """All that a side may know of a request."""
    names = [name for name, fact in vars(SeenRequest).items() if isinstance(fact, property)]
    return None if request is None else {name: getattr(request, name) for name in ("side", "state", *names)}


def shown(request: Request, side: Side, now: datetime = LATER) -> SeenRequest:
    """The request as the side sees it, which must be there."""
    found = seen(request, side, now, POLICY)
    assert found
    return found


IGNORED = Request().after(ignore(Request(), day(1), POLICY))
ACCEPTED = Request().after(accept(Request(), day(1), POLICY))
WITHDRAWN = withdrawn(Request(), day(1))
EXPIRED = Request().after(expire(Request(), EXPIRES))
CANCELLED = cancelled(Request(), day(1))
