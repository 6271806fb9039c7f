"""What is true of a small network, kept in plain Python, and what follows from it for two members.

The tables of states and of cooldowns, told a second time from their text alone: this and `model` and `eyes`
import nothing of what they are compared with. Members go by their handles, requests by their numbers.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

DAY = timedelta(days=1)
WEEK = 7 * DAY
NOTICE = 7 * DAY
JUDGED, FEWEST = 100, 20
"""How many of the last answers to a sender are judged, and how many it takes."""


@dataclass(frozen=True)
class Numbers:
    """The policy, with limits so low that they are met often."""

    max_connections: int = 3
    connection_count_display_cap: int = 2
    weekly_request_limit: int = 3
    max_pending_sent: int = 2
    max_blocks: int = 2
    note_max_length: int = 20
    request_lifetime: timedelta = 180 * DAY
    max_reminders: int = 2
    reminder_interval: timedelta = 14 * DAY
    expired_cooldown: timedelta = 21 * DAY
    withdrawn_cooldown: timedelta = 21 * DAY
    not_now_cooldown: timedelta = 90 * DAY
    declined_cooldown: timedelta | None = None
    removed_cooldown: timedelta = timedelta(0)
    removed_rerequest_by: str = "EITHER"
    decline_hidden_from_sender: bool = True
    restricted_share: float = 0.2
    restriction: timedelta = 7 * DAY
    reblock_wait: timedelta = 2 * DAY
    message_limit: int = 2
    export_limit: int = 1
    message_window: timedelta = 2 * DAY
    introduction_lifetime: timedelta = 30 * DAY
    introduction_limit: int = 3
    introduction_window: timedelta = 2 * DAY


@dataclass
class Person:
    """The settings that count here."""

    who_can_request: str = "ANYONE"
    require_note: bool = False
    who_can_follow: str = "ANYONE"
    follow_first: bool = False
    connections_visibility: str = "CONNECTIONS"
    restricted_until: datetime | None = None
    wrote: list[datetime] = field(default_factory=list)


@dataclass
class Decline:
    """A recipient's no. What the sender sends against it while it is hidden falls under it too."""

    kind: str
    at: datetime
    lifted: bool = False


@dataclass(eq=False)
class Request:
    """All that ever happened to a request. `gone_for` are those for whom a block ended it."""

    number: int
    sender: str
    recipient: str
    sent_at: datetime
    expires_at: datetime
    note: str | None
    delivered: bool = True
    ignored: bool = False
    accepted_at: datetime | None = None
    withdrawn_at: datetime | None = None
    decline: Decline | None = None
    reported: bool = False
    reminders: int = 0
    reminded_at: datetime | None = None
    line: str | None = None
    messages: int = 0
    names: "Introduction | None" = None
    announced: bool = False
    gone_for: set[str] = field(default_factory=set)
    expiry_told: set[str] = field(default_factory=set)

    @property
    def barring(self) -> Decline | None:
        """The decline, unless it was lifted."""
        return None if self.decline is None or self.decline.lifted else self.decline

    @property
    def both(self) -> tuple[str, str]:
        """Sender and recipient."""
        return self.sender, self.recipient

    def other(self, member: str) -> str:
        """The other one of the two."""
        return self.recipient if member == self.sender else self.sender


@dataclass(eq=False)
class Introduction:
    """All that ever happened to an introduction. `cancelled_for` are those in whose eyes it was cancelled.

    `notices` are by member and kind who is behind the notification and whether it was read.
    """

    number: int
    requester: str
    broker: str
    target: str
    asked_at: datetime
    expires_at: datetime
    word: str | None = None
    forwarded_at: datetime | None = None
    declined_by: str | None = None
    is_accepted: bool = False
    cancelled_for: set[str] = field(default_factory=set)
    notices: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)

    @property
    def three(self) -> tuple[str, str, str]:
        """Requester, broker and target."""
        return self.requester, self.broker, self.target


@dataclass(order=True)
class Follow:
    """A follow, since when and how."""

    at: datetime
    origin: str
    is_private: bool


@dataclass
class Mute:
    """A mute, since when and until when."""

    at: datetime
    until: datetime | None


class Wait(NamedTuple):
    """Until when a sender has to wait, and what began the wait."""

    until: datetime
    basis: str


class Facts:
    """Who is what to whom."""

    def __init__(self, numbers: Numbers, names: list[str], now: datetime) -> None:
        self.numbers = numbers
        self.names = names
        self.now = now
        self.people = {name: Person() for name in names}
        self.requests: list[Request] = []
        self.introductions: list[Introduction] = []
        self.behind: dict[frozenset[str], Introduction] = {}
        """The introduction that led to a connection."""
        self.threads: set[frozenset[str]] = set()
        """Who wrote to each other as connections."""
        self.connected: dict[frozenset[str], datetime] = {}
        self.removed: dict[frozenset[str], tuple[datetime, str]] = {}
        self.follows: dict[tuple[str, str], Follow] = {}
        self.blocks: dict[tuple[str, str], datetime] = {}
        self.lifted: dict[tuple[str, str], datetime] = {}
        self.mutes: dict[tuple[str, str], Mute] = {}
        self.reports: Counter[tuple[str, str]] = Counter()
        self._between: dict[frozenset[str], list[Request]] = {}
        self._of: dict[str, list[Request]] = {name: [] for name in names}

    # Members

    def blocked(self, one: str, other: str) -> bool:
        """Whether either blocks the other: then neither exists for the other."""
        return (one, other) in self.blocks or (other, one) in self.blocks

    def exists(self, viewer: str, other: str) -> bool:
        """Whether there is such a member in the eyes of the viewer."""
        return other in self.people and not self.blocked(viewer, other)

    def are_connected(self, one: str, other: str) -> bool:
        """Whether the two are connected."""
        return frozenset((one, other)) in self.connected

    def neighbours(self, member: str) -> list[str]:
        """Everybody who is connected to the member, newest first."""
        pairs = sorted((pair for pair in self.connected if member in pair), key=sorted)
        newest_first = sorted(pairs, key=lambda pair: self.connected[pair], reverse=True)
        return [name for pair in newest_first for name in pair - {member}]

    def is_full(self, member: str) -> bool:
        """Whether the network of the member is full."""
        return len(self.neighbours(member)) >= self.numbers.max_connections

    def is_second(self, viewer: str, other: str) -> bool:
        """Whether somebody who may be told of connects the two."""
        shared = {*self.neighbours(viewer)} & {*self.neighbours(other)}
        return any(self.people[broker].connections_visibility != "NOBODY" for broker in shared)

    def is_in_network(self, viewer: str, other: str) -> bool:
        """Whether at most three connections lead to the other, through others who may be told of."""
        return (
            self.are_connected(viewer, other)
            or self.is_second(viewer, other)
            or any(self._leads_to(viewer, far) for far in self.neighbours(other))
        )

    def _leads_to(self, viewer: str, far: str) -> bool:
        is_told = self.people[far].connections_visibility != "NOBODY" and not self.blocked(viewer, far)
        return is_told and self.is_second(viewer, far)

    def mutes_now(self, one: str, other: str) -> Mute | None:
        """The mute of the one against the other, if it is not over."""
        mute = self.mutes.get((one, other))
        return mute if mute and (mute.until is None or mute.until > self.now) else None

    def is_in_force(self, follower: str, followed: str) -> bool:
        """Whether there is a follow that the setting of the followed member does not suspend."""
        is_open = self.people[followed].who_can_follow == "ANYONE" or self.are_connected(follower, followed)
        return is_open and (follower, followed) in self.follows

    # Requests

    def add(self, request: Request) -> None:
        """Keep a new request."""
        self.requests.append(request)
        self._between.setdefault(frozenset(request.both), []).append(request)
        for member in request.both:
            self._of[member].append(request)

    def between(self, one: str, other: str) -> list[Request]:
        """All requests between the two, oldest first."""
        return self._between.get(frozenset((one, other)), [])

    def last(self, sender: str, recipient: str) -> Request | None:
        """The last request from the one to the other."""
        sent = [request for request in self.between(sender, recipient) if request.sender == sender]
        return sent[-1] if sent else None

    def state(self, request: Request, eyes: str) -> str | None:
        """The table of what each side sees; None is gone."""
        is_sender = eyes == request.sender
        if eyes in request.gone_for or not (is_sender or request.delivered):
            return None
        if request.accepted_at:
            return "ACCEPTED"
        if request.withdrawn_at and is_sender:
            return "WITHDRAWN"
        if request.decline and not (is_sender and self.numbers.decline_hidden_from_sender):
            return "DECLINED"
        if request.withdrawn_at:
            return None
        return "EXPIRED" if self.now >= request.expires_at else "PENDING"

    def closed_at(self, request: Request, eyes: str) -> datetime | None:
        """When the request left PENDING in these eyes."""
        ends = {
            "ACCEPTED": request.accepted_at,
            "WITHDRAWN": request.withdrawn_at,
            "DECLINED": request.decline.at if request.decline else None,
            "EXPIRED": request.expires_at,
        }
        return ends.get(self.state(request, eyes) or "")

    def open_request(self, sender: str, recipient: str, eyes: str) -> Request | None:
        """The request from the one to the other that is pending in these eyes."""
        last = self.last(sender, recipient)
        return last if last and self.state(last, eyes) == "PENDING" else None

    def remind_from(self, request: Request) -> datetime:
        """When a first or next reminder may go out."""
        return (request.reminded_at or request.sent_at) + self.numbers.reminder_interval

    def may_remind(self, request: Request) -> bool:
        """Whether a reminder may go out now."""
        is_open = self.state(request, request.sender) == "PENDING"
        has_left = request.reminders < self.numbers.max_reminders
        return is_open and has_left and self.now >= self.remind_from(request)

    def available(self, request: Request, eyes: str) -> list[str]:
        """What this side may do with the request now."""
        state = self.state(request, eyes)
        if eyes == request.sender:
            remind = ["REMIND"] if self.may_remind(request) else []
            return [*remind, "WITHDRAW"] if state == "PENDING" else []
        if state == "PENDING":
            return ["ACCEPT", "RESTORE" if request.ignored else "IGNORE", "REPLY", "DECLINE", "REPORT"]
        if state == "DECLINED" and request.decline:
            again = ["DECLINE", "REPORT"] if self.now < request.expires_at else []
            return again if request.decline.lifted else [*again, "LIFT_DECLINE"]
        return []

    # Cooldowns

    def cooldown(self, sender: str, recipient: str) -> Wait | None:
        """The table of cooldowns: what the last end between the two makes the sender wait for."""
        ends = [*self._ends_of_requests(sender, recipient), *self._ends_of_connections(sender, recipient)]
        if not ends:
            return None
        _, wait = max(ends, key=lambda end: end[0])
        return wait if self.now < wait.until else None

    def _ends_of_requests(self, sender: str, recipient: str) -> Iterator[tuple[datetime, Wait]]:
        last, numbers = self.last(sender, recipient), self.numbers
        ended = self.closed_at(last, sender) if last else None
        if last is None or ended is None:
            return
        match self.state(last, sender):
            case "WITHDRAWN":
                yield ended, Wait(ended + numbers.withdrawn_cooldown, "WITHDRAWN")
            case "EXPIRED":
                yield ended, Wait(ended + numbers.expired_cooldown, "EXPIRED")
            case "DECLINED" if last.barring and last.barring.kind == "NOT_NOW":
                yield ended, Wait(ended + numbers.not_now_cooldown, "NOT_NOW")

    def _ends_of_connections(self, one: str, other: str) -> Iterator[tuple[datetime, Wait]]:
        removal = self.removed.get(frozenset((one, other)))
        if removal:
            yield removal[0], Wait(removal[0] + self.numbers.removed_cooldown, "REMOVED")

    def hidden_decline(self, sender: str, recipient: str) -> Decline | None:
        """What the sender's next request would be declined by at once, without their knowing."""
        last = self.last(sender, recipient)
        if last is None or self.state(last, sender) == "DECLINED":
            return None
        return last.barring if self.now < last.expires_at + self.numbers.expired_cooldown else None

    def is_barred(self, sender: str, recipient: str) -> bool:
        """Whether the sender may not ask, because of an open decline or because it is the other's turn."""
        last, removal = self.last(sender, recipient), self.removed.get(frozenset((sender, recipient)))
        if removal and removal[1] != sender and self.numbers.removed_rerequest_by == "REMOVER_ONLY":
            return True
        decline, length = last.barring if last else None, self.numbers.declined_cooldown
        if decline is None or decline.kind == "NOT_NOW" or self.hidden_decline(sender, recipient):
            return False
        return length is None or self.now < decline.at + length

    # Allowances

    def sent(self, member: str) -> Iterator[Request]:
        """The requests of a sender, newest first."""
        return (request for request in reversed(self._of[member]) if request.sender == member)

    def received(self, member: str) -> Iterator[Request]:
        """The requests to a recipient, newest first."""
        return (request for request in reversed(self._of[member]) if request.recipient == member)

    def sent_this_week(self, member: str) -> list[datetime]:
        """When the member sent requests in the last seven days, latest first."""
        recent = takewhile(lambda request: request.sent_at > self.now - WEEK, self.sent(member))
        return [request.sent_at for request in recent]

    def written(self, member: str) -> list[datetime]:
        """When the member wrote messages in the window, earliest first."""
        since = self.now - self.numbers.message_window
        return [at for at in self.people[member].wrote if at > since]

    def open_sent(self, member: str) -> int:
        """How many requests of the member are pending in their own eyes."""
        alive = takewhile(lambda request: request.expires_at > self.now, self.sent(member))
        return sum(self.state(request, member) == "PENDING" for request in alive)

    def restriction(self, member: str) -> datetime | None:
        """Until when the member may send nothing."""
        until = self.people[member].restricted_until
        return until if until and until > self.now else None
