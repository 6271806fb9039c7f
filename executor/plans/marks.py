"""Marks in a response that is not whole yet."""

from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from executor.plans.fields import Complete, FieldPlan

Position = tuple[str | int, ...]
"""A path in the response."""


@dataclass(eq=False, slots=True)
class Flaw:
    """An error of a field, where its value would stand."""

    field: "FieldPlan"
    error: Exception


@dataclass(eq=False, slots=True)
class Later:
    """A value that must be waited for, where it will stand."""

    complete: "Complete"
    value: Awaitable[Any]


def marks(value: Any, at: Position = ()) -> Iterator[tuple[Position, Flaw | Later]]:
    """The marks in a part of the response, in the order of the document."""
    if isinstance(value, Flaw | Later):
        yield at, value
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from marks(below, (*at, key))
    elif isinstance(value, list):
        for place, below in enumerate(value):
            yield from marks(below, (*at, place))


def put(response: Any, at: Position, value: Any) -> None:
    """Put a value to a position below the root."""
    container = response
    for key in at[:-1]:
        container = container[key]
    container[at[-1]] = value
