"""The arguments of a field: those that stand in the document are made once, the others once a run."""

from collections.abc import Callable
from datetime import date, timedelta
from enum import Enum
from typing import Any, Final

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    is_non_null_type,
)
from graphql.execution.values import VariableValues, coerce_argument
from strawberry.relay import GlobalID
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import StrawberryArgument, convert_argument
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional, has_object_definition
from strawberry.types.lazy_type import LazyType

Values = dict[str, Any]
Convert = Callable[[Values], Values]

UNCHANGING: Final = (str, int, float, bool, type(None), Enum, date, timedelta)
"""Values that a resolver can't change, so that all runs may share them."""


class Arguments:
    """What a resolver is called with for one field of a plan.

    `convert` makes Python's values of GraphQL's, `prepare` what the resolver wants of those.
    """

    def __init__(
        self,
        definition: GraphQLField,
        node: FieldNode,
        convert: Convert | None = None,
        prepare: Convert | None = None,
    ) -> None:
        self.node = node
        self.convert = convert
        self.prepare = prepare
        given = {argument.name.value: argument for argument in node.arguments or ()}
        arguments = [_Argument(name, each, given.get(name)) for name, each in definition.args.items()]
        self.variable = [each for each in arguments if each.has_variable]
        self.constant = [each for each in arguments if not each.has_variable]
        self.coerced: Values | None = None
        self.known: Values | None = None

    def values(self, variables: VariableValues) -> Values:
        """The arguments by name. Raises GraphQLError for what only the variables made invalid."""
        if self.known is not None:
            return self.known
        values = self._coerced(variables)
        converted = self.convert(values) if self.convert else values
        prepared = self.prepare(converted) if self.prepare else converted
        if not self.variable and _never_change(converted):
            self.known = prepared
        return prepared

    def _coerced(self, variables: VariableValues) -> Values:
        values = self._constants(variables) if self.coerced is None else self.coerced.copy()
        for each in self.variable:
            each.coerce(values, self.node, variables)
        return values

    def _constants(self, variables: VariableValues) -> Values:
        values: Values = {}
        for each in self.constant:
            each.coerce(values, self.node, variables)
        if _never_change(values):
            self.coerced = values.copy()
        return values


def _never_change(values: Values) -> bool:
    return all(isinstance(value, UNCHANGING) for value in values.values())


class _Argument:
    """One argument; `variable` is the name of the variable that it consists of."""

    def __init__(self, name: str, definition: GraphQLArgument, node: ArgumentNode | None) -> None:
        self.name = name
        self.definition = definition
        self.node = node
        self.has_variable = node is not None and _has_variable(node.value)
        self.variable = node.value.name.value if node and isinstance(node.value, VariableNode) else None
        self.out_name = definition.out_name or name
        self.is_required = is_non_null_type(definition.type)

    def coerce(self, values: Values, node: FieldNode, variables: VariableValues) -> None:
        """Put the argument's value to the others, if it has one. Raises GraphQLError for a bad one."""
        coerced = variables.coerced
        if self.variable is not None and coerced.get(self.variable) is not None:
            values[self.out_name] = coerced[self.variable]
        else:
            coerce_argument(values, node, self.name, self.definition, self.node, variables, None)


def _has_variable(node: ValueNode) -> bool:
    if isinstance(node, ListValueNode):
        return any(map(_has_variable, node.values))
    if isinstance(node, ObjectValueNode):
        return any(_has_variable(each.value) for each in node.fields)
    return isinstance(node, VariableNode)


def conversion(arguments: list[StrawberryArgument], converter: GraphQLCoreConverter) -> Convert:
    """The function that makes of coerced values what Strawberry would call the field's resolver with."""
    wanted = [
        (converter.config.name_converter.from_argument(each), each.python_name, _made(each.type))
        for each in arguments
    ]
    made_by = converter.scalar_registry, converter.config

    def convert(values: Values) -> Values:
        return {
            python_name: values[name]
            if type_ is None
            else convert_argument(values[name], type_, *made_by, path=(name,))
            for name, python_name, type_ in wanted
            if name in values
        }

    return convert


def _made(type_: Any) -> Any:
    """The type, or None where Strawberry leaves its values as GraphQL has coerced them."""
    if isinstance(type_, StrawberryOptional) and not isinstance(type_, StrawberryMaybe):
        return _made(type_.of_type)
    is_made = isinstance(type_, StrawberryList | StrawberryMaybe | LazyType) or has_object_definition(type_)
    return type_ if is_made or type_ is GlobalID else None
