"""What each member sees of the network, in the shape of the questions in `asking`."""

from collections.abc import Iterable, Mapping, Sequence

from tests.walk.facts import Follow, Introduction, Request
from tests.walk.model import Model
from tests.walk.telling import Json

ALL = ["PENDING", "ACCEPTED", "DECLINED", "WITHDRAWN", "EXPIRED", "CANCELLED"]
LISTED = ("id", "state", "ignored", "declineKind", "closedAt", "remindersSent", "availableEvents")
TOP = 6
"""How many requests of a list are read."""


class Eyes(Model):
    """The network as its members see it."""

    # Between two

    def brief(self, viewer: str, others: Sequence[str], numbers: tuple[int, int]) -> Json:
        """All that lies between the viewer and others, and a request and an introduction by their ids."""
        request, introduction = numbers
        found = self.requests[request] if request < len(self.requests) else None
        known = self.introductions[introduction] if introduction < len(self.introductions) else None
        return {
            "viewer": {"relationships": [self.relationship(viewer, other) for other in others]},
            "node": found and self.request(viewer, found),
            "introduction": known and self.introduction(viewer, known),
        }

    def whole(
        self, viewer: str, others: Sequence[str], numbers: tuple[int, int], chosen: Mapping[str, Json]
    ) -> Json:
        """The same, the profile of the last of the others and all that is the viewer's own.

        `chosen` are the states and the view of requests, the role and the stages of introductions.
        """
        brief = self.brief(viewer, others, numbers)
        own = {
            **self._requests_of(viewer, chosen["states"], chosen["view"]),
            **self._introductions_of(viewer, chosen["role"], chosen["stages"]),
            **self._network_of(viewer),
        }
        return {**brief, "viewer": {**brief["viewer"], **own}, "member": self.profile(viewer, others[-1])}

    def relationship(self, viewer: str, other: str) -> Json:
        """Where the viewer stands to the other; None where the other does not exist for them."""
        is_blocking = (viewer, other) in self.blocks
        if not (self.exists(viewer, other) or is_blocking):
            return None
        sent = self.open_request(viewer, other, eyes=viewer)
        received = self.open_request(other, viewer, eyes=viewer)
        mute, connect = self.mutes_now(viewer, other), self.can_connect(viewer, other)
        return {
            "member": {"handle": other},
            "status": self._status(viewer, other, sent, received),
            "connection": self._connection(viewer, other),
            "sentRequest": sent and {"id": f"#{sent.number}"},
            "receivedRequest": received and {"id": f"#{received.number}"},
            "following": self._own_follow(viewer, other),
            "isFollowedBy": self._is_openly_followed(viewer, other),
            "isBlocking": is_blocking,
            "isMuting": mute is not None,
            "mutedUntil": mute and mute.until,
            "canConnect": connect,
            "canMessage": self._can_message(viewer, other),
            "canFollow": self._can_follow(viewer, other),
            "canRequestIntroduction": self._can_be_introduced(viewer, other),
            "reachOptions": self._ways(viewer, other, connect),
        }

    def _connection(self, viewer: str, other: str) -> Json:
        since = self.connected.get(frozenset((viewer, other)))
        behind = self.behind.get(frozenset((viewer, other)))
        return since and {"connectedAt": since, "introduction": self._named(viewer, behind)}

    def _named(self, viewer: str, introduction: Introduction | None) -> Json:
        """The id of an introduction that the viewer sees."""
        is_seen = introduction is not None and self.stage(introduction, viewer) is not None
        return {"id": f"~{introduction.number}"} if introduction and is_seen else None

    def _can_be_introduced(self, viewer: str, other: str) -> Json:
        refusal, _ = self.way_in(viewer, other, self.names)
        return told_by(refusal) if refusal else verdict()

    def _status(self, viewer: str, other: str, sent: Request | None, received: Request | None) -> str:
        statuses = {
            "SELF": viewer == other,
            "BLOCKING": (viewer, other) in self.blocks,
            "CONNECTED": self.are_connected(viewer, other),
            "REQUEST_RECEIVED": received is not None,
            "REQUEST_SENT": sent is not None,
        }
        return next((status for status, holds in statuses.items() if holds), "NONE")

    def can_connect(self, viewer: str, other: str) -> Json:
        """Whether a request would go out now, or make a connection."""
        if reason := self._standing_reason(viewer, other):
            return verdict(reason)
        if self.are_connected(viewer, other):
            return verdict("ALREADY_CONNECTED")
        if self.open_request(other, viewer, eyes=other):
            return verdict("CAPACITY") if self.is_full(viewer) or self.is_full(other) else verdict()
        if self.open_request(viewer, other, eyes=viewer):
            return verdict("ALREADY_PENDING")
        if error := self.refusal_to_send(viewer, other):
            return told_by(error)
        return verdict(allowed=True, reason=self._needed(other))

    def _needed(self, other: str) -> str | None:
        if self.people[other].who_can_request == "KNOWS_EMAIL":
            return "EMAIL_REQUIRED"
        return "NOTE_REQUIRED" if self.people[other].require_note else None

    def _can_message(self, viewer: str, other: str) -> Json:
        is_connected = self.are_connected(viewer, other)
        return verdict(self._standing_reason(viewer, other) or (None if is_connected else "NOT_CONNECTED"))

    def _can_follow(self, viewer: str, other: str) -> Json:
        is_open = self.may_follow(viewer, other)
        standing = self._standing_reason(viewer, other)
        return verdict(standing or (None if is_open else "RECIPIENT_DOES_NOT_ACCEPT"))

    def _standing_reason(self, viewer: str, other: str) -> str | None:
        if viewer == other:
            return "SELF"
        return "BLOCKING" if (viewer, other) in self.blocks else None

    def _ways(self, viewer: str, other: str, connect: Json) -> Json:
        received = self.open_request(other, viewer, eyes=viewer) is not None
        refusal, broker = self.way_in(viewer, other, self.names)
        ways = {
            "MESSAGE": self._can_message(viewer, other)["allowed"],
            "ACCEPT_REQUEST": received,
            "CONNECT": connect["allowed"] and not received,
            "REQUEST_INTRODUCTION": refusal is None,
            "FOLLOW": self._may_begin_to_follow(viewer, other),
        }
        through = {"REQUEST_INTRODUCTION": broker and {"handle": broker}}
        return [
            {"action": action, "through": through.get(action)} for action, is_open in ways.items() if is_open
        ]

    def _may_begin_to_follow(self, viewer: str, other: str) -> bool:
        return self._can_follow(viewer, other)["allowed"] and (viewer, other) not in self.follows

    def _own_follow(self, viewer: str, other: str) -> Json:
        follow = self.follows.get((viewer, other))
        return follow and {"createdAt": follow.at, "origin": follow.origin, "isPrivate": follow.is_private}

    def _is_openly_followed(self, viewer: str, other: str) -> bool:
        return self.is_in_force(other, viewer) and not self.follows[other, viewer].is_private

    # Profiles

    def profile(self, viewer: str, other: str) -> Json:
        """The other's profile as far as the network decides on it; None for one who does not exist."""
        if not self.exists(viewer, other):
            return None
        count = len(self._seen(viewer, self.neighbours(other)))
        cap = self.numbers.connection_count_display_cap
        is_own, is_first = viewer == other, self.are_connected(viewer, other)
        is_near = is_own or self.is_in_network(viewer, other)
        return {
            "handle": other,
            "familyName": "Tester" if is_near else None,
            "connectionCount": count if is_own else min(count, cap),
            "connectionCountLabel": f"{cap}+" if count >= cap else str(count),
            "followerCount": len(self._followers(viewer, other)),
            "primaryAction": self._primary_action(viewer, other),
            "viewerFollow": self._own_follow(viewer, other),
            "connections": self._listed_connections(viewer, other),
            "followers": self._listed_followers(viewer, other) if is_own or is_first else None,
            "following": self._listed_following(viewer) if is_own else None,
        }

    def _primary_action(self, viewer: str, other: str) -> str:
        status = self.relationship(viewer, other)["status"]
        settled = {
            "SELF": "NONE",
            "CONNECTED": "MESSAGE",
            "REQUEST_RECEIVED": "ACCEPT_REQUEST",
            "REQUEST_SENT": "WITHDRAW_REQUEST",
        }
        if status in settled:
            return settled[status]
        connect = ["CONNECT"] if self.can_connect(viewer, other)["allowed"] else []
        follow = ["FOLLOW"] if self._may_begin_to_follow(viewer, other) else []
        offers = follow + connect if self.people[other].follow_first else connect + follow
        return offers[0] if offers else "NONE"

    def _seen(self, viewer: str, members: Iterable[str]) -> list[str]:
        return [member for member in members if self.exists(viewer, member)]

    def _listed_connections(self, viewer: str, other: str) -> Json:
        is_first = self.are_connected(viewer, other)
        may_see = {
            "NETWORK": self.is_in_network(viewer, other),
            "CONNECTIONS": is_first,
            "ONLY_ME": is_first,
            "NOBODY": False,
        }
        setting = self.people[other].connections_visibility
        if viewer != other and not may_see[setting]:
            return None
        listed = self._seen(viewer, self.neighbours(other))
        if setting == "ONLY_ME" and viewer != other:
            listed = [member for member in listed if self.are_connected(viewer, member)]
        return page({"handle": member} for member in listed)

    def _followers(self, viewer: str, other: str) -> list[tuple[str, Follow]]:
        """Who follows the other, newest first, as many as are counted: of private ones none may be missed."""
        pairs = sorted((pair[0], follow) for pair, follow in self.follows.items() if pair[1] == other)
        found = [(name, follow) for name, follow in pairs if self.is_in_force(name, other)]
        counted = [(name, each) for name, each in found if each.is_private or self.exists(viewer, name)]
        return sorted(counted, key=lambda pair: pair[1].at, reverse=True)

    def _listed_followers(self, viewer: str, other: str) -> Json:
        """Private followers are shown to the followed member alone, and not by name."""
        return page(
            {"member": None if follow.is_private else {"handle": name}}
            for name, follow in self._followers(viewer, other)
            if viewer == other or not follow.is_private
        )

    def _listed_following(self, viewer: str) -> Json:
        """Also what the settings of others suspend."""
        own = sorted(pair[1] for pair in self.follows if pair[0] == viewer)
        newest_first = sorted(own, key=lambda name: self.follows[viewer, name].at, reverse=True)
        return page({"target": {"handle": name}} for name in newest_first)

    # The viewer's own lists

    def _requests_of(self, viewer: str, states: Sequence[str], view: str) -> Json:
        """The lists of requests, whole and by what is asked for, and the allowances."""
        sent = [each for each in self.sent(viewer) if self._is_seen(viewer, each)]
        received = [each for each in self.received(viewer) if self._is_seen(viewer, each)]
        return {
            "all": self._listed(viewer, sent),
            "sentRequests": self._ids(each for each in sent if self.state(each, viewer) in states),
            "every": self._listed(viewer, received),
            "receivedRequests": self._ids(each for each in received if self._is_in(each, viewer, view)),
            "quotas": self.quotas(viewer),
            "requestQuota": self.quotas(viewer)[0],
        }

    def _listed(self, viewer: str, requests: Sequence[Request]) -> Json:
        seen = [self.request(viewer, each) for each in requests[:TOP]]
        return page(({field: each[field] for field in LISTED} for each in seen), len(requests))

    def _is_in(self, request: Request, viewer: str, view: str) -> bool:
        state = self.state(request, viewer)
        views = {
            "AWAITING_ANSWER": state == "PENDING" and not request.ignored,
            "IGNORED": state == "PENDING" and request.ignored,
            "DECLINED": state == "DECLINED",
            "ALL": True,
        }
        return views[view]

    def _ids(self, requests: Iterable[Request]) -> Json:
        found = list(requests)
        return page(({"id": f"#{each.number}"} for each in found[:TOP]), len(found))

    def _is_seen(self, viewer: str, request: Request) -> bool:
        """Whether the viewer sees the request at all: it is theirs, not gone, and the other exists."""
        return (
            viewer in request.both and bool(self.state(request, viewer)) and not self.blocked(*request.both)
        )

    def request(self, viewer: str, request: Request) -> Json:
        """A request as the viewer may know it; None where it is gone or none of theirs."""
        if not self._is_seen(viewer, request):
            return None
        is_recipient = viewer == request.recipient
        return {
            "id": f"#{request.number}",
            "sender": {"handle": request.sender},
            "recipient": {"handle": request.recipient},
            "state": self.state(request, viewer),
            "ignored": request.ignored if is_recipient else None,
            "declineKind": request.decline.kind if is_recipient and request.decline else None,
            "note": request.note,
            "reminder": request.line if is_recipient else None,
            "sentAt": request.sent_at,
            "expiresAt": request.expires_at,
            "closedAt": self.closed_at(request, viewer),
            "remindersSent": request.reminders,
            "canRemind": None if is_recipient else self._can_remind(request),
            "conversation": self._conversation(viewer, request) if request.messages else None,
            "introduction": self._named(viewer, request.names),
            "availableEvents": self.available(request, viewer),
        }

    def _can_remind(self, request: Request) -> Json:
        if self.state(request, request.sender) != "PENDING":
            return verdict("CLOSED")
        if request.reminders >= self.numbers.max_reminders:
            return verdict("LIMIT_REACHED")
        return verdict() if self.may_remind(request) else verdict("COOLDOWN", self.remind_from(request))

    def _conversation(self, viewer: str, request: Request) -> Json:
        is_open, until = self.state(request, viewer) == "PENDING", self.restriction(viewer)
        return {
            "canWrite": verdict("RESTRICTED" if until else None, until) if is_open else verdict("CLOSED"),
            "messages": {"totalCount": request.messages},
        }

    def introduction(self, viewer: str, introduction: Introduction) -> Json:
        """An introduction as the viewer may know it; None where it is none of theirs, or not yet."""
        stage = self.stage(introduction, viewer)
        if stage is None:
            return None
        role = self.role(introduction, viewer)
        requester, broker, target = introduction.three
        met = role != "BROKER" and stage == "ACCEPTED"
        two = frozenset((requester, target))
        link = self._connection(requester, target) if self.behind.get(two) is introduction else None
        return {
            "id": f"~{introduction.number}",
            "requester": {"handle": requester},
            "broker": {"handle": broker},
            "target": {"handle": target},
            "state": stage,
            "viewerRole": role,
            "purpose": "ADVICE",
            "messageToBroker": None if role == "TARGET" else "You know each other.",
            "messageToTarget": "How do you do?",
            "endorsementByBroker": introduction.word,
            "requestedAt": introduction.asked_at,
            "expiresAt": introduction.expires_at,
            "resultingRequest": self._resulting(viewer, introduction),
            "connection": {"connectedAt": link["connectedAt"]} if met and link else None,
            "conversation": {"canWrite": self._can_message(requester, target)}
            if met and two in self.threads
            else None,
        }

    def _resulting(self, viewer: str, introduction: Introduction) -> Json:
        """The last request that names it of those that the viewer sees."""
        naming = [each for each in self.sent(introduction.requester) if each.names is introduction]
        seen = [each for each in naming if self._is_seen(viewer, each)]
        return {"id": f"#{seen[0].number}"} if seen else None

    def _introductions_of(self, viewer: str, role: str | None, stages: Sequence[str] | None) -> Json:
        """The list of introductions, whole and by what is asked for."""
        own = [each for each in reversed(self.introductions) if self.stage(each, viewer)]
        some = [
            {"id": f"~{each.number}"}
            for each in own
            if role in (None, self.role(each, viewer))
            and (stages is None or self.stage(each, viewer) in stages)
        ]
        return {
            "introductions": page([self.introduction(viewer, each) for each in own[:TOP]], len(own)),
            "some": page(some[:TOP], len(some)),
        }

    def _network_of(self, viewer: str) -> Json:
        """The viewer's links, blocks and mutes."""
        links = self.neighbours(viewer)
        blocks = sorted((at, blocked) for (blocker, blocked), at in self.blocks.items() if blocker == viewer)
        muted = [name for name in self.names if self.mutes_now(viewer, name) and self.exists(viewer, name)]
        muted.sort(key=lambda name: self.mutes[viewer, name].at, reverse=True)
        edges = [{"node": {"handle": name}, "connection": self._connection(viewer, name)} for name in links]
        return {
            "connectionCount": len(links),
            "connections": {"totalCount": len(links), "edges": edges},
            "followers": self._listed_followers(viewer, viewer),
            "following": self._listed_following(viewer),
            "blockedMembers": page({"handle": name} for _, name in reversed(blocks)),
            "mutedMembers": page({"handle": name} for name in muted),
        }


def page(nodes: Iterable[Json], total: int | None = None) -> Json:
    """The beginning of a list of this length, or all of it."""
    found = list(nodes)
    return {"totalCount": len(found) if total is None else total, "nodes": found}


def verdict(reason: str | None = None, available_at: Json = None, *, allowed: bool = False) -> Json:
    """Whether an action is open: without a reason it is."""
    return {"allowed": allowed or reason is None, "reason": reason, "availableAt": available_at}


def told_by(error: Json) -> Json:
    """The verdict that says the same as an error."""
    match error["code"], error.get("quota"):
        case "COOLDOWN", _:
            return verdict("COOLDOWN", error["availableAt"])
        case "QUOTA_EXCEEDED", quota if quota["restrictedUntil"]:
            return verdict("RESTRICTED", quota["restrictedUntil"])
        case "QUOTA_EXCEEDED", quota:
            return verdict("QUOTA", quota["nextReleaseAt"])
        case "CAPACITY_REACHED", _:
            return verdict("CAPACITY")
    return verdict(error["reason"])
