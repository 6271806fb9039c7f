"""What introspection costs: how long the lists are that a schema answers about itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    get_introspection_query,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    parse,
)

# About every second type in a chain of them is wrapped in a list or a non-null type.
WRAPPED = 0.5


@dataclass(frozen=True, slots=True)
class Lengths:
    """Average lengths of the introspection lists, by field name; 1 for what is no list.

    `overall` is the average over all types, as under `types`. `referred` is the average over the types that
    others refer to, as under `type`: those that have most fields are also those referred to most.
    """

    overall: dict[str, float]
    referred: dict[str, float]


def full_introspection() -> DocumentNode:
    """The query by which tools read a whole schema."""
    return parse(
        get_introspection_query(
            descriptions=True,
            specified_by_url=True,
            directive_is_repeatable=True,
            schema_description=True,
            input_value_deprecation=True,
            one_of=True,
        )
    )


def list_lengths(schema: GraphQLSchema) -> Lengths:
    """The lengths of a schema's lists."""
    types = list(schema.type_map.values())
    fields = [field for type_ in types for field in _fields(type_)]
    everywhere = {
        "types": float(len(types)),
        "directives": float(len(schema.directives)),
        "args": sum(len(field.args) for field in fields) / max(len(fields), 1),
        "ofType": WRAPPED,
    }
    return Lengths(
        {**everywhere, **_averages(schema, types)},
        {**everywhere, **_averages(schema, list(_referred(schema, types)))},
    )


def _averages(schema: GraphQLSchema, types: Sequence[GraphQLNamedType]) -> dict[str, float]:
    lengths = [_lengths(schema, type_) for type_ in types]
    names = {name for own in lengths for name in own}
    return {name: sum(own.get(name, 0) for own in lengths) / len(types) for name in names}


def _lengths(schema: GraphQLSchema, type_: GraphQLNamedType) -> dict[str, int]:
    """The lengths of one type's own lists, where it has them."""
    lengths = {"fields": len(_fields(type_))}
    if is_object_type(type_) or is_interface_type(type_):
        lengths["interfaces"] = len(type_.interfaces)
    if is_abstract_type(type_):
        lengths["possibleTypes"] = len(schema.get_possible_types(type_))
    if is_input_object_type(type_):
        lengths["inputFields"] = len(type_.fields)
    if is_enum_type(type_):
        lengths["enumValues"] = len(type_.values)
    return lengths


def _referred(schema: GraphQLSchema, types: Sequence[GraphQLNamedType]) -> Iterator[GraphQLNamedType]:
    """Each type as often as it stands in another's definition."""
    for type_ in types:
        for field in _fields(type_):
            yield get_named_type(field.type)
            yield from (get_named_type(argument.type) for argument in field.args.values())
        if is_object_type(type_) or is_interface_type(type_):
            yield from type_.interfaces
        if is_abstract_type(type_):
            yield from schema.get_possible_types(type_)


def _fields(type_: GraphQLNamedType) -> Sequence[GraphQLField]:
    return list(type_.fields.values()) if is_object_type(type_) or is_interface_type(type_) else []
