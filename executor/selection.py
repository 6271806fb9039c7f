"""What is selected below a field, for resolvers that ask the database only for what is wanted."""

from collections.abc import Iterator, Mapping, Sequence

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLSkipDirective,
    SelectionNode,
    SelectionSetNode,
    get_directive_values,
)
from graphql.execution.values import VariableValues

Fragments = Mapping[str, FragmentDefinitionNode]


class Selection:
    """The fields below some field nodes, by their names in the schema; of fragments all that may apply.

    Without `variables` nothing is known of conditions, and all fields count as selected.
    """

    def __init__(
        self, nodes: Sequence[FieldNode], fragments: Fragments, variables: VariableValues | None
    ) -> None:
        self._nodes = nodes
        self._fragments = fragments
        self._variables = variables
        self._below: dict[str, Selection] | None = None
        self._known: dict[tuple[str, ...], bool] = {}

    def has(self, *path: str) -> bool:
        """Whether a field is selected; `path` names it and the fields above it: `has("edges", "node")`."""
        found = self._known.get(path)
        if found is None:
            selection: Selection | None = self
            for name in path:
                selection = selection and selection._fields().get(name)
            found = self._known[path] = selection is not None
        return found

    def _fields(self) -> "dict[str, Selection]":
        if self._below is None:
            nodes: dict[str, list[FieldNode]] = {}
            spread: set[str] = set()
            for node in self._nodes:
                for below in self._selected(node.selection_set, spread):
                    nodes.setdefault(below.name.value, []).append(below)
            self._below = {
                name: Selection(those, self._fragments, self._variables) for name, those in nodes.items()
            }
        return self._below

    def _selected(self, node: SelectionSetNode | None, spread: set[str]) -> Iterator[FieldNode]:
        """The field nodes of a selection set, those of fragments once."""
        for selection in node.selections if node else ():
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                yield selection
            elif not isinstance(selection, FragmentSpreadNode):
                yield from self._selected(getattr(selection, "selection_set", None), spread)
            elif selection.name.value not in spread and selection.name.value in self._fragments:
                spread.add(selection.name.value)
                yield from self._selected(self._fragments[selection.name.value].selection_set, spread)

    def _is_included(self, node: SelectionNode) -> bool:
        if not node.directives or self._variables is None:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self._variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self._variables)
        return not (skip and skip["if"]) and (include is None or bool(include["if"]))
