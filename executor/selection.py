"""What is selected below a field, for resolvers that ask the database only for what is wanted."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLNamedType,
    GraphQLSchema,
    GraphQLSkipDirective,
    SelectionNode,
    SelectionSetNode,
    get_directive_values,
    get_named_type,
    is_composite_type,
)
from graphql.execution.values import VariableValues

Fragments = Mapping[str, FragmentDefinitionNode]
FoundT = TypeVar("FoundT")


class Selection:
    """The fields below some field nodes, by their names in the schema; of fragments all that may apply.

    Without `variables` nothing is known of conditions, and all fields count as selected. `type` is that of
    the nodes, None where they may be of several.
    """

    def __init__(
        self,
        nodes: Sequence[FieldNode],
        fragments: Fragments,
        variables: VariableValues | None,
        schema: GraphQLSchema,
        type_: GraphQLNamedType | None,
    ) -> None:
        self.nodes = nodes
        self.fragments = fragments
        self.schema = schema
        self.type = type_
        self._variables = variables
        self._known: dict[str, Selection] | None = None
        self._found: dict[tuple[Hashable, ...], Any] = {}

    def has(self, *path: str) -> bool:
        """Whether a field is selected; `path` names it and the fields above it: `has("edges", "node")`."""
        return self.below(*path) is not None

    def below(self, *path: str) -> "Selection | None":
        """What is selected below that field; None where it isn't selected itself."""
        return self.once(_below, *path)

    def once(self, find: Callable[..., FoundT], *arguments: Hashable) -> FoundT:
        """What `find` says of this selection and the arguments: found once, for all runs of the plan."""
        key = find, *arguments
        if key not in self._found:
            self._found[key] = find(self, *arguments)
        found: FoundT = self._found[key]
        return found

    @property
    def fields(self) -> "dict[str, Selection]":
        """What is selected below each of the fields."""
        if self._known is None:
            nodes: dict[str, list[FieldNode]] = {}
            spread: set[str] = set()
            for node in self.nodes:
                for below in self._selected(node.selection_set, spread):
                    nodes.setdefault(below.name.value, []).append(below)
            self._known = {
                name: Selection(those, self.fragments, self._variables, self.schema, self._type_of(name))
                for name, those in nodes.items()
            }
        return self._known

    def _type_of(self, name: str) -> GraphQLNamedType | None:
        if not is_composite_type(self.type):
            return None
        definition = self.schema.get_field(self.type, name)
        return get_named_type(definition.type) if definition else None

    def _selected(self, node: SelectionSetNode | None, spread: set[str]) -> Iterator[FieldNode]:
        """The field nodes of a selection set, those of fragments once."""
        for selection in node.selections if node else ():
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                yield selection
            elif not isinstance(selection, FragmentSpreadNode):
                yield from self._selected(getattr(selection, "selection_set", None), spread)
            elif selection.name.value not in spread and selection.name.value in self.fragments:
                spread.add(selection.name.value)
                yield from self._selected(self.fragments[selection.name.value].selection_set, spread)

    def _is_included(self, node: SelectionNode) -> bool:
        if not node.directives or self._variables is None:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self._variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self._variables)
        return not (skip and skip["if"]) and (include is None or bool(include["if"]))


def _below(selection: Selection, *path: str) -> Selection | None:
    found: Selection | None = selection
    for name in path:
        found = found and found.fields.get(name)
    return found
