"""The types that generated schemas are made of: wrappers, scalars, enums and inputs."""

from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLDefaultInput,
    GraphQLEnumType,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
    parse_const_value,
)

from tests.differential.inputs import text


def odd_output(value: Any) -> Any:
    """An odd scalar: it refuses some values, and makes nothing of others."""
    if value == 0:
        raise ValueError(f"{value} is not odd")
    if value == 1:
        raise GraphQLError(f"{value} is not odd", extensions={"value": value})
    return None if value == 2 else f"odd {value}"


def odd_input(value: Any) -> Any:
    """Whatever it is, it is shown."""
    return f"odd {value}"


ODD = GraphQLScalarType("Odd", coerce_output_value=odd_output, coerce_input_value=odd_input)
SCALARS = (GraphQLInt, GraphQLFloat, GraphQLString, GraphQLBoolean, GraphQLID, ODD)


def wrapped(type: Any, random: Random, lists: tuple[int, ...] = (0, 0, 0, 1, 1, 2)) -> Any:
    """The type in lists, nested or not; non-null or not at each level."""
    for _ in range(random.choice(lists)):
        type = GraphQLList(GraphQLNonNull(type) if random.random() < 0.4 else type)
    return GraphQLNonNull(type) if random.random() < 0.35 else type


def enums(random: Random) -> list[GraphQLEnumType]:
    """Enums whose inner values are something else than their names."""
    inner: dict[str, Any] = random.choice(
        [{"A": 1, "B": 2, "C": 3}, {"A": "B", "B": "A"}, {"A": "a", "B": None, "C": True}]
    )
    return [GraphQLEnumType("Letter", inner), GraphQLEnumType("Plain", {"X": "X", "Y": "Y"})]


def inputs(random: Random, leaves: list[Any]) -> list[GraphQLInputType]:
    """Input objects that nest, one of them with exactly one field at a time."""
    made: list[GraphQLInputObjectType] = []
    for index in range(2):
        types = [*leaves, *made, *made]
        fields = {f"i{number}": _input_field(random, types) for number in range(random.randint(1, 4))}
        made.append(GraphQLInputObjectType(f"In{index}", fields))
    one_of = {f"o{number}": GraphQLInputField(random.choice([*leaves, *made])) for number in range(2)}
    return [*leaves, *made, *made, GraphQLInputObjectType("OneOf", one_of, is_one_of=True)]


def _input_field(random: Random, types: list[Any]) -> GraphQLInputField:
    type = wrapped(random.choice(types), random)
    return GraphQLInputField(type, default=_default(type, random))


def arguments(random: Random, types: list[GraphQLInputType]) -> dict[str, GraphQLArgument]:
    """Some arguments, mostly none; some are called something else by their resolver."""
    made = {}
    for index in range(random.choice([0, 0, 0, 1, 2, 3])):
        type = wrapped(random.choice(types), random, (0, 0, 0, 1, 2))
        out_name = f"renamed_{index}" if random.random() < 0.2 else None
        made[f"a{index}"] = GraphQLArgument(type, default=_default(type, random), out_name=out_name)
    return made


def _default(type: Any, random: Random) -> GraphQLDefaultInput | None:
    if random.random() < 0.7:
        return None
    return GraphQLDefaultInput(literal=parse_const_value(text(type, random)))
