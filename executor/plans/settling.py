"""What becomes of errors: each nulls the nearest position above that may be null, and keeps its path."""

from typing import Any

from graphql import GraphQLError, located_error

from executor.plans.fields import FieldPlan
from executor.plans.marks import Flaw, Position, marks, put


def settled(response: dict[str, Any]) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
    """The response without flaws, and its errors, in the order of the document.

    Errors below a position that an earlier error has nulled are not told, as section 6.4.4 of the
    specification demands; which of those in one nulled position is told depends on no timing.
    """
    errors: list[GraphQLError] = []
    nulled: set[Position] = set()
    for at, flaw in [*marks(response)]:
        assert isinstance(flaw, Flaw)
        if any(at[:length] in nulled for length in range(1, len(at) + 1)):
            continue
        errors.append(located_error(flaw.error, flaw.field.nodes, list(at)))
        position = _nearest_nullable(flaw, at)
        if not position:
            return None, errors
        put(response, position, None)
        nulled.add(position)
    return response, errors


def _nearest_nullable(flaw: Flaw, at: Position) -> Position:
    """The position that becomes null; an empty one is the whole response."""
    field: FieldPlan | None = flaw.field
    while field is not None:
        depth = _depth(at)
        if field.is_nullable(depth):
            return at
        at = at[:-1]
        if depth == 0:
            field = field.parent
    return ()


def _depth(at: Position) -> int:
    """How many lists deep the position is in its field."""
    depth = 0
    while isinstance(at[-1 - depth], int):
        depth += 1
    return depth
