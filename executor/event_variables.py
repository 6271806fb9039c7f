"""Which variables of a subscription matter for its events, and not only for where they come from."""

from collections.abc import Mapping
from typing import Any

from graphql import FieldNode, InlineFragmentNode, Node, VariableNode, Visitor, visit

from executor.documents import Document


class _Names(Visitor):
    """Collects the names of variables."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        """Note the name."""
        self.found.add(node.name.value)


def event_variables(document: Document, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the variables that are used below the root field: equal ones make equal results of an event.

    A variable that only stands in the arguments of the root field says which events there are.
    """
    names = _Names()
    for definition in document.ast.definitions:
        for root in _below(definition, is_operation=definition is document.operation):
            visit(root, names)
    return {name: value for name, value in variables.items() if name in names.found}


def _below(definition: Node, *, is_operation: bool) -> list[Node]:
    """What is executed for an event: all fragments, and of the operation what its root field selects."""
    selections = getattr(definition, "selection_set", None)
    if selections is None:
        return []
    if not is_operation:
        return [selections]
    return [below for each in selections.selections for below in _below_root(each)]


def _below_root(selection: Node) -> list[Node]:
    """What the root field selects, also where it stands in an inline fragment."""
    if isinstance(selection, InlineFragmentNode):
        return [below for each in selection.selection_set.selections for below in _below_root(each)]
    selected = selection.selection_set if isinstance(selection, FieldNode) else None
    return [selected] if selected else []
