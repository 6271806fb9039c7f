"""What members are told, and the refusals: what all moves of the model have in common."""

from datetime import datetime
from typing import Any

from tests.walk.facts import Facts, Numbers, Request

Told = tuple[str, ...]
"""An entry of a member's log: member, kind, subject and cause, or for a notification its kind and actor."""
Json = Any


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """The move changes nothing; `errors` are what its maker is told, by code and facts."""

    def __init__(self, *errors: dict[str, Json]) -> None:
        super().__init__(str(errors))
        self.errors = list(errors)


class Telling(Facts):
    """A network whose members are told of what is done."""

    def __init__(self, numbers: Numbers, names: list[str], now: datetime) -> None:
        super().__init__(numbers, names, now)
        self.told: list[Told] = []
        self.notices: dict[int, dict[tuple[str, str], tuple[str, bool]]] = {}
        """By request, for a member and kind: who is behind the notification and whether it was read."""

    # Guards

    def need_not_self(self, viewer: str, other: str) -> None:
        if viewer == other:
            raise not_permitted("SELF")

    def need_member(self, viewer: str, other: str, *, or_blocked: bool = False) -> None:
        """Somebody who exists for the viewer, or whom they block."""
        if not (self.exists(viewer, other) or (or_blocked and (viewer, other) in self.blocks)):
            raise Refusal(error("NOT_FOUND", missingId=other))

    def need_request(self, viewer: str, number: int, side: str) -> Request:
        """A request that exists for the viewer, who is this side of it."""
        found = self.requests[number] if number < len(self.requests) else None
        if found is None or getattr(found, side) != viewer or not self._is_known(viewer, found):
            raise Refusal(error("NOT_FOUND", missingId=f"#{number}"))
        return found

    def _is_known(self, viewer: str, request: Request) -> bool:
        was_seen = request.delivered or viewer == request.sender
        return was_seen and viewer not in request.gone_for and not self.blocked(*request.both)

    def need_state(self, request: Request, viewer: str, state: str) -> None:
        found = self.state(request, viewer) or "WITHDRAWN"
        if found != state:
            events = self.available(request, viewer)
            raise Refusal(error("INVALID_STATE", currentState=found, availableEvents=events))

    # What members are told

    def changed(self, request: Request, event: str, *members: str) -> None:
        """Members hear what was done to a request."""
        for member in members:
            self.told.append((member, "CONNECTION_REQUEST_CHANGED", f"#{request.number}", event))

    def write_expiry(self, request: Request) -> None:
        """Both hear once that the request expired in their eyes."""
        over = {side for side in request.both if self.state(request, side) == "EXPIRED"}
        if news := over - request.expiry_told:
            self.changed(request, "EXPIRE", *news)
            self.read(request)
            request.expiry_told |= news

    def related(self, member: str, other: str) -> None:
        """A member hears that the relationship with another changed."""
        self.told.append((member, "RELATIONSHIP_CHANGED", f"REL {member} {other}"))

    def message(self, author: str, other: str) -> None:
        """Both hear of a message."""
        self.people[author].wrote.append(self.now)
        self.told += [(member, "MESSAGE_CHANGED") for member in (author, other)]

    def notify(self, member: str, kind: str, request: Request, actor: str) -> None:
        """A member gets a notification."""
        self.told.append((member, "NOTIFICATION_CREATED", kind, f"#{request.number}", actor))
        self.notices.setdefault(request.number, {})[member, kind] = (actor, False)

    def read(self, request: Request) -> None:
        """The recipient has dealt with the request, and so has read what they were told of it."""
        notices = self.notices.get(request.number, {})
        own = {key: (actor, True) for key, (actor, _) in notices.items() if key[0] == request.recipient}
        notices |= own

    def retract(self, request: Request) -> None:
        """What the recipient was told of the request vanishes."""
        notices = self.notices.get(request.number, {})
        kept = {key: value for key, value in notices.items() if key[0] != request.recipient}
        self.notices[request.number] = kept


def error(code: str, **facts: Json) -> dict[str, Json]:
    """What an error says besides its text."""
    return {"code": code, **facts}


def invalid(code: str, constraint: str) -> dict[str, Json]:
    """A value that is not acceptable."""
    return error(code, constraint=constraint)


def not_permitted(reason: str) -> Refusal:
    """The refusal of what the viewer may not do."""
    return Refusal(error("NOT_PERMITTED", reason=reason))


def quota(kind: str, limit: int, used: int) -> dict[str, Json]:
    """An allowance that counts what is open at the moment."""
    facts = {"kind": kind, "limit": limit, "used": used, "remaining": max(limit - used, 0)}
    return facts | {"nextReleaseAt": None, "restrictedUntil": None}
