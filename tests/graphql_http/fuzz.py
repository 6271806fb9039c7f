"""Writes requests for any schema, from a seed: half of them right, others nearly so, some hardly requests."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
    is_required_argument,
)

STRANGE = (
    'null true -1 1e400 0 1.5 "" [] {} $v $missing RED [[[[1]]]] {a:{a:{a:1}}} [null] 2147483648 '
    '"\\u{110000}" "\\uD800" "\\u0000" """x""" ' + "9" * 50
).split()
NOISE = [
    *'{}()@$:![]=|&"#\\\0é\ufeff\U0001f600',
    "...",
    '"""',
    "on",
    "fragment",
    "query",
    "__typename",
    "@skip",
]
JSON_VALUES: list[Any] = [None, True, 0, -1, 1.5, 2**31, 2**70, "", "x", [], {}, [[]], {"a": {"b": []}}, "\0"]


class Fuzzer:
    """Requests for one schema. `without` names fields that are left out."""

    def __init__(self, schema: GraphQLSchema, seed: int, without: frozenset[str] = frozenset()) -> None:
        self.schema = schema
        self.random = random.Random(seed)
        self.without = without
        types = schema.type_map.items()
        self.objects = [name for name, type_ in types if is_object_type(type_) and not name.startswith("__")]
        self.sloppiness = 0.0
        self.variables: set[str] = set()

    def bodies(self, count: int) -> Iterator[bytes]:
        """So many bodies, about half of them of documents without a flaw."""
        for _ in range(count):
            self.sloppiness = self.random.choice([0, 0, 0.02, 0.1, 0.4])
            document = self.document()
            if self.slips():
                document = self.flawed(document)
            yield self.broken(self.body(document)) if self.slips() else self.body(document)

    def slips(self) -> bool:
        """Whether to make a mistake now."""
        return self.random.random() < self.sloppiness

    def document(self) -> str:
        """An operation or two, and fragments that nest with fields between."""
        self.variables = set()
        on = self.random.choice(self.objects)
        count = self.random.choice([0, 0, 1, 2, 22]) if self.slips() else 0
        fragments = [self.fragment(index, on) for index in range(count)]
        operations = [self.operation(index, bool(fragments)) for index in range(1 + self.slips())]
        return " ".join([*operations, *fragments])

    def operation(self, index: int, spread: bool) -> str:
        """A query, mostly, with the variables that it uses."""
        kind = self.random.choice(["query"] * 8 + ["mutation", "subscription"])
        root = getattr(self.schema, f"{kind}_type")
        selections = self.selections(root.name if root else "Query", 4) + (" ...F0" if spread else "")
        names = "$v: Nothing" if self.slips() else " ".join(sorted(self.variables))
        return f"{kind} Q{index}{f'({names})' if names else ''} {{ {selections} }}"

    def fragment(self, index: int, on: str) -> str:
        """A fragment that spreads its neighbours below fields."""
        below = " ".join(f"...F{index + step}" for step in (1, self.random.choice([1, 1, 0, -1])))
        inner = " ".join(f"{alias}: {self.field_name(on)} {{ {below} }}" for alias in "ab")
        return f"fragment F{index} on {on} {{ {self.selections(on, 1)} {inner} }}"

    def fields(self, on: str) -> dict[str, GraphQLField]:
        """The fields of a type that may be used."""
        type_ = self.schema.type_map.get(on)
        fields = type_.fields if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) else {}
        return {name: field for name, field in fields.items() if name not in self.without}

    def field_name(self, on: str) -> str:
        """A field of a type, or now and then of none."""
        return "nothing" if self.slips() else self.random.choice([*self.fields(on), "__typename"])

    def selections(self, on: str, depth: int) -> str:
        """A few fields and inline fragments."""
        return " ".join(self.selection(on, depth) for _ in range(self.random.randrange(1, 4)))

    def selection(self, on: str, depth: int) -> str:
        """One of them."""
        if depth and self.random.random() < 0.1:
            inner = self.random.choice(self.objects) if self.slips() else on
            return f"... on {inner} {{ {self.selections(inner, depth - 1)} }}"
        name = self.field_name(on) if depth else "__typename"
        field = self.fields(on).get(name)
        alias = f"x{self.random.randrange(10)}: " if self.slips() else ""
        directive = (
            self.random.choice(["@skip(if: false)", "@include(if: $v)", "@no"]) if self.slips() else ""
        )
        return f"{alias}{name}{self.field_rest(field, depth) if field else ''} {directive}"

    def field_rest(self, field: GraphQLField, depth: int) -> str:
        """Arguments and selections of a field."""
        wanted = [
            f"{name}: {self.value(argument.type, 2)}"
            for name, argument in field.args.items()
            if is_required_argument(argument) or self.random.random() < 0.3
        ]
        arguments = f"({', '.join(wanted)})" if wanted else ""
        return arguments + self.below(get_named_type(field.type), depth)

    def below(self, type_: GraphQLNamedType, depth: int) -> str:
        """The selections that a field of the type must have."""
        return "" if is_leaf_type(type_) else f" {{ {self.selections(type_.name, depth - 1)} }}"

    def value(self, type_: GraphQLInputType, depth: int) -> str:
        """A value that fits a type, mostly."""
        if self.slips():
            return self.random.choice(STRANGE)
        inner = get_nullable_type(type_)
        if self.random.random() < 0.2:
            self.variables.add(f"$v{len(self.variables)}: {type_}")
            return f"$v{len(self.variables) - 1}"
        if is_list_type(inner):
            items = [self.value(inner.of_type, depth - 1) for _ in range(self.random.randrange(4))]
            return f"[{', '.join(items)}]"
        if is_enum_type(inner):
            return str(self.random.choice(list(inner.values)))
        if is_input_object_type(inner):
            chosen = [item for item in inner.fields.items() if depth and self.random.random() < 0.5]
            return (
                "{"
                + ", ".join(f"{name}: {self.value(field.type, depth - 1)}" for name, field in chosen)
                + "}"
            )
        return {"Int": "20", "Float": "1.5", "Boolean": "true"}.get(get_named_type(type_).name, '"1"')

    def flawed(self, text: str) -> str:
        """A text with pieces cut out, doubled or strewn in."""
        for _ in range(self.random.randrange(1, 4)):
            start = self.random.randrange(len(text) + 1)
            end = min(len(text), start + self.random.randrange(8))
            doubled = text[start:end] * 2
            middle = self.random.choice(["", doubled, *self.random.sample(NOISE + STRANGE, 2)])
            text = text[:start] + middle + text[end:]
        return text

    def body(self, document: str) -> bytes:
        """A JSON body, now and then with other members or types than it should have."""
        request: dict[str, Any] = {"query": document}
        fitting: list[Any] = (
            [1, "1", [], {}, None, True, [None], {"a": None}, {"name": False}, {"both": [{"both": 5}]}]
            if self.slips()
            else [1]
        )
        request["variables"] = {f"v{n}": self.random.choice(fitting) for n in range(len(self.variables))}
        if self.slips():
            request["operationName"] = self.random.choice(["Q0", "Q1", "", None, 5])
        if self.slips():
            name = self.random.choice(["query", "variables", "operationName", "extensions", "more"])
            request[name] = self.random.choice(JSON_VALUES)
        escaped = self.random.random() < 0.5
        return json.dumps(request, ensure_ascii=escaped).encode("utf-8", "replace")

    def broken(self, body: bytes) -> bytes:
        """A body that is damaged, or not a request at all."""
        damage: list[Callable[[], bytes]] = [
            lambda: body[: self.random.randrange(len(body) + 1)],
            lambda: body + b"\xff",
            lambda: body.replace(b'"', b"'", 3),
            lambda: b"[" * 3_000 + body,
            lambda: b"[" + body + b"]",
            lambda: body.replace(b"1", b"1" * 9_999, 1),
            lambda: self.random.randbytes(20) + body,
            lambda: json.dumps(self.random.choice(JSON_VALUES)).encode(),
        ]
        return self.random.choice(damage)()
