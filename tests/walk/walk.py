"""The walk: one move at a time, by the application and by the model, which must not differ in anything."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from rules.policy import NetworkPolicy, RerequestBy
from server.jobs.expiry import announce_expiry, expire_introductions, expire_requests
from server.jobs.restrictions import restrict_senders
from tests.walk.asking import BRIEF, FACE, WHOLE, Names, ask, mutation, written
from tests.walk.differences import Difference, Step, difference
from tests.walk.eyes import ALL
from tests.walk.facts import Numbers
from tests.walk.ledger import Ledger
from tests.walk.moves import JOBS, NEVER_SENT, Chooser, Move
from tests.walk.payloads import Payloads
from tests.walk.telling import Json
from tests.world import World

START: Final = datetime(2030, 1, 1, 12, tzinfo=UTC)
HANDLES: Final = ["ada", "ben", "cyd", "dan", "eve", "fay", "gus", "hal", "ida", "joe", "kim", "lea"]
RUN: Final = {
    "expire": expire_requests,
    "expire_introductions": expire_introductions,
    "announce": announce_expiry,
    "restrict": restrict_senders,
}
EVERY: Final = 500
"""Moves between two comparisons of everybody with everybody."""
VIEWS: Final = ["AWAITING_ANSWER", "IGNORED", "DECLINED", "ALL"]
ROLES: Final = ("REQUESTER", "BROKER", "TARGET")
STAGES: Final = [
    *("REQUESTED", "FORWARDED", "ACCEPTED", "DECLINED_BY_BROKER", "DECLINED_BY_TARGET", "CANCELLED"),
    "EXPIRED",
]


class Walk:
    """A network that is walked through; `counts` are the moves made, by verb and by what came of them."""

    def __init__(self, world: World, names: Names, numbers: Numbers, seed: int) -> None:
        self.model = Payloads(numbers, list(names.members), START)
        given = asdict(numbers) | {"removed_rerequest_by": RerequestBy(numbers.removed_rerequest_by)}
        clocked = replace(world.deployment, policy=NetworkPolicy(**given), clock=lambda: self.model.now)
        self.world = World(clocked)
        self.names, self.ledger = names, Ledger(self.world, names)
        self.random = Random(seed)
        self.chooser = Chooser(self.random, self.model)
        self.steps: list[Step] = []
        self.counts: Counter[tuple[str, str]] = Counter()

    @classmethod
    async def of_twelve(cls, world: World, numbers: Numbers, seed: int) -> "Walk":
        """Twelve members with addresses, and nothing between them."""
        members = {handle: await world.member(handle) for handle in HANDLES}
        for handle, id in members.items():
            address = f"{handle}@rapport.test"
            await world.execute("INSERT INTO emails (email, member_id) VALUES ($1, $2)", address, id)
            await world.execute(
                "INSERT INTO credentials (member_id, email, password_hash) VALUES ($1, $2, '')", id, address
            )
        return cls(world, Names(members), numbers, seed)

    async def go(self, moves: int) -> None:
        """Make so many moves. Raises Difference at the first that differs."""
        for number in range(1, moves + 1):
            pair = self.chooser.next_pair()
            self.model.now = self.chooser.wait(pair)
            move = self.chooser.choose(*pair)
            await self.make(move)
            if number % EVERY == 0 or number == moves:
                await self.compare_all()

    async def make(self, move: Move) -> None:
        """Make a move and compare what came of it, what was told and what is seen then.

        After a change the one whom the move is about looks at everything, and so may its maker or a third.
        After a refusal, which changes nothing, one look at where the two stand must do.
        """
        has_worked = await (self._run(move) if move.verb in JOBS else self._mutate(move))
        pair = [name for name in dict.fromkeys((move.viewer, move.other)) if name in self.names.members]
        concerned = [*(name for name in self._third(move) if name not in pair), *pair]
        await self._compare_told(concerned)
        other, third = concerned[-1], self.random.choice([*self.names.members])
        if has_worked:
            viewers = dict.fromkeys((other, self.random.choice((other, other, move.viewer, third))))
            await asyncio.gather(*(self._look(viewer, *concerned) for viewer in viewers))
        else:
            await self._glance(other, *concerned)

    def _third(self, move: Move) -> Sequence[str]:
        """Those whom the move of an introduction concerns besides."""
        number = move.given.get("introduction")
        if number is not None and number < len(self.model.introductions):
            return self.model.introductions[number].three
        broker = str(move.given.get("broker"))
        return [broker] if broker in self.names.members else []

    async def _run(self, move: Move) -> bool:
        self._keep(move, {})
        getattr(self.model, move.verb)()
        await RUN[move.verb](self.world.deployment)
        self.counts[move.verb, "done"] += 1
        return True

    async def _mutate(self, move: Move) -> bool:
        """Give the mutation to both; whether it was not refused. The id of a new request is learnt here."""
        input = self.names.input(move)
        self._keep(move, input)
        if input.get("recipientEmail"):
            await self.world.execute("DELETE FROM sign_in_failures")
        data = await ask(self._context(move.viewer), mutation(move.verb), {"input": input})
        answer, before, known = data[move.verb], len(self.model.requests), len(self.model.introductions)
        wanted = self.model.make(move)
        if len(self.model.requests) > before and answer["request"]:
            self.names.learn(f"#{before}", answer["request"]["id"])
        if len(self.model.introductions) > known and answer["introduction"]:
            self.names.learn(f"~{known}", answer["introduction"]["id"])
        self._need_same("the payload", written(wanted), self.names.told(answer))
        codes = [error["code"] for error in wanted["userErrors"]]
        self.counts[move.verb, " ".join(codes) or "done"] += 1
        return not codes

    async def _compare_told(self, concerned: Sequence[str]) -> None:
        told, self.model.told = sorted(self.model.told), []
        self._need_same("what was told", told, await self.ledger.news(self.model.now))
        notices = self.model.notices_between(*concerned)
        self._need_same("the notifications", notices, await self.ledger.notices(*concerned))

    async def _glance(self, viewer: str, *others: str) -> None:
        """Compare what lies between the viewer and the others, and what either of them may have asked."""
        numbers = self._some_request(viewer, others[-1]), self._some_introduction(viewer)
        await self._compare(
            viewer, self.model.brief(viewer, others, numbers), BRIEF, self._of(numbers, others)
        )

    async def _look(self, viewer: str, *others: str) -> None:
        """Compare all that the viewer sees of the others, and in their own lists."""
        numbers = self._some_request(viewer, others[-1]), self._some_introduction(viewer)
        chosen = {
            "states": self.random.sample(ALL, self.random.randint(1, 3)),
            "view": self.random.choice(VIEWS),
            "role": self.random.choice((None, *ROLES)),
            "stages": self.random.choice((None, self.random.sample(STAGES, 2))),
        }
        wanted = self.model.whole(viewer, others, numbers, chosen)
        asked = self._of(numbers, others) | {"other": self.names.ids[others[-1]]} | chosen
        await self._compare(viewer, wanted, WHOLE, asked)

    def _of(self, numbers: tuple[int, int], others: Sequence[str]) -> Json:
        request, introduction = numbers
        ids = {"request": self.names.ids[f"#{request}"], "introduction": self.names.ids[f"~{introduction}"]}
        return ids | {"others": self._ids(others)}

    def _some_introduction(self, viewer: str) -> int:
        """Mostly one of the viewer's last, else anybody's or none."""
        recent = self.model.introductions[-12:]
        own = [each for each in recent if viewer in each.three]
        some = own if own and self.random.random() < 0.7 else recent
        return self.random.choice(some).number if some else NEVER_SENT

    def _ids(self, handles: Sequence[str]) -> list[str]:
        return [self.names.ids[handle] for handle in handles]

    def _some_request(self, one: str, other: str) -> int:
        between = self.model.between(one, other)
        return self.random.choice((between[-1], *between)).number if between else NEVER_SENT

    async def _compare(self, viewer: str, wanted: Json, question: str, asked: Json) -> None:
        found = self.names.told(await ask(self._context(viewer), question, asked))
        self._need_same(f"what {viewer} sees", written(wanted), found)

    async def compare_all(self) -> None:
        """Compare what everybody sees of everybody, and what must hold in the tables."""
        for viewer in self.names.members:
            await self._look(viewer, *self.names.members)
            await asyncio.gather(*(self._face(viewer, other) for other in self.names.members))
        self._need_same("reports", dict(+self.model.reports), await self.ledger.reports())
        broken = await self.ledger.violations(self.model.now, self.model.numbers)
        self._need_same("the invariants", {}, broken)
        await self.world.execute("ANALYZE")

    async def _face(self, viewer: str, other: str) -> None:
        wanted = {"member": self.model.profile(viewer, other)}
        await self._compare(viewer, wanted, FACE, {"other": self.names.ids[other]})

    def _context(self, viewer: str) -> Any:
        return self.world.context(self.names.members[viewer])

    def _keep(self, move: Move, input: Json) -> None:
        self.steps.append(Step(self.model.now, move, self.names.told(input)))

    def _need_same(self, what: str, wanted: Json, found: Json) -> None:
        if wanted != found:
            raise Difference(difference(self.steps, what, wanted, found))
