"""What introspection costs: how long the lists are that a schema answers about itself."""

from collections.abc import Collection, Sequence

from graphql import (
    DocumentNode,
    GraphQLField,
    GraphQLSchema,
    get_introspection_query,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    is_union_type,
    parse,
)


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


def list_lengths(schema: GraphQLSchema) -> dict[str, int]:
    """The length of each list of the introspection types, by field name: for most the average, rounded up.

    `fields` is the average over the types that fields return where that is larger: types with many fields
    are also the ones that are referred to most.
    """
    types = list(schema.type_map.values())
    composite = [kind for kind in types if is_object_type(kind) or is_interface_type(kind)]
    fields = [field for kind in composite for field in kind.fields.values()]
    unions = [kind for kind in types if is_union_type(kind) or is_interface_type(kind)]
    inputs = [kind for kind in types if is_input_object_type(kind)]
    enums = [kind for kind in types if is_enum_type(kind)]
    return {
        "types": len(types),
        "directives": len(schema.directives),
        "fields": max(_share(len(fields), types), _share(_referred_fields(fields), fields)),
        "args": _share(sum(len(field.args) for field in fields), fields),
        "interfaces": _share(sum(len(kind.interfaces) for kind in composite), types),
        "possibleTypes": _share(sum(len(schema.get_possible_types(kind)) for kind in unions), types),
        "inputFields": _share(sum(len(kind.fields) for kind in inputs), types),
        "enumValues": _share(sum(len(kind.values) for kind in enums), types),
    }


def _referred_fields(fields: Sequence[GraphQLField]) -> int:
    named = (get_named_type(field.type) for field in fields)
    return sum(len(kind.fields) for kind in named if is_object_type(kind) or is_interface_type(kind))


def _share(items: int, owners: Collection[object]) -> int:
    return -(-items // max(len(owners), 1))
