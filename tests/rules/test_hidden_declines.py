"""Whoever is ignored or declined can't tell it from silence: random walks of a sender in two worlds.

In the one nobody ever answers. In the other the recipient ignores, declines, reports, lifts and declines
again, whenever they like. The sender does the same in both, looks at everything and is told the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

import pytest

from rules.connection_requests import (
    Move,
    Side,
    decline,
    expire,
    ignore,
    is_open,
    lift,
    remind,
    report,
    restore,
    withdraw,
)
from rules.cooldowns import wait
from rules.refusals import Refused
from rules.relationships import Allowance, Ask, Pair, Sending, can_connect, send, status
from rules.seen_requests import seen
from rules.terms import ConnectionRequestState as State
from rules.terms import DeclineKind
from tests.rules.pairs import POLICY, SENT, Request, allowance, day, facts

HIDDEN_END = day(201)
STEPS = [timedelta(0), timedelta(hours=5), timedelta(days=3), timedelta(days=14), timedelta(days=40)]
ANSWERS: list[Callable[..., Move]] = [
    ignore,
    restore,
    report,
    *(partial(decline, kind) for kind in DeclineKind),
]


@dataclass
class World:
    """One sender's requests to one recipient, the latest last."""

    requests: list[Request] = field(default_factory=list)

    def pair(self) -> Pair:
        return Pair(sent=self.requests[-1] if self.requests else None)

    def allowance(self, now: datetime) -> Allowance:
        sent = sum(now - request.sent_at < timedelta(days=7) for request in self.requests)
        return allowance(sent=sent, open_now=sum(is_open(each, Side.SENDER, now) for each in self.requests))

    def looks(self, now: datetime) -> object:
        """All that the sender can see."""
        return (
            [facts(seen(request, Side.SENDER, now, POLICY)) for request in self.requests],
            status(self.pair(), now),
            can_connect(self.pair(), self.allowance(now), now, POLICY),
            wait(self.pair().sent, None, now, POLICY),
        )

    def does(self, name: str, now: datetime) -> object:
        """What the sender hears of an attempt."""
        try:
            return self._sends(now) if name == "send" else self._moves(name, now)
        except Refused as refused:
            return refused.errors

    def _sends(self, now: datetime) -> bool:
        """Whether it was a new request, which is stored declined where it is not delivered."""
        ask = Ask(has_note=True, knows_email=True)
        sending = send(self.pair(), ask, self.allowance(now), now, POLICY)
        if sending is Sending.ALREADY_OPEN:
            return False
        made = Request(number=len(self.requests) + 1, sent_at=now, expires_at=now + POLICY.request_lifetime)
        if sending is Sending.UNDELIVERED:
            kind = self.requests[-1].decline_kind
            made = replace(made, undelivered=True, state=State.DECLINED, decline_kind=kind, closed_at=now)
        self.requests.append(made)
        return True

    def _moves(self, name: str, now: datetime) -> bool:
        """Whether the sender's own log tells of it."""
        told = False
        for place, request in enumerate(self.requests):
            if name == "expire" or request is self.requests[-1]:
                move = MOVES[name](request, now)
                self.requests[place] = request.after(move)
                told |= Side.SENDER in move.told
        return told

    def is_answered(self, choose: Random, now: datetime) -> None:
        """The recipient does something with a request that they see, or tries to."""
        seen_ones = [place for place, each in enumerate(self.requests) if not each.undelivered]
        if seen_ones:
            place = choose.choice(seen_ones)
            try:
                self._answer(place, choose, now)
            except Refused:
                return

    def _answer(self, place: int, choose: Random, now: datetime) -> None:
        if choose.random() < 0.2:
            declined = [each for each in self.requests if each.state is State.DECLINED]
            for request, move in lift(self.requests[place], declined, now, POLICY):
                self._replace(request, move)
        else:
            move = choose.choice(ANSWERS)(self.requests[place], now, POLICY)
            assert Side.SENDER not in move.told
            assert move.notification is None
            self._replace(self.requests[place], move)

    def _replace(self, request: Request, move: Move) -> None:
        self.requests[request.number - 1] = request.after(move)


MOVES: dict[str, Callable[[Request, datetime], Move]] = {
    "remind": lambda request, now: remind(request, now, POLICY, message="Still there?"),
    "withdraw": lambda request, now: withdraw(request, now, POLICY),
    "expire": expire,
}


@pytest.mark.parametrize("seed", range(200))
def test_a_sender_can_not_tell_being_ignored_or_declined_from_silence(seed: int) -> None:
    choose = Random(seed)
    silence, answered = World(), World()
    now = SENT
    while now < HIDDEN_END:
        name = choose.choice(["send", "send", "remind", "withdraw", "expire"])
        assert silence.does(name, now) == answered.does(name, now)
        answered.is_answered(choose, now)
        assert silence.looks(now) == answered.looks(now)
        now += choose.choice(STEPS)
