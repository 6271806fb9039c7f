"""The arguments of a field: those that stand in the document are made once, the others once a run."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from enum import Enum
from functools import partial
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
)
from graphql.execution.values import VariableValues, coerce_argument
from strawberry.relay import GlobalID
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import StrawberryArgument, convert_argument
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional, has_object_definition
from strawberry.types.lazy_type import LazyType

Values = dict[str, Any]
Prepare = Callable[[Values], Values]
Conversion = tuple[str, Callable[[Any], Any] | None]
"""What Python calls an argument, and the function from GraphQL's value to Python's, where they differ."""

UNCHANGING: Final = (str, int, float, bool, type(None), Enum, date, timedelta)
"""Values that a resolver can't change, so that all runs may share them."""


class Arguments:
    """What a resolver is called with for one field of a plan.

    `conversions` are those of arguments by their names in the schema; `prepare` makes of Python's values what
    the resolver wants.
    """

    def __init__(
        self,
        definition: GraphQLField,
        node: FieldNode,
        conversions: Mapping[str, Conversion],
        prepare: Prepare | None = None,
    ) -> None:
        self.node = node
        self.prepare = prepare
        given = {argument.name.value: argument for argument in node.arguments or ()}
        arguments = [
            _Argument(name, each, given.get(name), conversions.get(name))
            for name, each in definition.args.items()
        ]
        self.variable = [each for each in arguments if each.has_variable]
        self.constant = [each for each in arguments if not each.has_variable]
        self.constants: Values | None = None
        self.known: Values | None = None

    def values(self, variables: VariableValues) -> Values:
        """The arguments by name. Raises GraphQLError for what only the variables made invalid."""
        if self.known is not None:
            return self.known
        values = self._constants(variables) if self.constants is None else self.constants.copy()
        for each in self.variable:
            each.put(values, self.node, variables)
        prepared = self.prepare(values) if self.prepare else values
        if self.constants is not None and not self.variable:
            self.known = prepared
        return prepared

    def _constants(self, variables: VariableValues) -> Values:
        values: Values = {}
        for each in self.constant:
            each.put(values, self.node, variables)
        if all(isinstance(value, UNCHANGING) for value in values.values()):
            self.constants = values.copy()
        return values


class _Argument:
    """One argument; `variable` is the name of the variable that it consists of."""

    def __init__(
        self, name: str, definition: GraphQLArgument, node: ArgumentNode | None, conversion: Conversion | None
    ) -> None:
        self.name = name
        self.definition = definition
        self.node = node
        self.has_variable = node is not None and _has_variable(node.value)
        self.variable = node.value.name.value if node and isinstance(node.value, VariableNode) else None
        self.python_name, self.convert = conversion or (definition.out_name or name, None)

    def put(self, values: Values, node: FieldNode, variables: VariableValues) -> None:
        """Put the argument's value to the others, if it has one. Raises GraphQLError for a bad one."""
        value = variables.coerced.get(self.variable) if self.variable else None
        if value is None:
            found: Values = {}
            coerce_argument(found, node, self.name, self.definition, self.node, variables, None)
            if not found:
                return
            [value] = found.values()
        values[self.python_name] = self.convert(value) if self.convert else value


def _has_variable(node: ValueNode) -> bool:
    if isinstance(node, ListValueNode):
        return any(map(_has_variable, node.values))
    if isinstance(node, ObjectValueNode):
        return any(_has_variable(each.value) for each in node.fields)
    return isinstance(node, VariableNode)


def conversions(
    arguments: Iterable[StrawberryArgument], converter: GraphQLCoreConverter
) -> dict[str, Conversion]:
    """How Strawberry makes what it would call a field's resolver with, by names in the schema."""
    found: dict[str, Conversion] = {}
    for each in arguments:
        name, type_ = converter.config.name_converter.from_argument(each), _made(each.type)
        made_by = {"type_": type_, "scalar_registry": converter.scalar_registry, "config": converter.config}
        convert = None if type_ is None else partial(convert_argument, **made_by, path=(name,))
        found[name] = each.python_name, convert
    return found


def _made(type_: Any) -> Any:
    """The type, or None where Strawberry leaves its values as GraphQL has coerced them."""
    if isinstance(type_, StrawberryOptional) and not isinstance(type_, StrawberryMaybe):
        return _made(type_.of_type)
    is_made = isinstance(type_, StrawberryList | StrawberryMaybe | LazyType) or has_object_definition(type_)
    return type_ if is_made or type_ is GlobalID else None
