"""Runs a plan: passes over levels that never wait, and between them the work that they leave to be done.

A pass completes the values of a field for a whole level, and goes on below it as far as rows themselves hold
the values. Fields with resolvers are left as pending work, begun when the pass is over: what waits for
nothing at once, the others concurrently, each going on below as soon as its own values are there.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from graphql.execution.values import VariableValues
from graphql.pyutils import is_awaitable

from executor.fields import checked_values
from executor.plans.fields import Complete, FieldPlan, Level
from executor.plans.marks import Flaw, Later, Position, marks, put
from executor.plans.waiting import outcomes, together

if TYPE_CHECKING:
    from executor.plans.plan import Plan


@dataclass(eq=False, slots=True)
class Work:
    """Values that are waited for, how many, whether they come one by one, and what to do with them."""

    values: Awaitable[Sequence[Any]]
    count: int
    is_one_by_one: bool
    go_on: Callable[[list[Any]], None]


class Run:
    """One run: what fields are resolved with, the response as far as it is there, and the work left."""

    def __init__(self, plan: "Plan", root_value: Any, context: Any, variables: VariableValues) -> None:
        self.plan = plan
        self.root_value = root_value
        self.context = context
        self.variables = variables
        self.data: Any = None
        self.has_flaws = False
        self.tells = hasattr(context, "is_alone")
        """Whether the context wants to know when one resolver alone is waited for."""
        self.company = 0
        """How many tasks work on it at once, where there are several."""
        self.pending: list[Level] = []
        self.laters: list[Later] = []

    def flaw(self, field: FieldPlan, error: Exception) -> Flaw:
        """The mark of an error."""
        self.has_flaws = True
        return Flaw(field, error)

    def later(self, complete: Complete, value: Awaitable[Any]) -> Later:
        """The mark of a value that must be waited for."""
        mark = Later(complete, value)
        self.laters.append(mark)
        return mark

    async def finish(self, work: Work | None = None) -> None:
        """Do this work, or what is left, and what that leaves, until the response is whole."""
        waiting = self._begin() if work is None else [work]
        while waiting:
            if len(waiting) == 1:
                [work] = waiting
                if self.tells:
                    self.context.is_alone = not (self.company or (work.is_one_by_one and work.count > 1))
                try:
                    values = checked_values(await work.values, work.count)
                except Exception as error:
                    values = [error] * work.count
                work.go_on(values)
            else:
                self.company += len(waiting)
                await together([self.finish(each) for each in waiting])
                self.company -= len(waiting)
            waiting = self._begin()

    def _begin(self) -> list[Work]:
        """Begin all work. What waits for nothing is done, with what it leaves; the rest is returned."""
        waiting: list[Work] = []
        while self.pending:
            pending, self.pending = self.pending, []
            for level in pending:
                values = self._values(level)
                if values.__class__ is list:
                    self._complete(level, values)
                else:
                    waiting.append(self._work(level, values))
        return waiting + self._awaited() if self.laters else waiting

    def _work(self, level: Level, values: Awaitable[Sequence[Any]]) -> Work:
        source, count = level.field.source, len(level.rows)
        assert source is not None
        return Work(values, count, source.is_one_by_one, partial(self._complete, level))

    def _values(self, level: Level) -> Any:
        """A list of the values of a field, or an awaitable of them."""
        assert level.field.source is not None
        try:
            values = level.field.source.values(level, self)
            return values if is_awaitable(values) else checked_values(values, len(level.rows))
        except Exception as error:
            return [error] * len(level.rows)

    def _complete(self, level: Level, values: list[Any]) -> None:
        key = level.field.key
        for place, value in zip(level.places, level.field.complete(values, self), strict=True):
            place[key] = value

    def _awaited(self) -> list[Work]:
        """Work for the values that were found to be awaitables, those of each kind together."""
        laters, self.laters = self.laters, []
        positions = {id(mark): at for at, mark in marks(self.data) if mark.__class__ is Later}
        kinds: dict[Complete, list[Later]] = defaultdict(list)
        for mark in laters:
            kinds[mark.complete].append(mark)
        return [
            Work(
                outcomes([mark.value for mark in those]),
                len(those),
                True,
                partial(self._complete_later, complete, [positions[id(mark)] for mark in those]),
            )
            for complete, those in kinds.items()
        ]

    def _complete_later(self, complete: Complete, positions: Sequence[Position], values: list[Any]) -> None:
        for at, value in zip(positions, complete(values, self), strict=True):
            put(self.data, at, value)
