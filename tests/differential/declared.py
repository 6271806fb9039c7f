"""Generates Strawberry schemas whose fields are declared with `executor.fields.field`."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from random import Random
from typing import Annotated, Any, Optional, Union

import strawberry

from executor.fields import Argument, OfRows
from executor.fields import field as declared
from executor.selection import Selection
from tests.differential.makers import Maker, Trait
from tests.differential.schemas import Generated
from tests.differential.values import SLEEPS, Row, Thunk, failure, key_of

PAGE: Mapping[str, Argument] = {
    "first": Argument(int | None, "From the front."),
    "last": Argument(int, "Back.", 2),
}


@strawberry.enum
class Letter(Enum):
    """An enum."""

    A = "a"
    B = "b"


@strawberry.input
class In:
    """An input that nests."""

    number: int = 3
    letter: Letter | None = strawberry.UNSET
    inner: "list[In] | None" = None


ARGUMENTS: Sequence[tuple[Mapping[str, Argument], tuple[str, ...]]] = (
    ({}, ()),
    ({}, ()),
    (PAGE, ("first", "last")),
    ({"ids": Argument(list[strawberry.ID], "Ids.")}, ("ids",)),
    ({"given": Argument(In | None, "Nested."), "letter": Argument(Letter, "One.", Letter.A)}, ()),
    ({"camel_cased": Argument(list[list[int | None]] | None, "Numbers.")}, ()),
)
LEAVES: Sequence[Any] = (int, float, str, bool, strawberry.ID, Letter)


def declared_schema(random: Random) -> Generated:
    """A schema of Strawberry."""
    builder = _Builder(random)
    return Generated(builder.schema(), lambda seed: Row("Root", seed, builder.thunks("Root", seed)))


class _Builder:
    """Draws the types of one schema; each refers to those that were drawn before it."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.by_class = random.random() < 0.6
        self.rows: dict[str, type[Row]] = {}
        self.composites: list[Any] = []
        self.attributes: dict[str, dict[str, Trait]] = defaultdict(dict)
        self.possible: dict[str, list[str]] = defaultdict(list)
        self.maker = Maker(self.possible, self.thunks, forms=(self.row,))
        self.built: Any = None

    def schema(self) -> strawberry.Schema:
        """All types."""
        random = self.random
        node = strawberry.interface(self._class("Node", (), {"i0": self._field("Node", "i0")}))
        objects = [self._object(f"O{index}", node) for index in range(random.randint(2, 5))]
        query = strawberry.type(self._class("Query", (), self._fields("Query", "q", 8)))
        mutation = strawberry.type(self._class("Mutation", (), self._fields("Mutation", "m", 4)))
        schema = strawberry.Schema(query, mutation, types=objects)
        self.built = schema._schema
        return schema

    def row(self, kind: str, key: int, thunks: Mapping[str, Thunk]) -> Row:
        """A row, of a class of its own where classes say what rows are."""
        return self.rows.get(kind, Row)(kind, key, thunks)

    def thunks(self, kind: str, key: int) -> Mapping[str, Thunk]:
        """The attributes of a row; `Node` is what the others inherit."""
        kinds = ("Query", "Mutation") if kind == "Root" else (kind, "Node")
        fields = [(owner, name, trait) for owner in kinds for name, trait in self.attributes[owner].items()]
        return {name: self._thunk(owner, name, key, trait) for owner, name, trait in fields}

    def _thunk(self, owner: str, name: str, key: int, trait: Trait) -> Thunk:
        return lambda: self.maker.resolved(self._type(owner, name), key_of(key, name), trait)

    def _type(self, owner: str, name: str) -> Any:
        return self.built.type_map[owner].fields[name].type

    def _object(self, name: str, node: type) -> type:
        """A type over rows of its own class, or of those that say that they are of its kind."""
        bases = (node,) if name == "O0" or self.random.random() < 0.5 else ()
        self.rows[name] = type(f"{name}Row", (Row,), {})
        made = self._class(name, bases, self._fields(name, "f", 5))
        if self.by_class:
            made.is_type_of = OfRows(self.rows[name])  # type: ignore[attr-defined]
        else:
            made.is_type_of = lambda value, _info: getattr(value, "kind", None) == name  # type: ignore[attr-defined]
        self.composites.append(strawberry.type(made))
        for each in (name, "Node") if bases else (name,):
            self.possible[each].append(name)
        return self._with_union(made, node)

    def _with_union(self, made: type, node: type) -> type:
        """Let later types refer to the interface, and to a union of all types there are."""
        if len(self.composites) == 1:
            self.composites.append(node)
        elif len(self.composites) == 3:
            members = [each for each in self.composites if each is not node]
            self.composites.append(Annotated[Union[tuple(members)], strawberry.union("Found")])  # noqa: UP007
            self.possible["Found"] = [each.__name__ for each in members]
        return made

    def _class(self, name: str, bases: tuple[type, ...], fields: dict[str, tuple[Any, Any]]) -> type:
        annotations = {field: annotation for field, (annotation, _) in fields.items()}
        values = {field: value for field, (_, value) in fields.items()}
        return type(name, bases, {"__annotations__": annotations, "__doc__": "A type.", **values})

    def _fields(self, owner: str, prefix: str, most: int) -> dict[str, tuple[Any, Any]]:
        names = [f"{prefix}{index}" for index in range(self.random.randint(1, most))]
        return {name: self._field(owner, name) for name in names}

    def _field(self, owner: str, name: str) -> tuple[Any, Any]:
        """The annotation of a field, and how it is declared."""
        random, trait = self.random, Trait.drawn(self.random)
        annotation = _wrapped(random.choice([*LEAVES, *self.composites * 4]), random)
        choice = random.random() * (2 if owner in ("Query", "Mutation") else 1)
        if choice < 0.3:
            self.attributes[owner][name] = trait
            return annotation, declared("An attribute.")
        if choice < 0.45:
            return annotation, declared("Of the row.", value=self._value(owner, name, trait))
        arguments, multipliers = random.choice(ARGUMENTS)
        scopes = random.choice([None, frozenset({"A", "B"})])
        resolver = self._batch(owner, name, trait) if choice < 1 else self._root(owner, name, trait)
        spec: dict[str, Any] = {"multipliers": multipliers, "scopes": scopes}
        spec["batch" if choice < 1 else "root"] = resolver
        return annotation, declared("Resolved.", arguments=arguments, **spec)

    def _value(self, owner: str, name: str, trait: Trait) -> Callable[[Any], Any]:
        return lambda row: self.maker.raised(self._type(owner, name), key_of(row.key, owner, name), trait)

    def _root(self, owner: str, name: str, trait: Trait) -> Callable[..., Any]:
        async def resolve(ctx: Any, **arguments: Any) -> Any:
            for _ in range(sleeps):
                await asyncio.sleep(0)
            key = key_of(ctx.seed, owner, name, sorted(arguments.items()))
            return self.maker.raised(self._type(owner, name), key, trait)

        sleeps = SLEEPS.get(trait.delivery, 0)
        return resolve

    def _batch(self, owner: str, name: str, trait: Trait) -> Callable[..., Any]:
        """A batch resolver: a plain function or one that waits, and maybe one that asks for the selection."""
        ends = self.random.choice(["well"] * 10 + ["raises", "gives too few"])

        def values(parents: Sequence[Any], ctx: Any, **arguments: Any) -> Sequence[Any]:
            if ends == "raises":
                raise failure(Random(key_of(owner, name)), f"{owner}.{name}")
            given = sorted(arguments.items())
            type, item = self._type(owner, name), Trait(faults=trait.faults)
            found = [self.maker.item(type, key_of(row.key, owner, name, given), item) for row in parents]
            return found[1:] if ends == "gives too few" else found

        return _delivering(values, trait.delivery, takes_selection=self.random.random() < 0.15)


def _delivering(values: Callable[..., Any], delivery: str, *, takes_selection: bool) -> Callable[..., Any]:
    async def later(parents: Sequence[Any], ctx: Any, **arguments: Any) -> Any:
        for _ in range(SLEEPS.get(delivery, 0)):
            await asyncio.sleep(0)
        return values(parents, ctx, **arguments)

    async def selecting(parents: Sequence[Any], ctx: Any, *, selection: Selection, **arguments: Any) -> Any:
        wanted = [path for path in (("f0",), ("f1",), ("i0",), ("f1", "f0")) if selection.has(*path)]
        return values(parents, ctx, **arguments, wanted=wanted)

    if takes_selection:
        return selecting
    return values if delivery == "at once" else later


def _wrapped(annotation: Any, random: Random) -> Any:
    """The annotation in lists, nested or not; optional or not at each level."""
    for _ in range(random.choice([0, 0, 0, 1, 1, 2])):
        annotation = list[Optional[annotation] if random.random() < 0.6 else annotation]  # type: ignore[misc] # noqa: UP045
    return Optional[annotation] if random.random() < 0.65 else annotation  # noqa: UP045
