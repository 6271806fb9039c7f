"""Selections: of each field of a type, and for resolvers and loaders that are called without an operation."""

from collections.abc import Mapping

from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
    parse,
)

from executor.selection import Selection
from schema.root import schema


def selected(text: str) -> Selection:
    """What an operation selects below a field, such as `totalCount edges { cursor }`."""
    [operation] = parse(f"{{ field {{ {text} }} }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    [field] = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    return Selection([field], {}, None, GraphQLSchema(), None)


def each_field(type_name: str, below: Mapping[str, str]) -> dict[str, str]:
    """A selection of each field of a type, by its name; `below` has what is selected of objects."""
    type_ = schema._schema.type_map[type_name]
    assert isinstance(type_, GraphQLObjectType)
    return {
        name: name if is_leaf_type(get_named_type(field.type)) else f"{name} {below[name]}"
        for name, field in type_.fields.items()
    }
