"""The rule on merging fields gives graphql-core's verdicts, in a time that stays near the document's size."""

import random
from collections.abc import Callable, Iterator

import pytest
from graphql import OverlappingFieldsCanBeMergedRule, build_schema, parse, validate

from executor.overlap import MAX_STEPS, MergeableFieldsRule

SDL = """
interface Named { name: String, size(of: Int, in: Unit): Int, friend: Named, friends: [Named!] }
type Dog implements Named {
  name: String, size(of: Int, in: Unit): Int, friend: Dog, friends: [Named!]
  barks: Int!, tags: [String], any: Any
}
type Cat implements Named {
  name: String, size(of: Int, in: Unit): Int, friend: Named, friends: [Named!]
  barks: Int, tags: String, any: Any
}
union Any = Dog | Cat
enum Unit { CM INCH }
type Query { dog: Dog, cat: Cat, named: Named, any: Any }
"""
SCHEMA = build_schema(SDL)
COMPOSITE = {
    "friend": "Named",
    "friends": "Named",
    "any": "Any",
    "dog": "Dog",
    "cat": "Cat",
    "named": "Named",
}
FIELDS = {
    "Query": ["dog", "cat", "named", "any"],
    "Named": ["name", "size", "friend", "friends"],
    "Dog": ["name", "size", "friend", "friends", "barks", "tags", "any"],
    "Cat": ["name", "size", "friend", "friends", "barks", "tags", "any"],
    "Any": ["__typename"],
}
ARGUMENTS = ["", "(of: 1)", "(of: 2)", "(of: 1, in: CM)", "(in: CM, of: 1)", "(of: $n)"]


class Author:
    """Writes documents of known fields, whose fragments are all used and never cyclic."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.recklessness = self.random.choice([0, 0.05, 0.2])
        self.fragments: list[tuple[str, str]] = []

    def document(self) -> str:
        """One operation and its fragments, the later ones spreading only earlier ones."""
        count = self.random.randrange(5)
        texts = [self.fragment(index) for index in range(count)]
        used = "".join(f"... on {on} {{ ...F{index} }}" for index, (on, _) in enumerate(self.fragments))
        roots = "".join(f"{name} {{ __typename {used} }}" for name in ("dog", "cat") if used)
        return f"query ($n: Int) {{ {self.selections('Query', 3)} {roots} }} {''.join(texts)}"

    def fragment(self, index: int) -> str:
        """A fragment on one of the types."""
        on = self.random.choice(["Named", "Dog", "Cat"])
        text = f"fragment F{index} on {on} {{ {self.selections(on, 2)} }} "
        self.fragments.append((on, text))
        return text

    def selections(self, on: str, depth: int) -> str:
        """Some fields and fragments."""
        return " ".join(self.selection(on, depth) for _ in range(self.random.randrange(1, 5)))

    def selection(self, on: str, depth: int) -> str:
        """A field, an inline fragment or a spread."""
        kind = self.random.random()
        if on != "Query" and kind < 0.2 and depth:
            inner = self.random.choice(["Named", "Dog", "Cat"])
            return f"... on {inner} {{ {self.selections(inner, depth - 1)} }}"
        if on != "Query" and kind < 0.35 and self.fragments:
            return f"...F{self.random.randrange(len(self.fragments))}"
        return self.field(on, depth)

    def field(self, on: str, depth: int) -> str:
        """A field, often under a name that others have too."""
        name = self.random.choice(FIELDS[on])
        reckless = self.random.random() < self.recklessness
        alias = self.random.choice(["x: ", "y: ", "name: ", "friend: "]) if reckless else ""
        arguments = self.random.choice(ARGUMENTS) if name == "size" and reckless else ""
        inner = (
            f" {{ {self.selections(self.inner(on, name), depth - 1)} }}"
            if name in COMPOSITE and depth
            else ""
        )
        return f"{alias}{name}{arguments}{inner or (' { __typename }' if name in COMPOSITE else '')}"

    @staticmethod
    def inner(on: str, name: str) -> str:
        """The type of a composite field."""
        return "Dog" if (on, name) == ("Dog", "friend") else COMPOSITE[name]


def verdicts(text: str) -> tuple[bool, bool]:
    """Whether graphql-core's rule and ours accept a document."""
    document = parse(text)
    theirs = validate(SCHEMA, document, [OverlappingFieldsCanBeMergedRule])
    return not theirs, not validate(SCHEMA, document, [MergeableFieldsRule])


def test_random_documents_get_the_verdicts_of_graphql_core() -> None:
    accepted = 0
    for seed in range(2_000):
        text = Author(seed).document()
        theirs, ours = verdicts(text)
        assert ours == theirs, text
        accepted += ours
    assert 500 < accepted < 1_500


CONFLICTS = [
    "{ dog { x: name x: barks } }",
    "{ dog { size(of: 1) size(of: 2) } }",
    "{ dog { size(of: 1) size } }",
    "{ named { ... on Dog { x: barks } ... on Cat { x: barks } } }",
    "{ named { ... on Dog { tags } ... on Cat { tags } } }",
    "{ named { ... on Dog { x: friend { name } } ... on Cat { x: name } } }",
    "{ named { ... on Dog { friend { x: name } } ... on Cat { friend { x: size } } } }",
    "{ dog { ...A ...B } } fragment A on Dog { friend { x: name } } fragment B on Dog { friend { x: size } }",
    "{ dog { any { ... on Dog { name } } any { ... on Dog { name: barks } } } }",
]
AGREEMENTS = [
    "{ dog { name name } }",
    "{ dog { size(of: 1, in: CM) size(in: CM, of: 1) } }",
    "{ named { ... on Dog { x: name } ... on Cat { x: name } } }",
    "{ named { ... on Dog { size(of: 1) } ... on Cat { size(of: 2) } } }",
    "{ named { ... on Dog { friend { x: name } } ... on Cat { friend { x: name } } } }",
    "{ dog { ...A ...A friend { ...A } } } fragment A on Dog { name }",
]


@pytest.mark.parametrize("text", CONFLICTS)
def test_a_conflict_is_found(text: str) -> None:
    assert verdicts(text) == (False, False)


@pytest.mark.parametrize("text", AGREEMENTS)
def test_fields_that_agree_are_merged(text: str) -> None:
    assert verdicts(text) == (True, True)


def test_a_conflict_names_both_fields_and_where_they_stand() -> None:
    (error,) = validate(SCHEMA, parse("{ dog { x: name x: barks } }"), [MergeableFieldsRule])
    assert error.message.startswith("Fields 'x' conflict because they return conflicting types")
    assert [location.column for location in error.locations or ()] == [9, 17]


def test_a_cycle_of_fragments_ends() -> None:
    text = "{ dog { ...A } } fragment A on Dog { friend { ...B } ...A } fragment B on Dog { friend { ...A } }"
    assert validate(SCHEMA, parse(text), [MergeableFieldsRule]) == []


def steps(text: str) -> int:
    """What the rule spends on a document."""
    rules: list[MergeableFieldsRule] = []

    class Counted(MergeableFieldsRule):
        def leave_document(self, *_: object) -> None:
            rules.append(self)

    validate(SCHEMA, parse(text), [Counted])
    return rules[0].steps


def doubling(levels: int) -> str:
    """Fragments that nest with fields between: 2^levels fields once expanded."""
    fragments = "".join(
        f"fragment F{n} on Dog {{ a: friend {{ ...F{n + 1} }} b: friend {{ ...F{n + 1} }} }} "
        for n in range(levels)
    )
    return f"{{ dog {{ ...F0 }} }} {fragments} fragment F{levels} on Dog {{ name }}"


def repeated(count: int) -> str:
    """One field many times, its selections to be merged."""
    return "{" + "dog { name friend { name } } " * count + "}"


@pytest.mark.parametrize("shape", [doubling, repeated])
def test_twice_the_document_takes_about_twice_the_steps(shape: Callable[[int], str]) -> None:
    assert steps(shape(80)) <= 2.2 * steps(shape(40)) < MAX_STEPS / 10


def ambiguous(levels: int) -> Iterator[str]:
    """Fragments whose merged sets differ for each path to them."""
    yield "{ dog { ...S0 } }"
    for n in range(levels):
        both, one = f"...S{n + 1} ...T{n + 1}x{n + 1}", f"...S{n + 1}"
        yield f"fragment S{n} on Dog {{ a: friend {{ {both} }} b: friend {{ {one} }} }}"
        for k in range(1, n + 1):
            again = f"...T{n + 1}x{k}"
            yield f"fragment T{n}x{k} on Dog {{ a: friend {{ {again} }} b: friend {{ {again} }} }}"
    yield f"fragment S{levels} on Dog {{ name }}"
    for k in range(1, levels + 1):
        yield f"fragment T{levels}x{k} on Dog {{ name }}"


def test_sets_that_overlap_in_exponentially_many_ways_are_refused_in_bounded_steps() -> None:
    (error,) = validate(SCHEMA, parse(" ".join(ambiguous(14))), [MergeableFieldsRule])
    assert error.extensions == {"code": "OVERLAP_LIMIT_EXCEEDED", "limit": MAX_STEPS}
    assert steps(" ".join(ambiguous(14))) < MAX_STEPS + 1_000
