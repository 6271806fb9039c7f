"""Selections for resolvers and loaders that are called without an operation."""

from graphql import FieldNode, GraphQLSchema, OperationDefinitionNode, parse

from executor.selection import Selection


def selected(text: str) -> Selection:
    """What an operation selects below a field, such as `totalCount edges { cursor }`."""
    [operation] = parse(f"{{ field {{ {text} }} }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    [field] = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    return Selection([field], {}, None, GraphQLSchema(), None)
