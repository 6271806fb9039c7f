"""Random sequences: what Ada does and looks at, what Bob does meanwhile, and how time passes."""

import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from rules.policy import NetworkPolicy
from server.jobs.expiry import announce_expiry, expire_introductions, expire_requests
from server.jobs.restrictions import restrict_senders
from server.jobs.retention import forget_events
from tests.clocks import Clock
from tests.privacy.casts import Cast, assemble
from tests.privacy.documents import MUTATIONS
from tests.privacy.hosts import Host
from tests.privacy.recipients import OPEN, SECRETS, Act, carry_out
from tests.privacy.trials import Trial
from tests.world import World

SEQUENCES = int(os.environ.get("RAPPORT_TEST_PRIVACY_SEQUENCES", "2"))
SILENCE = "not answered"
MOMENT = timedelta(microseconds=1)
REQUEST = """
SELECT sender_state, sent_at, expires_at, sender_closed_at, reminded_at FROM connection_requests
WHERE sender_id = $1 AND recipient_id = $2 ORDER BY id DESC LIMIT 1
"""
JOBS = (expire_requests, expire_introductions, announce_expiry, restrict_senders, forget_events)
OF_OTHERS = (
    *(("dan", "asks"), ("fay", "asks"), ("eve", "writes"), ("eve", "writes"), ("gus", "writes")),
    *(
        ("eve", "passes an introduction on"),
        ("gus", "passes an introduction on"),
        ("dan", "wants to meet Ada"),
    ),
    *(("eve", "reads"), ("eve", "deletes a message"), ("gus", "edits a message")),
)
ENDING = "closeAccount"
OFTEN = (
    ["requestIntroduction"] * 4
    + ["sendConnectionRequest"] * 8
    + ["remindConnectionRequest"] * 6
    + ["withdrawConnectionRequest"] * 5
)
LIKELY = (*OFTEN, *(name for name in MUTATIONS if name != ENDING))
"""Closing the account ends the story."""


@dataclass
class Story:
    """A trial in which Bob has a secret of his own in each world, until it may come to light.

    `mutations` is what Ada may do, the more often the more times it is there.
    """

    trial: Trial
    secrets: Mapping[str, Iterator[Act]]
    mutations: Sequence[str] = LIKELY

    @classmethod
    def of(cls, trial: Trial) -> "Story":
        """The story of worlds that are called after Bob's secrets."""
        return cls(trial, {name: cycle(SECRETS[name]) for name in trial.casts if name in SECRETS})

    async def run(self, steps: int, likely: "Likely") -> None:
        """So much of what may happen, and the end."""
        for _ in range(steps):
            [step] = self.trial.random.choices(list(likely), list(likely.values()))
            await step(self)
        await self.end()

    async def end(self) -> None:
        """All that Ada sees when it is all but over."""
        await self.wait_for_the_end()
        await self.do_jobs()
        await self.trial.look_at_everything()
        await self.trial.read_log()
        if self.trial.random.random() < 0.3:
            await self.trial.act([ENDING])
            await self.trial.look()

    async def wait_for_the_end(self) -> None:
        """Let time pass to the last moment before a secret may come to light."""
        if until := await self._last_moment():
            self.trial.clock.now = max(self.trial.clock.now, until)

    async def act(self) -> None:
        """Ada does something."""
        await self.trial.act(self.mutations)

    async def look(self) -> None:
        """Ada looks at something."""
        await self.trial.look()

    async def keep_secret(self) -> None:
        """Bob does something that nobody is to notice, in each world something else."""

        async def work(cast: Cast, name: str) -> None:
            if name in self.secrets:
                await self._carry_out(cast, next(self.secrets[name]))

        await self.trial.everywhere("Bob's secrets", work)

    async def act_openly(self, title: str = "") -> None:
        """Bob does the same in all worlds, this or anything."""
        title = title or self.trial.random.choice(list(OPEN))

        async def work(cast: Cast, _: str) -> None:
            for act in OPEN[title]:
                await self._carry_out(cast, act)

        await self.trial.everywhere(f"Bob {title}", work)

    async def others_act(self, by: str = "", title: str = "") -> None:
        """Somebody else asks Ada or writes to her."""
        by, title = (by, title) if title else self.trial.random.choice(OF_OTHERS)

        async def work(cast: Cast, _: str) -> None:
            for act in OPEN[title]:
                await carry_out(self.trial.world, self.trial.host, cast, act, by=by)

        await self.trial.everywhere(f"{by.title()} {title}", work)

    async def wait(self) -> None:
        """Time passes, often to where something ends or begins, and never beyond what secrets last."""
        random, clock = self.trial.random, self.trial.clock
        until = await self._last_moment()
        instants = [clock.now + timedelta(minutes=1) * random.choice([1, 60, 1440, 4 * 1440, 20 * 1440])]
        instants += [each + random.choice([-1, 0, 1]) * MOMENT for each in await self._turning_points()]
        ahead = [each for each in instants if each > clock.now and (until is None or each <= until)]
        clock.now = random.choice(ahead) if ahead else clock.now

    async def do_jobs(self) -> None:
        """The server does what it does at intervals."""
        for job in JOBS:
            await job(self.trial.host.deployment)
        await self.trial.compare_logs()

    async def _carry_out(self, cast: Cast, act: Act) -> None:
        await carry_out(self.trial.world, self.trial.host, cast, act)

    async def _last_moment(self) -> datetime | None:
        """The last instant before the hidden end of Ada's last request to Bob; None where there is none."""
        async with self.trial.world.connection() as connection:
            row = await connection.fetchrow(REQUEST, self.trial.first["ada"], self.trial.first["bob"])
        if row is None or row["sender_state"] == "ACCEPTED":
            return None
        end: datetime = row["expires_at"] + self._policy.expired_cooldown
        return end - MOMENT

    async def _turning_points(self) -> list[datetime]:
        """When Ada may remind, when her request ends, and when she may ask again."""
        async with self.trial.world.connection() as connection:
            row = await connection.fetchrow(REQUEST, self.trial.first["ada"], self.trial.first["bob"])
        if row is None:
            return []
        reminder = (row["reminded_at"] or row["sent_at"]) + self._policy.reminder_interval
        again = row["sender_closed_at"] and row["sender_closed_at"] + self._policy.withdrawn_cooldown
        return [reminder, row["expires_at"], *([again] if again else [])]

    @property
    def _policy(self) -> NetworkPolicy:
        return self.trial.host.deployment.policy


Likely = Mapping[Callable[[Story], Awaitable[None]], int]
"""How likely each step is to come next."""

ALONE: Likely = {Story.act: 11, Story.look: 8, Story.others_act: 2, Story.wait: 3, Story.do_jobs: 1}
WITH_BOB: Likely = {**ALONE, Story.look: 4, Story.wait: 6, Story.keep_secret: 6, Story.act_openly: 2}


async def begin(world: World, host: Host, clock: Clock, names: Sequence[str], random: Random) -> Trial:
    """Worlds with these secrets, and one without."""
    long_ago = clock.now - timedelta(days=100)
    casts = {name: await assemble(world, long_ago) for name in (SILENCE, *names)}
    return Trial(world, host, clock, casts, random)


def random_policy(random: Random) -> NetworkPolicy:
    """Limits that are hard to reach, or easy."""
    return NetworkPolicy(
        weekly_request_limit=random.choice([2, 100]),
        max_pending_sent=random.choice([1, 500]),
        max_blocks=random.choice([1, 100]),
        max_connections=random.choice([4, 30_000]),
        removed_cooldown=random.choice([timedelta(0), timedelta(days=7)]),
        declined_cooldown=random.choice([None, timedelta(days=90)]),
        follow_on_connect=random.random() < 0.8,
    )
