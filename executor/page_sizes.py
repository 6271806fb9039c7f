"""The number of nodes of an operation, as far as it is known before its variables are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    Undefined,
    ValueNode,
    VariableNode,
)
from strawberry.utils.str_converters import to_camel_case

HUGE = 10**9
Variables = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PageSize:
    """The size of a page that depends on variables: each with its size where it is absent, 0 for none."""

    known: int
    variables: Sequence[tuple[str, int]]
    default: int

    def given(self, variables: Variables) -> int:
        """The largest of the sizes that are known and those that `variables` (coerced) hold."""
        sizes = [size_of(variables[name]) if name in variables else absent for name, absent in self.variables]
        return max(self.known, *sizes) or self.default


Size = int | PageSize


def size_of(value: object) -> int:
    """What a page size multiplies by: the number itself or the length of a list; 0 where none is given."""
    if value is None:
        return 0
    if isinstance(value, int):
        return min(max(value, 1), HUGE)
    return max(len(value), 1) if isinstance(value, list | tuple) else 1


def literal_size(node: ValueNode) -> int:
    """`size_of` for a value that stands in the document."""
    if isinstance(node, NullValueNode):
        return 0
    if isinstance(node, IntValueNode):
        # Python refuses to read numbers of more than 4,300 digits.
        return size_of(int(node.value)) if len(node.value) < len(str(HUGE)) else HUGE
    return max(len(node.values), 1) if isinstance(node, ListValueNode) else 1


def page_size(node: FieldNode, definition: GraphQLField, multipliers: Sequence[str], default: int) -> Size:
    """The size of the page below a field: the largest of its multiplying arguments, or `default`."""
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    known, variables = 0, []
    for name in map(to_camel_case, multipliers):
        value, absent = given.get(name), _default_size(definition.args.get(name))
        if isinstance(value, VariableNode):
            variables.append((value.name.value, absent))
        else:
            known = max(known, literal_size(value) if value else absent)
    return PageSize(known, variables, default) if variables else known or default


def _default_size(argument: GraphQLArgument | None) -> int:
    value = argument.default_value if argument else None
    return 0 if value is Undefined else size_of(value)


@dataclass(slots=True)
class NodeCount:
    """How many nodes a selection set asks for and what they cost, once the variables are known.

    `levels` holds the selection sets below it that depend on variables, each after those it refers to: a
    fixed number of nodes, their cost, and sizes that multiply an earlier level. Shared fragments stand in it
    once.
    """

    levels: list[tuple[int, int, list[tuple[Size, int]]]] = field(default_factory=list)
    _depends: bool = field(default=False, init=False, compare=False)
    """Whether the total depends on variables."""
    _known: tuple[int, int] | None = field(default=None, init=False, compare=False)
    """The total, where it doesn't."""

    def total(self, variables: Variables) -> tuple[int, int]:
        """The nodes of the last level and their cost; the work is linear in the number of sizes."""
        if self._known:
            return self._known
        totals = [(0, 0)]
        for nodes, cost, terms in self.levels:
            sizes = [(_value(size, variables), totals[level]) for size, level in terms]
            nodes_below = sum(size * below[0] for size, below in sizes)
            totals.append((nodes + nodes_below, cost + sum(size * below[1] for size, below in sizes)))
        if not self._depends:
            self._known = totals[-1]
        return totals[-1]

    def add(self, nodes: int, cost: int, terms: list[tuple[Size, int]]) -> int:
        """Append a level and return its number, counted from 1."""
        self.levels.append((nodes, cost, terms))
        self._known = None
        self._depends |= any(isinstance(size, PageSize) for size, _ in terms)
        return len(self.levels)


def _value(size: Size, variables: Variables) -> int:
    return size.given(variables) if isinstance(size, PageSize) else size
