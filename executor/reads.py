"""Which attributes of their rows an operation's fields read, so that loaders leave out what nobody wants.

Only types declared over rows (`OfRows`) count, each class of rows by itself. A field without a resolver reads
the attribute of its name; one with a `value` function or a batch resolver reads what its `FieldSpec.reads`
says, or perhaps everything; `reads_elsewhere` is for rows that it looks up itself. What `@skip` and
`@include` leave out counts as well.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from executor.fields import OfRows, Reads, SpecifiedField
from executor.selection import Fragments, Selection

Attributes = Mapping[type, frozenset[str] | None]
"""By class of rows; None where everything may be read."""


def attributes_read(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
) -> Attributes:
    """What a valid operation reads of the rows of each class that it meets."""
    definitions = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    reading = _Reading(schema, {node.name.value: node for node in definitions})
    reading.visit(schema.get_root_type(operation.operation), operation.selection_set)
    return reading.found


def attributes_below(selection: Selection) -> Attributes | None:
    """What the fields of a selection and those below them read; None where its type is not known."""
    return None if selection.type is None else selection.once(_attributes_below)


def _attributes_below(selection: Selection) -> Attributes:
    reading = _Reading(selection.schema, selection.fragments)
    for node in selection.nodes:
        if node.selection_set:
            reading.visit(selection.type, node.selection_set)
    return reading.found


class _Reading:
    """Visits each selection set once."""

    def __init__(self, schema: GraphQLSchema, fragments: Fragments) -> None:
        self.schema = schema
        self.fragments = fragments
        self.spread: set[str] = set()
        self.found: dict[type, frozenset[str] | None] = {}

    def visit(self, parent: Any, node: SelectionSetNode) -> None:
        """Note what the fields of a selection on a type read."""
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                self._field(parent, selection)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                self.visit(self._type(condition) if condition else parent, selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in self.spread:
                self.spread.add(selection.name.value)
                fragment = self.fragments[selection.name.value]
                self.visit(self._type(fragment.type_condition), fragment.selection_set)

    def _type(self, node: NamedTypeNode) -> Any:
        return self.schema.get_type(node.name.value)

    def _field(self, parent: Any, node: FieldNode) -> None:
        for type_ in self.schema.get_possible_types(parent) if is_abstract_type(parent) else [parent]:
            if definition := self.schema.get_field(type_, node.name.value):
                self._reads(type_, definition, node)
        definition = self.schema.get_field(parent, node.name.value)
        if definition and node.selection_set:
            self.visit(get_named_type(definition.type), node.selection_set)

    def _reads(self, type_: GraphQLObjectType, definition: GraphQLField, node: FieldNode) -> None:
        """Note what a field of an object type reads of its own rows, and of those that it looks up."""
        declared = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if isinstance(type_.is_type_of, OfRows):
            self._add(type_.is_type_of.each_class, self._attributes(declared, node))
        if isinstance(declared, SpecifiedField):
            for class_, reads in declared.spec.reads_elsewhere.items():
                self._add([class_], self._names(reads, node))

    def _attributes(self, declared: object, node: FieldNode) -> Collection[str] | None:
        if node.name.value == "__typename":
            return ()
        if isinstance(declared, StrawberryField) and declared.is_basic_field:
            return (declared.python_name,)
        return self._names(declared.spec.reads, node) if isinstance(declared, SpecifiedField) else None

    def _names(self, reads: Reads, node: FieldNode) -> Collection[str] | None:
        if not callable(reads):
            return reads
        return reads(Selection([node], self.fragments, None, self.schema, None))

    def _add(self, classes: Sequence[type], names: Collection[str] | None) -> None:
        for class_ in classes:
            known = self.found.get(class_, frozenset())
            self.found[class_] = None if known is None or names is None else known | frozenset(names)
