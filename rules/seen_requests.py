"""A request to connect, as one of its two sides may know it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rules.connection_requests import Request, Side, available_events, can_remind, closed_at, state_of
from rules.policy import NetworkPolicy
from rules.terms import ConnectionRequestEvent, ConnectionRequestState, DeclineKind
from rules.verdicts import Verdict


class FullRequest(Request, Protocol):
    """A request with what its sender wrote; `reminder` is the last line that reached the recipient."""

    relation_type: str
    relation_detail: str | None
    note: str | None
    origin: str
    introduction_id: int | None
    reminder: str | None


@dataclass(eq=False, slots=True)
class SeenRequest:
    """What is shown, counted and streamed of a request is this and nothing else.

    Each fact is found when it is asked for, because most readers want few of them. `seen` makes one, or
    whoever knows that the request is not gone for the side.
    """

    _request: FullRequest
    _now: datetime
    _policy: NetworkPolicy
    side: Side

    @property
    def state(self) -> ConnectionRequestState:
        """The state as the side may know it."""
        state = state_of(self._request, self.side, self._now)
        assert state is not None, "the request is gone for the side"
        return state

    @property
    def sender_id(self) -> int:
        """Who asked."""
        return self._request.sender_id

    @property
    def recipient_id(self) -> int:
        """Who was asked."""
        return self._request.recipient_id

    @property
    def number(self) -> int:
        """Its number, the third part of its key."""
        return self._request.number

    @property
    def ignored(self) -> bool | None:
        """Whether its recipient set it aside; None for its sender."""
        return self._request.ignored if self._is_recipients else None

    @property
    def decline_kind(self) -> DeclineKind | None:
        """How it was declined; None for its sender."""
        return self._request.decline_kind if self._is_recipients else None

    @property
    def relation_type(self) -> str:
        """How the two know each other, as its sender says."""
        return self._request.relation_type

    @property
    def relation_detail(self) -> str | None:
        """What its sender adds to that."""
        return self._request.relation_detail

    @property
    def note(self) -> str | None:
        """What its sender wrote."""
        return self._request.note

    @property
    def origin(self) -> str:
        """How its sender came to the recipient."""
        return self._request.origin

    @property
    def introduction_id(self) -> int | None:
        """The number of its sender's introduction that it names."""
        return self._request.introduction_id

    @property
    def reminder(self) -> str | None:
        """The line of the last reminder; None for its sender."""
        return self._request.reminder if self._is_recipients else None

    @property
    def sent_at(self) -> datetime:
        """When it was sent."""
        return self._request.sent_at

    @property
    def expires_at(self) -> datetime:
        """When it stops being open by itself."""
        return self._request.expires_at

    @property
    def closed_at(self) -> datetime | None:
        """When it left PENDING."""
        return closed_at(self._request, self.side, self._now)

    @property
    def reminders_sent(self) -> int:
        """How many reminders there were."""
        return self._request.reminders_sent

    @property
    def can_remind(self) -> Verdict | None:
        """Whether a reminder may go out now; None for its recipient."""
        return None if self._is_recipients else can_remind(self._request, self._now, self._policy)

    @property
    def available_events(self) -> list[ConnectionRequestEvent]:
        """What may be done with it now."""
        return available_events(self._request, self.side, self._now, self._policy)

    @property
    def _is_recipients(self) -> bool:
        return self.side is Side.RECIPIENT


def seen(request: FullRequest, side: Side, now: datetime, policy: NetworkPolicy) -> SeenRequest | None:
    """The request as this side may know it; None where it is gone for it."""
    return SeenRequest(request, now, policy, side) if state_of(request, side, now) else None
