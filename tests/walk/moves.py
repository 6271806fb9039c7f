"""Chooses what happens next: mostly what fits where two members stand, often what must be refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from tests.walk.facts import DAY, Introduction, Request
from tests.walk.model import Model
from tests.walk.telling import Json

JOBS: Final = ("expire", "expire_introductions", "announce", "restrict")
KINDS: Final = ("NOT_NOW", "DECLINE", "DONT_KNOW")
ANSWERS: Final = ("ACCEPT", "IGNORE", *KINDS)
OF_SENT: Final = {"remindConnectionRequest": 5, "withdrawConnectionRequest": 4}
OF_RECEIVED: Final = {
    "acceptConnectionRequest": 7,
    "ignoreConnectionRequest": 2,
    "restoreConnectionRequest": 2,
    "declineConnectionRequest": 6,
    "liftDecline": 2,
    "replyToConnectionRequest": 2,
    "reportConnectionRequest": 3,
    "answerConnectionRequests": 1,
}
BETWEEN: Final = {
    "sendConnectionRequest": 6,
    "removeConnection": 2,
    "removeConnections": 1,
    "follow": 5,
    "unfollow": 4,
    "updateFollow": 4,
    "removeFollower": 4,
    "blockMember": 2,
    "unblockMember": 2,
    "muteMember": 4,
    "unmuteMember": 3,
    "reportMember": 1,
    "updatePrivacy": 8,
}
INTRODUCING: Final = (
    "forwardIntroduction",
    "declineIntroduction",
    "acceptIntroduction",
    "cancelIntroduction",
)
WHAT_FITS: Final = {
    "REQUESTED": {"BROKER forwardIntroduction": 6, "BROKER declineIntroduction": 2},
    "FORWARDED": {
        "TARGET acceptIntroduction": 5,
        "TARGET declineIntroduction": 3,
        "REQUESTER sendConnectionRequest": 3,
    },
}
"""What is done with an introduction that its requester sees so, by role."""
WHAT_ENDS: Final = {
    "REQUESTER cancelIntroduction": 2,
    "BROKER removeConnection": 1,
    "TARGET blockMember": 0.5,
}
SETTINGS: Final[Mapping[str, Sequence[Json]]] = {
    "who_can_request": (*["ANYONE"] * 6, "SECOND_DEGREE", "KNOWS_EMAIL", "NOBODY"),
    "require_note": (False, False, True),
    "who_can_follow": ("ANYONE", "ANYONE", "CONNECTIONS"),
    "follow_first": (False, True),
    "connections_visibility": ("NETWORK", "CONNECTIONS", "ONLY_ME", "NOBODY"),
}
NEVER_SENT: Final = 1_000_000
"""The number of no request."""
RUSH: Final = [(90, timedelta(minutes=10)), (10, DAY / 4)]
CALM: Final = [(60, DAY / 4), (35, 3 * DAY), (5, 20 * DAY)]
"""How much time passes before a move at most, by weight."""


@dataclass(frozen=True)
class Move:
    """Something that a member does to another, or that a job does; `given` are the arguments of the model."""

    verb: str
    viewer: str
    other: str
    given: dict[str, Json] = field(default_factory=dict)


class Chooser:
    """Chooses moves about few pairs at a time, often of one member, so that much happens between the same."""

    def __init__(self, random: Random, model: Model) -> None:
        self.random = random
        self.model = model
        self.busy = model.names[0]
        self.spans = RUSH
        self.keyed: Move | None = None
        self.pairs = [self._pair() for _ in range(4)]

    def chance(self, of: float) -> bool:
        """Whether something of this probability happens."""
        return self.random.random() < of

    def next_pair(self) -> tuple[str, str]:
        """Whom the next move is about; now and then others come to the fore."""
        if self.chance(0.003):
            self.busy = self.random.choice(self.model.names)
        if self.chance(0.02):
            self.pairs[self.random.randrange(4)] = self._pair()
        one, other = self.random.choice(self.pairs) if self.chance(0.85) else self._pair()
        return (one, other) if self.chance(0.5) else (other, one)

    def _pair(self) -> tuple[str, str]:
        one, other = self.random.sample(self.model.names, 2)
        return (self.busy, other) if self.busy != other and self.chance(0.5) else (one, other)

    def wait(self, pair: tuple[str, str]) -> datetime:
        """When the next move is made: at times at the very instant that opens or closes something."""
        now, second = self.model.now, timedelta(seconds=1)
        if self.chance(0.05 if self.spans is CALM else 0.03):
            self.spans = CALM if self.spans is RUSH else RUSH
        soon = now + (200 * DAY if self.chance(0.05) else 25 * DAY)
        moments = [at for at in self._moments(*pair) if now + second < at < soon]
        if moments and self.spans is CALM and self.chance(0.4):
            return self.random.choice(moments) - self.random.choice((0, 1)) * second
        [(_, most)] = self.random.choices(self.spans, [weight for weight, _ in self.spans])
        return now + self.random.randint(1, int(most.total_seconds())) * second

    def choose(self, viewer: str, other: str) -> Move:
        """What happens now."""
        if self.chance(0.04):
            return Move(self.random.choice(JOBS), viewer, other)
        if self.keyed and self.chance(0.01):
            return self.keyed
        move = self._choose(viewer, other)
        self.keyed = move if move.given.get("key") else self.keyed
        return move

    def _choose(self, viewer: str, other: str) -> Move:
        if self.chance(0.25) and (move := self._introduced(viewer, other)):
            return move
        if self.chance(0.01):
            other = self.random.choice((viewer, "nobody"))
        verb = self._fitting(viewer, other) if self.chance(0.75) else None
        verb = verb or self._any({**OF_SENT, **OF_RECEIVED, **BETWEEN})
        if verb in BETWEEN:
            return Move(verb, viewer, other, self._given(verb, viewer, other))
        request = self._request(verb, viewer, other)
        number = request.number if request else NEVER_SENT
        other = request.other(viewer) if request and viewer in request.both else other
        return Move(verb, viewer, other, self._about(verb, viewer, number))

    def _introduced(self, viewer: str, other: str) -> Move | None:
        """Something about an introduction: mostly what comes next to one that is open, else a new one."""
        recent = self.model.introductions[-8:]
        open_now = [each for each in recent if self.model.stage(each, each.requester) in WHAT_FITS]
        if open_now and self.chance(0.75):
            return self._next_of(self.random.choice(open_now), viewer)
        if recent and self.chance(0.15):
            return self._next_of(self.random.choice(recent), viewer)
        return self._asking(viewer, other)

    def _asking(self, viewer: str, other: str) -> Move | None:
        """Mostly along two connections, now and then along none."""
        ahead = [
            (one, broker, target)
            for one in self.model.names
            for broker in self.model.neighbours(one)
            for target in self.model.neighbours(broker)
            if target != one
        ]
        if ahead and self.chance(0.8):
            viewer, broker, other = self.random.choice(ahead)
        elif self.chance(0.2):
            broker = self.random.choice((*self.model.names, "nobody"))
        else:
            return None
        return Move(
            "requestIntroduction", viewer, other, {"other": other, "broker": broker, "key": self._key()}
        )

    def _next_of(self, introduction: Introduction, viewer: str) -> Move:
        stage = self.model.stage(introduction, introduction.requester)
        fits = {**WHAT_FITS.get(stage or "", {}), **WHAT_ENDS}
        role, verb = self._any(fits).split()
        requester, broker, target = introduction.three
        mover, met = {
            "REQUESTER": (requester, target),
            "BROKER": (broker, self.random.choice((requester, target))),
            "TARGET": (target, requester),
        }[role]
        if self.chance(0.15):
            mover = self.random.choice((*introduction.three, viewer))
            met = self.random.choice([each for each in introduction.three if each != mover])
            verb = self.random.choice(INTRODUCING)
        if verb in BETWEEN:
            named = {"introduction": introduction.number} if verb == "sendConnectionRequest" else {}
            return Move(verb, mover, met, self._given(verb, mover, met) | named)
        number = introduction.number if self.chance(0.98) else NEVER_SENT
        return Move(verb, mover, met, {"introduction": number, **self._said(verb)})

    def _said(self, verb: str) -> dict[str, Json]:
        """The words that go with a move of an introduction."""
        if verb == "forwardIntroduction":
            return {"word": self.random.choice((None, "A good baker."))}
        return {"message": self.random.choice((None, "Welcome!"))} if verb == "acceptIntroduction" else {}

    def _fitting(self, viewer: str, other: str) -> str | None:
        """What somebody may want to do who stands so to the other."""
        model = self.model
        if (viewer, other) in model.blocks:
            return "unblockMember"
        if model.are_connected(viewer, other):
            return self._any(BETWEEN | {"removeConnection": 6})
        if model.open_request(viewer, other, viewer):
            return self._any(OF_SENT | {"sendConnectionRequest": 1})
        last = model.last(other, viewer)
        is_known = last is not None and model.state(last, viewer) in ("PENDING", "DECLINED")
        if is_known and self.chance(0.7):
            return self._any(OF_RECEIVED)
        return "sendConnectionRequest" if self.chance(0.6) else None

    def _any(self, verbs: Mapping[str, float]) -> str:
        return self.random.choices([*verbs], [*verbs.values()])[0]

    def _request(self, verb: str, viewer: str, other: str) -> Request | None:
        """Mostly the last one between the two, else an old one, anybody's or none at all."""
        between = self.model.between(viewer, other)
        fitting = [each for each in between if (each.sender == viewer) == (verb in OF_SENT)]
        if fitting and self.chance(0.8):
            return fitting[-1]
        some = self.random.choice((between, fitting, self.model.requests))
        return self.random.choice(some) if some and self.chance(0.97) else None

    def _about(self, verb: str, viewer: str, number: int) -> dict[str, Json]:
        choice = self.random.choice
        match verb:
            case "answerConnectionRequests":
                return {"answers": self._answers(viewer, number)}
            case "remindConnectionRequest":
                return {"request": number, "line": self._text(), "key": self._key()}
            case "replyToConnectionRequest":
                return {"request": number, "key": self._key()}
            case "acceptConnectionRequest":
                welcome = choice((None, None, "Welcome!"))
                return {"request": number, "welcome": welcome, "follow": self.chance(0.8)}
            case "declineConnectionRequest":
                return {"request": number, "kind": choice(KINDS)}
        return {"request": number}

    def _answers(self, viewer: str, number: int) -> list[tuple[int, str]]:
        recent = [each.number for each, _ in zip(self.model.received(viewer), range(4), strict=False)]
        numbers = [number, *self.random.sample(recent, min(2, len(recent)))]
        return [(each, self.random.choice(ANSWERS)) for each in numbers]

    def _given(self, verb: str, viewer: str, other: str) -> dict[str, Json]:
        match verb:
            case "sendConnectionRequest":
                email = self._email(viewer, other)
                given = {"other": other, "note": self._text(), "email": email}
                named = self._named(viewer, other)
                return {**given, "introduction": named, "follow": self.chance(0.6), "key": self._key()}
            case "removeConnection":
                return {"other": other, "keep": self.chance(0.4)}
            case "removeConnections":
                others = [other, *self.random.sample([*self.model.names, "nobody"], 2)]
                return {"others": others, "keep": self.chance(0.4)}
            case "follow" | "updateFollow":
                return {"other": other, "private": self.chance(0.4)}
            case "blockMember":
                return {"other": other, "report": self.chance(0.3)}
            case "muteMember":
                later = self.model.now + self.random.choice((-1, 1, 5, 30)) * DAY
                return {"other": other, "until": self.random.choice((None, later))}
            case "updatePrivacy":
                name = self.random.choice([*SETTINGS])
                return {name: self.random.choice(SETTINGS[name])}
        return {"other": other}

    def _text(self) -> str | None:
        most = self.model.numbers.note_max_length
        return self.random.choices([None, "Hello!", "x" * most, "x" * (most + 1)], [9, 9, 1, 1])[0]

    def _named(self, viewer: str, other: str) -> int | None:
        """An introduction that a request may name; now and then one that it must not."""
        own = [each for each in self.model.introductions[-20:] if each.requester == viewer]
        fitting = [each for each in own if each.target == other]
        some = fitting if fitting and self.chance(0.7) else own if self.chance(0.1) else []
        return self.random.choice(some).number if some else None

    def _key(self) -> str | None:
        return self.random.choice(("one", "two")) if self.chance(0.1) else None

    def _email(self, viewer: str, other: str) -> str | None:
        """Whose address is given for the other's."""
        person = self.model.people.get(other)
        is_needed = person is not None and person.who_can_request == "KNOWS_EMAIL"
        return self.random.choice((other, other, viewer, None)) if is_needed or self.chance(0.05) else None

    def _moments(self, one: str, other: str) -> Iterator[datetime]:
        """When something between the two opens or closes by itself."""
        model = self.model
        yield from (each.expires_at for each in model.introductions[-5:])
        for member in (one, other):
            yield from (at + model.numbers.introduction_window for at in model.asked(member)[:1])
        for request in model.between(one, other)[-2:]:
            yield request.expires_at - 7 * DAY
            yield request.expires_at
            yield request.expires_at + model.numbers.expired_cooldown
            yield model.remind_from(request)
        for pair in ((one, other), (other, one)):
            mute, lifted = model.mutes.get(pair), model.lifted.get(pair)
            yield from [mute.until] if mute and mute.until else []
            yield from [lifted + model.numbers.reblock_wait] if lifted else []
            wait, week = model.cooldown(*pair), model.sent_this_week(pair[0])
            yield from [wait.until] * 3 if wait else []
            yield from [week[-1] + 7 * DAY] if week else []
            yield from [until] if (until := model.restriction(pair[0])) else []
