"""Compiles operations: each selection on each object type becomes a function over a level of rows.

What is refused, and why: `@defer` and `@stream`, whose results come in parts; any other directive of an
operation but `@skip` and `@include`, because it may mean anything; arguments of fragments; fields with
Strawberry's field extensions or permissions, which are called for one object at a time and may do anything
around it; schemas whose exception handlers turn errors into data; and operations whose plan would be huge.
"""

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any, Final

from graphql import (
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    VariableNode,
    default_field_resolver,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from executor.fields import SpecifiedField
from executor.plans.arguments import Arguments, conversions
from executor.plans.completion import (
    AbstractCompletion,
    Completion,
    LeafCompletion,
    ListCompletion,
    ObjectCompletion,
)
from executor.plans.fields import Build, FieldPlan
from executor.plans.generation import builder
from executor.plans.plan import Plan
from executor.plans.sources import Batch, Each, Root
from executor.selection import Selection

MOST_FIELDS: Final = 20_000
KNOWN_DIRECTIVES: Final = frozenset({"skip", "include"})


class Refused(Exception):  # noqa: N818 - it says what became of the operation
    """The operation can't be compiled; `args` say why. The reference executor can run it."""


def compile_operation(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: VariableValues,
) -> Plan:
    """The plan of a valid operation. Raises `Refused`.

    Of the variables only those in `@skip` and `@include` matter: the plan fits all runs in which they have
    the same values, see `condition_names`.
    """
    return _Compiler(schema, document, operation, variables).plan()


def condition_names(document: DocumentNode) -> tuple[str, ...]:
    """The variables that stand in directives anywhere in a document."""
    values = (argument.value for each in directives(document) for argument in each.arguments or ())
    return tuple(sorted({value.name.value for value in values if isinstance(value, VariableNode)}))


def directives(node: Any) -> Iterator[DirectiveNode]:
    """The directives in a document, or in a part of it that has selections."""
    yield from getattr(node, "directives", None) or ()
    for definition in getattr(node, "variable_definitions", None) or ():
        yield from definition.directives or ()
    selections = node.definitions if isinstance(node, DocumentNode) else _selections(node)
    for selection in selections:
        yield from directives(selection)


def _selections(node: Any) -> Sequence[SelectionNode]:
    selection_set = getattr(node, "selection_set", None)
    return selection_set.selections if selection_set else ()


class _Compiler:
    """Compiles one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
    ) -> None:
        definitions = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
        self.schema = schema
        self.document = document
        self.operation = operation
        self.variables = variables
        self.definitions = {node.name.value: node for node in definitions}
        self.fragments = {name: FragmentDetails(node) for name, node in self.definitions.items()}
        self.converter = _converter(schema)
        self.size = 0

    def plan(self) -> Plan:
        """The plan. Raises `Refused`."""
        self._check()
        root_type = self.schema.get_root_type(self.operation.operation)
        if root_type is None:
            raise Refused(f"there is no type for a {self.operation.operation.value}")
        root = self._root(root_type)
        if isinstance(root, str):
            raise Refused(root)
        is_serial = self.operation.operation is OperationType.MUTATION
        return Plan(self.schema, self.definitions, self.operation, root, self.size, is_serial)

    def _root(self, type_: GraphQLObjectType) -> Build | str:
        """The function that makes the response, or why the selections can't be collected."""
        try:
            found = collect_fields(self.schema, self.fragments, self.variables, type_, self.operation)
            return self._build(type_, found.grouped_field_set, None)
        except GraphQLError:
            # What it says quotes the client, and reasons are counted by their text.
            return "a condition or an argument is not acceptable"
        except RecursionError:
            return "its selections are nested too deeply"

    def _check(self) -> None:
        unknown = {each.name.value for each in directives(self.document)} - KNOWN_DIRECTIVES
        if unknown:
            raise Refused(f"it has @{min(unknown)}")
        if any(node.variable_definitions for node in self.definitions.values()):
            raise Refused("a fragment has arguments")
        if self.converter and self.converter.exception_handlers:
            raise Refused("the schema handles exceptions")

    def _build(self, type_: GraphQLObjectType, found: GroupedFieldSet, parent: FieldPlan | None) -> Build:
        """The function that makes objects of a type with these fields."""
        fields = [
            self._field(type_, definition, key, details, parent)
            for key, details in found.items()
            if (definition := self.schema.get_field(type_, details[0].node.name.value))
        ]
        return builder(fields, type_.name)

    def _field(
        self,
        owner: GraphQLObjectType,
        definition: GraphQLField,
        key: str,
        details: list[FieldDetails],
        parent: FieldPlan | None,
    ) -> FieldPlan:
        self.size += 1
        if self.size > MOST_FIELDS:
            raise Refused(f"its plan would have more than {MOST_FIELDS:,} fields")
        field = FieldPlan(key, owner, definition, [each.node for each in details], parent)
        if field.name != "__typename":
            self._resolve(field)
        field.complete = self._completion(field, details, definition.type)
        return field

    def _resolve(self, field: FieldPlan) -> None:
        """Say where the field's values come from."""
        definition, node = field.definition, field.nodes[0]
        declared = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if isinstance(declared, StrawberryField) and declared.extensions:
            raise Refused(f"{field.coordinate} has extensions")
        if isinstance(declared, SpecifiedField) and not declared.is_basic_field:
            self._resolve_specified(field, declared)
        elif isinstance(declared, StrawberryField) and declared.is_basic_field and _reads_attribute(declared):
            field.attribute = declared.python_name
            field.read = attrgetter(declared.python_name)
        else:
            field.source = Each(definition.resolve or default_field_resolver, Arguments(definition, node, {}))

    def _resolve_specified(self, field: FieldPlan, declared: SpecifiedField) -> None:
        assert self.converter
        spec = declared.spec
        if spec.column:
            field.read_all = spec.column
            return
        if spec.value:
            field.read = spec.value
            return
        converted = conversions(declared.arguments, self.converter)
        arguments = Arguments(field.definition, field.nodes[0], converted, spec.prepare)
        if spec.batch:
            field.source = Batch(
                spec.batch, arguments, self._selection(field) if spec.takes_selection else None
            )
        elif spec.root:
            field.source = Root(spec.root, arguments)
        else:
            # An event is the field of its subscription.
            field.read = _itself

    def _selection(self, field: FieldPlan) -> Selection:
        type_ = get_named_type(field.definition.type)
        return Selection(field.nodes, self.definitions, self.variables, self.schema, type_)

    def _completion(
        self, field: FieldPlan, details: list[FieldDetails], type_: GraphQLOutputType
    ) -> Completion:
        required = is_non_null_type(type_)
        inner = type_.of_type if is_non_null_type(type_) else type_
        if is_list_type(inner):
            items = self._completion(field, details, inner.of_type)
            return ListCompletion(field, items, required=required)
        if is_leaf_type(inner):
            return LeafCompletion(field, inner, required=required)
        if is_object_type(inner):
            return self._object(field, details, inner, required=required)
        assert is_abstract_type(inner)
        types = self.schema.get_possible_types(inner)
        objects = {each.name: self._object(field, details, each, required=required) for each in types}
        return AbstractCompletion(field, inner, objects, required=required)

    def _object(
        self, field: FieldPlan, details: list[FieldDetails], type_: GraphQLObjectType, *, required: bool
    ) -> ObjectCompletion:
        found = collect_subfields(self.schema, self.fragments, self.variables, self.operation, type_, details)
        return ObjectCompletion(
            field, type_, self._build(type_, found.grouped_field_set, field), required=required
        )


def _itself(event: Any) -> Any:
    return event


def _reads_attribute(declared: StrawberryField) -> bool:
    """Whether the value is the attribute of the field's name, and nothing else."""
    return declared.default_resolver is getattr and declared.python_name.isidentifier()


def _converter(schema: GraphQLSchema) -> GraphQLCoreConverter | None:
    """What Strawberry made the schema with; None where it didn't."""
    declared = getattr(schema, "_strawberry_schema", None)
    return declared.schema_converter if declared else None
