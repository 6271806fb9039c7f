"""The fields of a plan."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    is_list_type,
    is_non_null_type,
)

if TYPE_CHECKING:
    from executor.plans.running import Run

Complete = Callable[[list[Any], "Run"], list[Any]]
Build = Callable[[list[Any], "Run"], list[dict[str, Any]]]


class Source(Protocol):
    """Where the values of a field come from that is more than an attribute of its rows."""

    is_one_by_one: bool
    """Whether each row has a resolver of its own that may have to be waited for."""

    def values(self, level: "Level", run: "Run") -> Any:
        """One value for each row, or an awaitable of them; an Exception stands for a value that failed.

        May raise for all rows.
        """


@dataclass(eq=False, slots=True)
class FieldPlan:
    """One response name in a selection on one object type.

    `parent` is the field whose object holds it, None at the root. It has a function `read` from a row to its
    value, or `read_all` from rows to theirs, or else a `source`. `complete` turns values into what the
    response holds.
    """

    key: str
    owner: GraphQLObjectType
    definition: GraphQLField
    nodes: list[FieldNode]
    parent: "FieldPlan | None"
    read: Callable[[Any], Any] | None = None
    read_all: Callable[[Sequence[Any]], list[Any]] | None = None
    attribute: str | None = None
    source: Source | None = None
    complete: Complete = field(init=False)

    @property
    def name(self) -> str:
        """The field's name in the schema."""
        return self.nodes[0].name.value

    @property
    def coordinate(self) -> str:
        """The field as errors name it."""
        return f"{self.owner}.{self.name}"

    def is_nullable(self, depth: int) -> bool:
        """Whether null may stand for its value, or `depth` lists deep inside of it."""
        type_: GraphQLOutputType = self.definition.type
        for _ in range(depth):
            type_ = type_.of_type if is_non_null_type(type_) else type_
            assert is_list_type(type_)
            type_ = type_.of_type
        return not is_non_null_type(type_)


class Level(NamedTuple):
    """A field of a whole level: the rows whose values are wanted, and their objects in the response."""

    field: FieldPlan
    rows: Sequence[Any]
    places: Sequence[dict[str, Any]]
