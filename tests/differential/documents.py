"""Generates valid documents for a schema: whatever the language has, in any mixture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_non_null_type,
    is_union_type,
)

from tests.differential.inputs import Variables, text

DEEPEST = 5
# Of fields, inline fragments and spreads in a document. Large documents take long to validate.
MOST_SELECTIONS = 36
INTROSPECTION = (
    "__schema { queryType { name fields { name args { name defaultValue } } } types { kind name } }",
    "__schema { directives { name locations args { name type { kind ofType { name } } } } }",
    '__type(name: "O0") { kind interfaces { name } fields(includeDeprecated: true) { name type { name } } }',
    '__type(name: "I0") { possibleTypes { name } enumValues { name } }',
    '__type(name: "Letter") { ...on __Type { enumValues { name isDeprecated } } }',
    '__type(name: "Nope") { __typename name }',
)


@dataclass
class Document:
    """A document, which of its operations to run, and values of that one's variables for several runs."""

    text: str
    operation: str | None
    runs: list[dict[str, Any]]


@dataclass
class _Fragment:
    name: str
    type: Any
    text: str = ""
    uses: set[str] = field(default_factory=set)


def document(schema: GraphQLSchema, random: Random, runs: int) -> Document:
    """A random document."""
    return _Writer(schema, random).document(runs)


class _Writer:
    def __init__(self, schema: GraphQLSchema, random: Random) -> None:
        self.schema = schema
        self.random = random
        self.variables = Variables(random)
        self.fragments: list[_Fragment] = []
        # What each response name stands for, wherever it is used: fields of one name can then be merged.
        self.meanings: dict[str, tuple[str, str, str]] = {}
        self.left = MOST_SELECTIONS

    def document(self, runs: int) -> Document:
        """One operation without a name, or several with names, and the fragments they use."""
        count = self.random.choice([1, 1, 1, 2, 3])
        names = [None] if count == 1 and self.random.random() < 0.5 else [f"Op{n}" for n in range(count)]
        operations, uses = [], []
        for name in names:
            kind = self.random.choice(
                ["query", "query", "query", "mutation" if self.schema.mutation_type else "query"]
            )
            self.variables.used = set()
            self.left = max(self.left, MOST_SELECTIONS // count)
            operations.append(self._operation(kind, name))
            uses.append(sorted(self.variables.used))
        chosen = self.random.randrange(count)
        values = [self.variables.values(self.random, uses[chosen]) for _ in range(runs)]
        parts = [*operations, *(each.text for each in self.fragments)]
        self.random.shuffle(parts)
        is_named = count > 1 or self.random.random() < 0.5
        return Document("\n".join(parts), names[chosen] if is_named else None, values)

    def _operation(self, kind: str, name: str | None) -> str:
        root = self.schema.mutation_type if kind == "mutation" else self.schema.query_type
        selections = self._selections(root, 0)
        uses = [self.variables.definitions[each] for each in sorted(self.variables.used)]
        defined = f"({', '.join(uses)})" if uses else ""
        if kind == "query" and not name and not defined and self.random.random() < 0.5:
            return selections
        return f"{kind} {name or ''}{defined} {selections}"

    def _selections(self, parent: Any, depth: int) -> str:
        """A selection set; it holds at least one field."""
        makers = [*[self._field] * 5, self._inline, self._spread]
        parts = []
        for _ in range(self.random.randint(1, 5 if depth < 3 else 2)):
            self.left -= 1
            if self.left > 0:
                parts.append(self.random.choice(makers)(parent, depth))
        found = [part for part in parts if part] or [self._named("__typename", "", "String!")]
        return f"{{ {' '.join(found)} }}"

    def _field(self, parent: Any, depth: int) -> str:
        choice = self.random.random()
        fields = {} if is_union_type(parent) else parent.fields
        if choice < 0.1 or not fields:
            return self._named("__typename", "", "String!") + self._directives()
        if parent is self.schema.query_type and choice < 0.13:
            return self._introspection()
        name = self.random.choice(list(fields))
        return self._field_of(name, fields[name], depth)

    def _introspection(self) -> str:
        index = self.random.randrange(len(INTROSPECTION))
        return f"intro{index}: {INTROSPECTION[index]}"

    def _field_of(self, name: str, definition: Any, depth: int) -> str:
        is_composite = is_composite_type(get_named_type(definition.type))
        if is_composite and (depth >= DEEPEST or self.left < 0):
            return ""
        given = self._arguments(definition)
        head = self._named(name, given, str(definition.type)) + self._directives()
        return (
            f"{head} {self._selections(get_named_type(definition.type), depth + 1)}" if is_composite else head
        )

    def _named(self, name: str, given: str, type: str) -> str:
        """A field under its own name or an alias, whichever doesn't stand for something else yet."""
        meaning = name, given, type
        aliases = [name, name, *self.random.sample("abcdefgh", 3)]
        if self.random.random() < 0.3:
            self.random.shuffle(aliases)
        for alias in [*aliases, f"x{len(self.meanings)}"]:
            if self.meanings.setdefault(alias, meaning) == meaning:
                break
        return f"{name}{given}" if alias == name else f"{alias}: {name}{given}"

    def _arguments(self, definition: Any) -> str:
        given = []
        for name, argument in definition.args.items():
            has_default = argument.default is not None
            is_required = is_non_null_type(argument.type) and not has_default
            if is_required or self.random.random() < 0.6:
                value = text(argument.type, self.random, self.variables, has_default=has_default)
                given.append(f"{name}: {value}")
        self.random.shuffle(given)
        return f"({', '.join(given)})" if given else ""

    def _directives(self) -> str:
        """None, one, or both of `@skip` and `@include`, which mostly keep what they stand at."""
        if self.random.random() < 0.8:
            return ""
        kept = self.random.sample([("skip", "false"), ("include", "true")], self.random.choice([1, 1, 2]))
        return "".join(f" @{name}(if: {self._condition(literal)})" for name, literal in kept)

    def _condition(self, keeping: str) -> str:
        choice = self.random.random()
        if choice < 0.5:
            return self.variables.variable(GraphQLNonNull(GraphQLBoolean))
        return keeping if choice < 0.9 else {"true": "false", "false": "true"}[keeping]

    def _inline(self, parent: Any, depth: int) -> str:
        """An inline fragment, with or without a type."""
        type = self.random.choice([None, parent, *self._overlapping(parent)])
        selections = self._selections(type or parent, depth + 1)
        return f"...{f' on {type}' if type else ''}{self._directives()} {selections}"

    def _spread(self, parent: Any, depth: int) -> str:
        """A fragment, new or spread elsewhere already; it is not known before it is whole."""
        types = [parent, *self._overlapping(parent)]
        known = [each for each in self.fragments if each.type in types]
        fragment = self.random.choice(known) if known and self.random.random() < 0.4 else None
        if fragment is None:
            fragment = self._fragment(self.random.choice(types), depth)
        self.variables.used |= fragment.uses
        return f"...{fragment.name}{self._directives()}"

    def _fragment(self, type: Any, depth: int) -> _Fragment:
        outside, self.variables.used = self.variables.used, set()
        selections = self._selections(type, depth + 1)
        made = _Fragment(f"F{len(self.fragments)}", type, uses=self.variables.used)
        made.text = f"fragment {made.name} on {type} {selections}"
        self.fragments.append(made)
        self.variables.used = outside
        return made

    def _overlapping(self, parent: Any) -> Sequence[Any]:
        """The types with which a value of the parent's type may have one in common."""
        own = self._possible(parent)
        composites = [each for each in self.schema.type_map.values() if is_composite_type(each)]
        return [each for each in composites if not each.name.startswith("__") and own & self._possible(each)]

    def _possible(self, type: Any) -> set[str]:
        if isinstance(type, GraphQLObjectType):
            return {type.name}
        return {each.name for each in self.schema.get_possible_types(type)}
