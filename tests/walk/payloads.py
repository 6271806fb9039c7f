"""What a mutation answers, according to the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Final

from tests.walk.eyes import Eyes, verdict
from tests.walk.facts import DAY, Numbers
from tests.walk.moves import Move
from tests.walk.telling import Json, Refusal, error

MOVED: Final = ("request", "relationship")
PARTS: Final[Mapping[str, Sequence[str]]] = {
    "sendConnectionRequest": (*MOVED, "created", "quota", "connection"),
    "acceptConnectionRequest": (*MOVED, "connection", "conversation"),
    "replyToConnectionRequest": (*MOVED, "message"),
    "removeConnection": ("relationship", "removedConnectionId"),
    "removeConnections": ("relationships", "removedConnectionIds"),
    "blockMember": ("relationship", "quota"),
    "unblockMember": ("relationship",),
    "muteMember": ("relationship",),
    "unmuteMember": ("relationship",),
    "reportMember": ("accepted",),
    "follow": ("relationship", "follow"),
    "updateFollow": ("follow",),
    "unfollow": ("relationship", "removedFollowId"),
    "removeFollower": ("relationship", "removedFollowId"),
    "updatePrivacy": ("settings",),
    "requestIntroduction": ("introduction",),
    "forwardIntroduction": ("introduction",),
    "declineIntroduction": ("introduction",),
    "acceptIntroduction": ("introduction", "connection"),
    "cancelIntroduction": ("introduction",),
}
"""What the payloads hold besides `userErrors`; all others hold MOVED."""
WHERE_REFUSED: Final = {"created": False, "accepted": False, "relationships": [], "removedConnectionIds": []}


@dataclass(frozen=True)
class Use:
    """What a key was used for, and the result."""

    at: datetime
    input: Json
    made: Json


class Payloads(Eyes):
    """The network, with the answers to those who change it."""

    def __init__(self, numbers: Numbers, names: list[str], now: datetime) -> None:
        super().__init__(numbers, names, now)
        self.keys: dict[tuple[str, str], Use] = {}

    def make(self, move: Move) -> Json:
        """Make a move that is a mutation; its payload."""
        if move.verb == "answerConnectionRequests":
            return self._answer(move.viewer, move.given["answers"])
        made, errors = self._try_once(move.verb, move.viewer, dict(move.given))
        if made is None:
            parts = {part: WHERE_REFUSED.get(part) for part in PARTS.get(move.verb, MOVED)}
        else:
            parts = {part: self._part_of(part, move, made) for part in PARTS.get(move.verb, MOVED)}
        return {**parts, "userErrors": errors}

    def _try_once(self, verb: str, viewer: str, given: dict[str, Json]) -> tuple[Json, list[Json]]:
        """With a key that was used in the last 24 hours only the first result is given again."""
        key = given.pop("key", None)
        if key is None:
            return self._try(verb, viewer, given)
        try:
            self._need_before_key(viewer, **given)
            if first := self._first(viewer, key, (verb, given)):
                return first, []
        except Refusal as refusal:
            return None, refusal.errors
        made, errors = self._try(verb, viewer, given)
        if not errors:
            self.keys[viewer, key] = Use(self.now, (verb, given), made)
        return made, errors

    def _need_before_key(self, viewer: str, request: int | None = None, **given: Json) -> None:
        self.need_short(given.get("note") or given.get("line"))
        if request is not None:
            self.need_request(viewer, request, "recipient" if not given else "sender")

    def _first(self, viewer: str, key: str, input: Json) -> Json:
        use = self.keys.get((viewer, key))
        if use is None or use.at < self.now - DAY:
            return None
        if use.input != input:
            raise Refusal(error("IDEMPOTENCY_CONFLICT", idempotencyKey=key))
        return use.made

    def _try(self, verb: str, viewer: str, given: Json) -> tuple[Json, list[Json]]:
        method = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in verb)
        try:
            return getattr(self, method)(viewer, **given), []
        except Refusal as refusal:
            return None, refusal.errors

    def _part_of(self, part: str, move: Move, made: Json) -> Json:
        viewer, other = move.viewer, move.other
        match part:
            case "request":
                return self.request(viewer, made["request"])
            case "introduction":
                return self.introduction(viewer, made["introduction"])
            case "relationship":
                return self.relationship(viewer, other)
            case "relationships":
                return [self.relationship(viewer, each) for each in move.given["others"]]
            case "quota":
                return made.get("quota") or self.quotas(viewer)[0]
            case "connection":
                return self._connection(viewer, other) if made["connection"] else None
            case "conversation":
                return {"canWrite": verdict()} if made["conversation"] else None
            case "follow":
                return self._own_follow(viewer, other)
            case "settings":
                return self._settings(viewer)
        return made[part]

    def _answer(self, viewer: str, answers: Sequence[tuple[int, str]]) -> Json:
        """Each answer on its own; the requests and relationships as they are after all of them."""
        tried = [(number, *self._answer_one(viewer, number, answer)) for number, answer in answers]
        results = [
            {
                "requestId": f"#{number}",
                "request": made and self.request(viewer, made["request"]),
                "relationship": made and self.relationship(viewer, made["request"].sender),
                "userErrors": errors,
            }
            for number, made, errors in tried
        ]
        return {"results": results, "userErrors": []}

    def _answer_one(self, viewer: str, number: int, answer: str) -> tuple[Json, list[Json]]:
        verbs = {"ACCEPT": "acceptConnectionRequest", "IGNORE": "ignoreConnectionRequest"}
        kind = {} if answer in verbs else {"kind": answer}
        verb = verbs.get(answer, "declineConnectionRequest")
        return self._try(verb, viewer, {"request": number, **kind})

    def _settings(self, viewer: str) -> Json:
        person = self.people[viewer]
        return {
            "whoCanRequest": person.who_can_request,
            "requireNote": person.require_note,
            "whoCanFollow": person.who_can_follow,
            "followFirst": person.follow_first,
            "connectionsVisibility": person.connections_visibility,
        }

    def notices_between(self, *members: str) -> dict[tuple[str, str, str], tuple[str, bool]]:
        """The notifications of these members about each other."""
        of_requests = [
            ((member, kind, f"#{request.number}"), notice)
            for pair in combinations(members, 2)
            for request in self.between(*pair)
            for (member, kind), notice in self.notices.get(request.number, {}).items()
        ]
        of_introductions = [
            (key, notice) for key, notice in self.introduction_notices() if {key[0], notice[0]} <= {*members}
        ]
        return dict([*of_requests, *of_introductions])
