"""Where the values of a field come from that is more than an attribute of its rows."""

from collections.abc import Callable
from typing import Any

from executor.fields import BatchResolver, RootResolver
from executor.plans.arguments import Arguments, Values
from executor.plans.fields import Level
from executor.plans.info import field_info, paths
from executor.plans.running import Run
from executor.plans.waiting import awaited
from executor.selection import Selection


class Batch:
    """A batch resolver: runs once for the whole level."""

    is_one_by_one = False

    def __init__(self, resolver: BatchResolver, arguments: Arguments, selection: Selection | None) -> None:
        self.resolver = resolver
        self.arguments = arguments
        self.selected: Values = {} if selection is None else {"selection": selection}

    def values(self, level: Level, run: Run) -> Any:
        """What the resolver gives for all rows."""
        arguments = self.arguments.values(run.variables)
        return self.resolver(level.rows, run.context, **arguments, **self.selected)


class Root:
    """A root resolver, which has no parents; it has one row unless its type stands elsewhere as well."""

    is_one_by_one = True

    def __init__(self, resolver: RootResolver, arguments: Arguments) -> None:
        self.resolver = resolver
        self.arguments = arguments

    def values(self, level: Level, run: Run) -> Any:
        """What the resolver gives, for each row."""
        arguments = self.arguments.values(run.variables)
        return awaited([self.resolver(run.context, **arguments) for _ in level.rows])


class Each:
    """A resolver of GraphQL's own kind: runs for each row, and is told where in the response."""

    is_one_by_one = True

    def __init__(self, resolver: Callable[..., Any], arguments: Arguments) -> None:
        self.resolver = resolver
        self.arguments = arguments

    def values(self, level: Level, run: Run) -> Any:
        """What the resolver gives for each row."""
        arguments = self.arguments.values(run.variables)
        infos = [field_info(run, level.field, path) for path in paths(run, level)]
        return awaited([self._value(*each, arguments) for each in zip(level.rows, infos, strict=True)])

    def _value(self, row: Any, info: Any, arguments: Values) -> Any:
        try:
            return self.resolver(row, info, **arguments)
        except Exception as error:
            return error
