"""Generates schemas of graphql-core with all kinds of types, whose resolvers do all kinds of things."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    get_nullable_type,
    is_non_null_type,
    print_ast,
)

from tests.differential.kinds import is_type_of, resolve_type
from tests.differential.makers import Maker, Trait
from tests.differential.types import SCALARS, arguments, enums, inputs, wrapped
from tests.differential.values import Row, Thunk, key_of

Fields = dict[str, GraphQLField]
Info = GraphQLResolveInfo[Any]


@dataclass
class Generated:
    """A schema, and for each number an object which its root fields are asked of."""

    schema: Any
    root_value: Callable[[int], Any]


def plain_schema(random: Random) -> Generated:
    """A schema of graphql-core."""
    builder = _Builder(random)
    return Generated(builder.schema(), lambda seed: Row("Root", seed, builder.thunks("Root", seed)))


class _Builder:
    """Draws the types of one schema. All fields are drawn before graphql-core asks for any."""

    def __init__(self, random: Random) -> None:
        self.random = random
        leaves = [*SCALARS, *enums(random)]
        self.inputs = inputs(random, leaves)
        self.leaves = [*leaves, *SCALARS]
        self.composites: list[Any] = []
        self.interfaces: dict[str, GraphQLInterfaceType] = {}
        self.fields: dict[str, Fields] = {}
        self.defaults: dict[str, dict[str, tuple[Any, Trait]]] = defaultdict(dict)
        self.possible: dict[str, list[str]] = defaultdict(list)
        self.maker = Maker(self.possible, self.thunks)
        # Values are said what they are by the types they may have, or by the types of the fields.
        self.by_objects = random.random() < 0.5

    def schema(self) -> GraphQLSchema:
        """All types, which refer to each other however they like."""
        random = self.random
        for index in range(random.randint(1, 3)):
            self._interface(f"I{index}")
        objects = [self._object(f"O{index}") for index in range(random.randint(2, 5))]
        unions = [self._union(f"U{index}", objects) for index in range(random.randint(1, 2))]
        self.composites = [*objects, *objects, *self.interfaces.values(), *unions]
        for each in (*self.interfaces.values(), *objects):
            self._draw_fields(each)
        self.fields["Query"] = self._new_fields("Query", "q", 8)
        self.fields["Mutation"] = self._new_fields("Mutation", "m", 4)
        query, mutation = (GraphQLObjectType(name, self.fields[name]) for name in ("Query", "Mutation"))
        return GraphQLSchema(query, mutation, types=objects)

    def thunks(self, kind: str, key: int) -> Mapping[str, Thunk]:
        """The values of the fields without resolvers; roots share one object."""
        kinds = ("Query", "Mutation") if kind == "Root" else (kind,)
        fields = {name: each for kind in kinds for name, each in self.defaults[kind].items()}
        return {name: self._thunk(key_of(key, name), *each) for name, each in fields.items()}

    def _thunk(self, key: int, type: Any, trait: Trait) -> Thunk:
        return lambda: self.maker.resolved(type, key, trait)

    def _ancestors(self, share: float = 0.5) -> list[GraphQLInterfaceType]:
        """Some interfaces, with all that they implement themselves."""
        chosen = [each for each in self.interfaces.values() if self.random.random() < share]
        names = {name.name for each in chosen for name in [each, *each.interfaces]}
        return [each for name, each in self.interfaces.items() if name in names]

    def _interface(self, name: str) -> None:
        resolve = None if self.by_objects else resolve_type([*self.interfaces, "Int", "O0"], self.random)
        self.interfaces[name] = GraphQLInterfaceType(
            name, lambda: self.fields[name], self._ancestors(), resolve_type=resolve
        )

    def _object(self, name: str) -> GraphQLObjectType:
        # One object implements every interface, so that none is without.
        ancestors = self._ancestors(1 if name == "O0" else 0.4)
        for each in (name, *(interface.name for interface in ancestors)):
            self.possible[each].append(name)
        checks = self.by_objects or self.random.random() < 0.3
        check = is_type_of(name, self.random) if checks else None
        return GraphQLObjectType(name, lambda: self.fields[name], ancestors, is_type_of=check)

    def _union(self, name: str, objects: list[GraphQLObjectType]) -> GraphQLUnionType:
        members = self.random.sample(objects, self.random.randint(1, len(objects)))
        self.possible[name] = [each.name for each in members]
        resolve = None if self.by_objects else resolve_type([name, "String", "O0"], self.random)
        return GraphQLUnionType(name, members, resolve_type=resolve)

    def _draw_fields(self, owner: Any) -> None:
        """Draw a type's own fields and take over those of its interfaces, maybe never null."""
        own = owner.name.lower() if isinstance(owner, GraphQLInterfaceType) else "f"
        fields = self._new_fields(owner.name, own, 5)
        inherited = [each for interface in owner.interfaces for each in self.fields[interface.name].items()]
        never_null = {name for name, field in inherited if is_non_null_type(field.type)}
        for name, field in inherited:
            is_narrower = name in never_null or self.random.random() < 0.2
            type = GraphQLNonNull(get_nullable_type(field.type)) if is_narrower else field.type
            fields[name] = self._field(owner.name, name, type, field.args)
            never_null |= {name} if is_narrower else set()
        self.fields[owner.name] = fields

    def _new_fields(self, owner: str, prefix: str, most: int) -> Fields:
        names = [f"{prefix}{index}" for index in range(self.random.randint(1, most))]
        return {name: self._new_field(owner, name) for name in names}

    def _new_field(self, owner: str, name: str) -> GraphQLField:
        random = self.random
        of = self.leaves if random.random() < 0.5 else self.composites
        return self._field(owner, name, wrapped(random.choice(of), random), arguments(random, self.inputs))

    def _field(self, owner: str, name: str, type: Any, arguments: dict[str, Any]) -> GraphQLField:
        trait, choice = Trait.drawn(self.random), self.random.random()
        if choice < 0.35:
            self.defaults[owner][name] = type, trait
            return GraphQLField(type, arguments)
        if get_nullable_type(type) is GraphQLString and choice < 0.6:
            return GraphQLField(type, arguments, told)
        return GraphQLField(type, arguments, self._resolver(f"{owner}.{name}", type, trait))

    def _resolver(self, coordinate: str, type: Any, trait: Trait) -> Callable[..., Any]:
        """A resolver whose value follows from the object, the field and the arguments."""

        def key(source: Any, arguments: dict[str, Any]) -> int:
            return key_of(getattr(source, "key", 0), coordinate, sorted(arguments.items()))

        def resolve(source: Any, info: Info, **arguments: Any) -> Any:
            return self.maker.resolved(type, key(source, arguments), trait)

        async def resolve_later(source: Any, info: Info, **arguments: Any) -> Any:
            return self.maker.raised(type, key(source, arguments), trait)

        return resolve_later if trait.delivery == "awaited" else resolve


def told(source: Any, info: Info, **arguments: Any) -> str:
    """What a resolver is told, as its value."""
    nodes = [print_ast(node) for node in info.field_nodes]
    places = f"{info.parent_type}.{info.field_name}: {info.return_type} at {info.path.as_list()}"
    fragments, values = sorted(info.fragments), info.variable_values.coerced
    context = f"{info.operation.operation} {info.context.seed}"
    return f"{places} {nodes} {fragments} {values} {sorted(arguments.items())} {context}"
