"""Input types, the texts of their values, and variables in place of those."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNonNull,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)

# No object nests deeper; below it only what must be given is given.
DEEPEST = 3

Texts = Mapping[str, Callable[[Random], str]]
SCALARS: Texts = {
    "Int": lambda random: str(random.randint(-5, 5)),
    "Float": lambda random: random.choice(["1.5", "-2", "3e2"]),
    "String": lambda random: random.choice(['"a"', '""', '"ü \\" b"', '"""block"""']),
    "Boolean": lambda random: random.choice(["true", "false"]),
    "ID": lambda random: random.choice(['"x"', "7"]),
    "Odd": lambda random: random.choice(["1", '"one"', "true", "[1, 2]", "{a: 1}"]),
}
JSON: Mapping[str, Callable[[Random], Any]] = {
    "Int": lambda random: random.choice([random.randint(-5, 5), 2.0]),
    "Float": lambda random: random.choice([1.5, -2]),
    "String": lambda random: random.choice(["a", "", 'ü " b']),
    "Boolean": lambda random: random.choice([True, False]),
    "ID": lambda random: random.choice(["x", 7]),
    "Odd": lambda random: random.choice([1, "one", True, [1, 2], {"a": 1}]),
}


@dataclass
class Variables:
    """The variables of a document, each with its type and whether it has a default; `used` are new uses."""

    random: Random
    definitions: dict[str, str] = field(default_factory=dict)
    types: dict[str, tuple[GraphQLInputType, bool]] = field(default_factory=dict)
    names: dict[tuple[str, bool], list[str]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def variable(self, type: GraphQLInputType, *, has_default: bool = False) -> str:
        """A variable, maybe a new one, that may stand where a value of the type is wanted.

        Where the place has a default, the variable may be null though the type isn't.
        """
        names = self.names.setdefault((str(type), has_default), [])
        if not names or self.random.random() < 0.4:
            names.append(self._new(type, has_default=has_default))
        name = self.random.choice(names)
        self.used.add(name)
        return f"${name}"

    def _new(self, type: GraphQLInputType, *, has_default: bool) -> str:
        """Define a variable."""
        random, name, inner = self.random, f"v{len(self.definitions)}", bare(type)
        default = f" = {text(GraphQLNonNull(inner), random)}" if random.random() < 0.3 else ""
        is_free = not is_non_null_type(type) or has_default or bool(default)
        wanted = GraphQLNonNull(inner) if not is_free or random.random() < 0.2 else inner
        self.definitions[name] = f"${name}: {wanted}{default}"
        self.types[name] = wanted, bool(default)
        return name

    def values(self, random: Random, names: Iterable[str]) -> dict[str, Any]:
        """Values as a client sends them; those that may be absent are, sometimes."""
        types = [(name, *self.types[name]) for name in names]
        return {
            name: json(type, random)
            for name, type, has_default in types
            if (is_non_null_type(type) and not has_default) or random.random() < 0.7
        }


def bare(type: GraphQLInputType) -> Any:
    """The type without its outermost non-null."""
    return get_nullable_type(type)


def required(type: GraphQLInputType) -> GraphQLInputType:
    """The type with an outermost non-null."""
    return GraphQLNonNull(bare(type))


def text(
    type: GraphQLInputType,
    random: Random,
    variables: Variables | None = None,
    depth: int = 0,
    *,
    has_default: bool = False,
) -> str:
    """A value of the type as it stands in a document."""
    inner = bare(type)
    if variables and random.random() < 0.25:
        return variables.variable(type, has_default=has_default)
    if inner is type and random.random() < 0.1:
        return "null"
    if is_list_type(inner):
        return _list_text(inner.of_type, random, variables, depth)
    if is_input_object_type(inner):
        return _object_text(inner, random, variables, depth)
    return random.choice(list(inner.values)) if is_enum_type(inner) else SCALARS[inner.name](random)


def _stands_for_list(item: GraphQLInputType, random: Random) -> bool:
    """Whether one value stands for a list of it. That of a nested list would stand for the outer one."""
    return not is_list_type(bare(item)) and random.random() < 0.1


def _list_text(item: GraphQLInputType, random: Random, variables: Variables | None, depth: int) -> str:
    if _stands_for_list(item, random):
        return text(required(item), random, None, depth)
    items = [text(item, random, variables, depth) for _ in range(random.randint(0, 2))]
    return f"[{', '.join(items)}]"


def _object_text(
    type: GraphQLInputObjectType, random: Random, variables: Variables | None, depth: int
) -> str:
    fields = [(name, type.fields[name]) for name in _given(type, random, depth)]
    if type.is_one_of:
        given = [f"{name}: {text(required(field.type), random, None, depth + 1)}" for name, field in fields]
    else:
        given = [
            f"{name}: {text(field.type, random, variables, depth + 1, has_default=field.default is not None)}"
            for name, field in fields
        ]
    return f"{{{', '.join(given)}}}"


def json(type: GraphQLInputType, random: Random, depth: int = 0) -> Any:
    """A value of the type as a client sends it for a variable."""
    inner = bare(type)
    if inner is type and random.random() < 0.1:
        return None
    if is_list_type(inner):
        if _stands_for_list(inner.of_type, random):
            return json(required(inner.of_type), random, depth)
        return [json(inner.of_type, random, depth) for _ in range(random.randint(0, 2))]
    if is_input_object_type(inner):
        fields = {name: inner.fields[name].type for name in _given(inner, random, depth)}
        wanted = {name: required(field) if inner.is_one_of else field for name, field in fields.items()}
        return {name: json(field, random, depth + 1) for name, field in wanted.items()}
    return random.choice(list(inner.values)) if is_enum_type(inner) else JSON[inner.name](random)


def _given(type: GraphQLInputObjectType, random: Random, depth: int) -> list[str]:
    """The fields that are given: one of them, or those that must be and some that may be."""
    if type.is_one_of:
        return [random.choice(list(type.fields))]
    share = 0.6 if depth < DEEPEST else 0
    return [
        name
        for name, field in type.fields.items()
        if (is_non_null_type(field.type) and field.default is None) or random.random() < share
    ]
