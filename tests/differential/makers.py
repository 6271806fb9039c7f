"""Makes values of GraphQL's types, and the failures that resolvers have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    get_nullable_type,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from tests.differential.values import (
    CONTAINERS,
    DELIVERIES,
    FORMS,
    Stranger,
    Thunk,
    broken,
    contained,
    delivered,
    failure,
    key_of,
)

# How often a nullable value is null, and how many items a list has.
NULLS = 0.1
LENGTHS = (0, 1, 1, 2, 2, 3)

LEAVES: Mapping[str, Callable[[Random], Any]] = {
    "Int": lambda random: random.choice([random.randint(-9, 9), 2.0, True, "12"]),
    "Float": lambda random: random.choice([random.randint(-9, 9), random.random(), "1.5"]),
    "String": lambda random: random.choice([f"text {random.randint(0, 9)}", 7, 1.5, True, 'ü"\\\n']),
    "Boolean": lambda random: random.choice([True, False, 0, 1]),
    "ID": lambda random: random.choice([f"id {random.randint(0, 9)}", random.randint(0, 9)]),
    "Odd": lambda random: random.randint(10, 99),
}
# Values that the types refuse; an odd one of less than 10 is refused in some way or made into nothing.
WRONG: Mapping[str, Callable[[Random], Any]] = {
    "Int": lambda random: random.choice([2**40, "many", 1.5, {}, []]),
    "Float": lambda random: random.choice([float("nan"), "many", {}]),
    "String": lambda random: random.choice([{"a": 1}, [1], Stranger()]),
    "Boolean": lambda random: random.choice(["yes", {}, float("inf")]),
    "ID": lambda random: random.choice([1.5, {}, Stranger()]),
    "Odd": lambda random: random.randint(0, 9),
}


@dataclass(frozen=True)
class Trait:
    """How a field's values come, and how many of them are failures."""

    delivery: str = "at once"
    faults: float = 0.0

    @classmethod
    def drawn(cls, random: Random) -> "Trait":
        """Most fields never fail."""
        return cls(random.choice(DELIVERIES), random.choice([0, 0, 0, 0, 0.1, 0.5]))


@dataclass
class Maker:
    """Makes the values of one schema. `possible` are the object types of each type with selections.

    `thunks` gives the default values of an object's fields.
    """

    possible: Mapping[str, list[str]]
    thunks: Callable[[str, int], Mapping[str, Thunk]]
    forms: tuple[Callable[..., Any], ...] = FORMS
    containers: tuple[str, ...] = CONTAINERS

    def resolved(self, type: Any, key: int, trait: Trait) -> Any:
        """What a resolver gives for a key: raised, awaitable, or the value."""
        return delivered(trait.delivery, lambda: self.raised(type, key, trait))

    def raised(self, type: Any, key: int, trait: Trait) -> Any:
        """The value, unless it is a failure, which may be raised."""
        random = Random(key)
        if random.random() < trait.faults:
            return self.fault(type, random, key)
        return self.value(type, random, key, trait)

    def fault(self, type: Any, random: Random, key: int) -> Any:
        """One of the ways in which resolvers fail."""
        kind = random.choice(["raises", "returns an error", "null", "wrong", "wrong"])
        if kind == "raises":
            raise failure(random, str(key))
        if kind == "returns an error":
            return failure(random, str(key))
        return None if kind == "null" else self.wrong(get_nullable_type(type), random, key)

    def wrong(self, type: Any, random: Random, key: int) -> Any:
        """A value that is not of the type."""
        if is_list_type(type):
            return random.choice(["no list", {"a": 1}, 7, self.breaking(type.of_type, random, key)])
        if is_enum_type(type):
            return "no such value"
        if is_leaf_type(type):
            return WRONG[type.name](random)
        others = [name for names in self.possible.values() for name in names]
        return random.choice([Stranger(), "no object", self.object(random.choice(others), random, key)])

    def value(self, type: Any, random: Random, key: int, trait: Trait) -> Any:
        """A value of the type; its items may be failures."""
        if is_non_null_type(type):
            type = type.of_type
        elif random.random() < NULLS:
            return None
        if is_list_type(type):
            return self.list(type.of_type, random, key, trait)
        return self.named(type, random, key)

    def list(self, type: Any, random: Random, key: int, trait: Trait) -> Any:
        """A list, or another container; some have awaitables among their items, or nothing but them."""
        waiting = random.choice([0, 0, 0, 0.3, 1])
        items = []
        for index in range(random.choice(LENGTHS)):
            is_awaited = random.random() < waiting
            item = Trait(random.choice(DELIVERIES[3:]) if is_awaited else "at once", trait.faults / 2)
            items.append(self.item(type, key_of(key, index), item))
        return contained(random.choice(self.containers), items)

    def breaking(self, type: Any, random: Random, key: int) -> Any:
        """A list that fails on the way. Its items hold no awaitables, which nobody might come to await."""
        items = []
        if is_leaf_type(get_nullable_type(type)):
            items = [self.item(type, key_of(key, index), Trait(faults=0.2)) for index in range(2)]
        return broken(random.choice(self.containers), items, failure(random, str(key)))

    def item(self, type: Any, key: int, trait: Trait) -> Any:
        """An item of a list; what it would raise at once is an error among the items instead."""
        try:
            return self.resolved(type, key, trait)
        except Exception as error:
            return error

    def named(self, type: Any, random: Random, key: int) -> Any:
        """A leaf or an object."""
        if is_enum_type(type):
            return enum_value(type, random)
        if is_leaf_type(type):
            return LEAVES[type.name](random)
        return self.object(random.choice(self.possible[type.name]), random, key)

    def object(self, kind: str, random: Random, key: int) -> Any:
        """An object of a type in one of its forms."""
        key = key_of(key, kind)
        return random.choice(self.forms)(kind, key, self.thunks(kind, key))


def enum_value(type: GraphQLEnumType, random: Random) -> Any:
    """The inner value of one of the names."""
    return random.choice([value.value for value in type.values.values()])
