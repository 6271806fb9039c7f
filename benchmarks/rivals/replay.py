"""Statements of an operation with the sources of their arguments, so that they run for any member."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

Rows = Sequence[Mapping[str, Any]]
Fetch = Callable[[str, list[Any]], Awaitable[Rows]]


@dataclass
class Progress:
    """How far an operation is: whom it is about, and the arguments and rows of each statement so far."""

    member_id: int
    arguments: list[list[Any]] = field(default_factory=list)
    rows: list[Rows] = field(default_factory=list)


class Source(Protocol):
    """Where an argument comes from."""

    def value(self, progress: Progress) -> Any:
        """The argument of the next statement."""


@dataclass(frozen=True)
class Constant:
    """The same for each member."""

    constant: Any

    def value(self, progress: Progress) -> Any:
        """Always this one."""
        del progress
        return self.constant


@dataclass(frozen=True)
class Member:
    """The member's id, alone or as a list of one."""

    listed: bool

    def value(self, progress: Progress) -> Any:
        """The id."""
        return [progress.member_id] if self.listed else progress.member_id


@dataclass(frozen=True)
class Ids:
    """The numbers in columns of earlier statements' rows: the first `size`, or those not asked for before.

    `columns` are numbers of statements with names of columns; `asked` numbers of statements with positions of
    arguments.
    """

    columns: tuple[tuple[int, str], ...]
    size: int | None = None
    asked: tuple[tuple[int, int], ...] = ()

    def value(self, progress: Progress) -> Any:
        """The list, in the order of the rows."""
        found = [row[name] for number, name in self.columns for row in progress.rows[number]]
        if self.size is not None:
            return found[: self.size]
        known = {id for number, position in self.asked for id in progress.arguments[number][position]}
        return [id for id in dict.fromkeys(found) if id not in known]


@dataclass(frozen=True)
class Step:
    """A statement, the sources of its arguments and the columns of its rows."""

    text: str
    sources: tuple[Source, ...]
    columns: frozenset[str]

    @cached_property
    def _template(self) -> list[Any]:
        return [each.constant if isinstance(each, Constant) else None for each in self.sources]

    @cached_property
    def _others(self) -> list[tuple[int, Source]]:
        return [pair for pair in enumerate(self.sources) if not isinstance(pair[1], Constant)]

    async def run(self, progress: Progress, fetch: Fetch) -> None:
        """Send it, after those before it."""
        arguments = self._template.copy()
        for position, source in self._others:
            arguments[position] = source.value(progress)
        progress.arguments.append(arguments)
        progress.rows.append(await fetch(self.text, arguments))
