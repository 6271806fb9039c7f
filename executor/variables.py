"""The values of an operation's variables: what JSON already has as GraphQL wants it is taken as it is."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInputType,
    GraphQLInt,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    get_variable_values,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource

from executor.failures import InvalidRequest, bad_variable

MAX_ERRORS: Final = 5
"""Each error counts lines and may suggest names, which costs a look at the whole text and at all names."""
FITS: Final[Mapping[GraphQLInputType, Callable[[Any], bool]]] = {
    GraphQLString: lambda value: value.__class__ is str,
    GraphQLID: lambda value: value.__class__ is str,
    GraphQLBoolean: lambda value: value.__class__ is bool,
    GraphQLInt: lambda value: value.__class__ is int and -(2**31) <= value < 2**31,
}
"""Which values the scalars leave as they are."""

NONE: Final = VariableValues({}, {})
ABSENT: Final = object()


class Variables:
    """The variables that an operation declares."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self.schema = schema
        self.definitions = operation.variable_definitions or ()
        found = [get_variable_signature(schema, node) for node in self.definitions]
        # An invalid signature is refused by validation before anything gets here.
        signatures = [each for each in found if not isinstance(each, GraphQLError)]
        self.fits = [(each.name, each, _fit(each.type), _may_lack(each)) for each in signatures]

    def values(self, given: Mapping[str, Any]) -> VariableValues:
        """The coerced values. Raises InvalidRequest for values that don't fit."""
        if not self.definitions:
            return NONE
        coerced: dict[str, Any] = {}
        sources: dict[str, VariableValueSource] = {}
        for name, signature, fits, may_lack in self.fits:
            value = given.get(name, ABSENT)
            if value is ABSENT and may_lack:
                sources[name] = VariableValueSource(signature)
            elif fits is not None and fits(value):
                sources[name] = VariableValueSource(signature, value)
                coerced[name] = value
            else:
                return self._coerced(given)
        return VariableValues(sources, coerced)

    def _coerced(self, given: Mapping[str, Any]) -> VariableValues:
        """The same by graphql-core, for all types and with all its errors."""
        values = get_variable_values(self.schema, self.definitions, dict(given), MAX_ERRORS)
        if isinstance(values, list):
            raise InvalidRequest(bad_variable(error) for error in values)
        return values


def _fit(type_: GraphQLInputType) -> Callable[[Any], bool] | None:
    """The function that says whether a value of the type needs no coercion; None where it always may."""
    if is_non_null_type(type_):
        return _fit_of_nullable(type_.of_type)
    fits = _fit_of_nullable(type_)
    return fits and (lambda value: value is None or fits(value))


def _fit_of_nullable(type_: GraphQLInputType) -> Callable[[Any], bool] | None:
    if not is_list_type(type_):
        return FITS.get(type_)
    fits = _fit(type_.of_type)
    return fits and (lambda values: values.__class__ is list and all(map(fits, values)))


def _may_lack(signature: GraphQLVariableSignature) -> bool:
    return signature.default is None and not is_non_null_type(signature.type)
