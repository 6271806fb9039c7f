"""How long answers take, contender after contender over the same cases."""

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import asyncpg

from benchmarks.graph.cases import Case
from benchmarks.graph.contenders import Answer, Contender

TURN: Final = 5
"""Cases that each client takes before it is another contender's turn."""


@dataclass(slots=True)
class Times:
    """Seconds of each answer, infinite where it took longer than was allowed."""

    seconds: list[float] = field(default_factory=list)

    def percentile(self, percent: int) -> float:
        """The least time that so many in a hundred did not exceed, in milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


async def measured(contenders: Sequence[Contender], cases: Sequence[Case], budget: float) -> dict[str, Times]:
    """The times of each contender by name.

    They take turns with a few cases, all clients at once, each round beginning with another; whoever has used
    up `budget` seconds asks no more. The first case of each client does not count.
    """
    times = {contender.name: Times() for contender in contenders}
    left = dict.fromkeys(times, budget)
    for contender in contenders:
        await _turn(contender, [cases[0]] * len(contender.clients))
    size = TURN * len(contenders[0].clients)
    for number, start in enumerate(range(0, len(cases), size)):
        shift = number % len(contenders)
        for contender in (*contenders[shift:], *contenders[:shift]):
            if left[contender.name] > 0:
                begun = time.perf_counter()
                times[contender.name].seconds += await _turn(contender, cases[start : start + size])
                left[contender.name] -= time.perf_counter() - begun
    return times


async def _turn(contender: Contender, cases: Sequence[Case]) -> list[float]:
    number = len(contender.clients)
    shares = [cases[client::number] for client in range(number)]
    runs = zip(contender.clients, shares, strict=True)
    found = await asyncio.gather(*(_client(answer, share, contender.before) for answer, share in runs))
    return [seconds for times in found for seconds in times]


async def _client(answer: Answer, cases: Sequence[Case], before: Answer | None) -> list[float]:
    found = []
    for case in cases:
        if before:
            await before(case)
        found.append(await _seconds(answer, case))
    return found


async def _seconds(answer: Answer, case: Case) -> float:
    begun = time.perf_counter()
    try:
        await answer(case)
    except asyncpg.QueryCanceledError:
        return math.inf
    return time.perf_counter() - begun
