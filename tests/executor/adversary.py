"""Documents that cost as much as they can, made for any schema, and a search for the worst of them."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
)

from executor.documents import Documents
from executor.failures import InvalidRequest


@dataclass(frozen=True)
class Ground:
    """Where a schema lets selections nest without end: a path from the root to a type, and back to it.

    `leaf` is a field of that type without selections. Paths are field names that need no argument.
    """

    way_in: tuple[str, ...]
    type: str
    loop: tuple[str, ...]
    leaf: str

    def at(self, selections: str) -> str:
        """A query of some selections on the type."""
        return nested(self.way_in, selections)

    def again(self, selections: str, alias: str = "") -> str:
        """Selections one round further down."""
        return alias + nested(self.loop, selections)[1:-1]


def nested(path: tuple[str, ...], selections: str) -> str:
    """Selections below a path of fields."""
    return "{" + "{".join((*path, selections)) + "}" * (len(path) + 1)


def find_ground(schema: GraphQLSchema) -> Ground:
    """The first type, by its distance from the root, that leads back to itself."""
    assert schema.query_type
    for way_in, type_ in paths(schema.query_type):
        loop = next((path for path, reached in paths(type_) if reached is type_), None)
        leaf = next((name for name, field in plain(type_) if is_leaf_type(get_named_type(field.type))), None)
        if way_in and loop and leaf:
            return Ground(way_in, type_.name, loop, leaf)
    raise LookupError("The schema has no cycle.")


def plain(type_: GraphQLObjectType) -> Iterator[tuple[str, GraphQLField]]:
    """The fields that need no argument."""
    return (
        item for item in type_.fields.items() if not any(map(is_required_argument, item[1].args.values()))
    )


def paths(start: GraphQLObjectType) -> Iterator[tuple[tuple[str, ...], GraphQLObjectType]]:
    """All object types that can be reached, each by its shortest path; `start` itself if it can be."""
    waiting: list[tuple[tuple[str, ...], GraphQLObjectType]] = [((), start)]
    seen: set[str] = set()
    while waiting:
        path, type_ = waiting.pop(0)
        for name, field in plain(type_):
            named = get_named_type(field.type)
            if is_object_type(named) and named.name not in seen:
                seen.add(named.name)
                waiting.append(((*path, name), named))
                yield (*path, name), named


Attack = Callable[[Ground, int], str]


def leaves(g: Ground, n: int) -> str:
    """Many times the same leaf, a hundred a selection."""
    return g.at(f"...{{{' '.join([g.leaf] * 99)}}} " + g.again(" ".join([g.leaf] * min(n, 99))) * 5)


def siblings(g: Ground, n: int) -> str:
    """One object many times, to be merged."""
    return g.at(g.again(g.leaf + " __typename") * n)


def doubling(g: Ground, n: int) -> str:
    """Fragments that nest with fields between."""
    f = "".join(
        f"fragment F{i} on {g.type}{{{g.again(f'...F{i + 1}', 'a:')} {g.again(f'...F{i + 1}', 'b:')}}}"
        for i in range(n)
    )
    return g.at("...F0") + f + f"fragment F{n} on {g.type}{{{g.leaf}}}"


def chain(g: Ground, n: int) -> str:
    """Fragments that hold nothing but the next."""
    f = "".join(f"fragment F{i} on {g.type}{{...F{i + 1}}}" for i in range(n))
    return g.at("...F0") + f + f"fragment F{n} on {g.type}{{{g.leaf}}}"


def mesh(g: Ground, n: int) -> str:
    """Fragments that each spread all later ones."""
    f = "".join(
        f"fragment F{i} on {g.type}{{{g.leaf}{''.join(f'...F{j}' for j in range(i + 1, n))}}}"
        for i in range(n)
    )
    return g.at("...F0") + f


def crowd(g: Ground, n: int) -> str:
    """Many fragments in one selection, all with the same names."""
    f = "".join(f"fragment F{i} on {g.type}{{{g.leaf} {g.again(g.leaf)}}}" for i in range(n))
    return g.at("".join(f"...F{i}" for i in range(n))) + f


def operations(g: Ground, n: int) -> str:
    """Many operations over shared fragments, with variables to look for in all of them."""
    ops = "".join(f"query Q{i}($v:Int){g.at('...F')}" for i in range(n))
    return ops + f"fragment F on {g.type}{{{' '.join([g.leaf + ' @skip(if:$v)'] * n)}}}"


def unknown_fields(g: Ground, n: int) -> str:
    """Names that are nearly right, so that suggestions are looked for."""
    return g.at(" ".join(f"{g.leaf}x{i}" for i in range(n)))


def unknown_types(g: Ground, n: int) -> str:
    """Types that are nearly right."""
    return g.at(" ".join(f"...on {g.type}x{i}{{{g.leaf}}}" for i in range(n)))


def long_names(g: Ground, n: int) -> str:
    """Unknown fields of long names on many lines."""
    return "\n" * n * 50 + g.at(" ".join("x" * n + str(i) for i in range(min(n, 100))))


def directives(g: Ground, n: int) -> str:
    """Directives of all sorts."""
    return g.at(" ".join(f"{g.leaf} @include(if:true) @x{i}" for i in range(n)))


def arguments(g: Ground, n: int) -> str:
    """Arguments that no field has."""
    return g.at(f"{g.leaf}({' '.join(f'x{i}:1' for i in range(n))})")


def values(g: Ground, n: int) -> str:
    """A value with many and deep parts."""
    return g.at(f"{g.leaf}(x:{'[' * min(n, 150)}{'{a:1}' * n}{']' * min(n, 150)})")


def variables(g: Ground, n: int) -> str:
    """Many variables, none of them used."""
    return f"query({' '.join(f'$v{i}:Int' for i in range(n))}){g.at(g.leaf)}"


def inline(g: Ground, n: int) -> str:
    """Inline fragments in each other."""
    return g.at(f"...on {g.type}{{{g.leaf} " * min(n, 90) + "}" * min(n, 90))


def padding(g: Ground, n: int) -> str:
    """A long text of little content, with an error at its end."""
    return '"""' + "x\n" * n * 100 + '"""' + g.at("x") + " " * n * 200


def padded(g: Ground, n: int) -> str:
    """The longest text that is accepted, with as many errors as there is room for."""
    return " " * 240_000 + "\n" * 9_000 + unknown_fields(g, n)


def ambiguous(g: Ground, n: int) -> str:
    """Merged sets that differ for each path to them."""
    n = min(n, 14)
    lines = [g.at("...S0"), f"fragment S{n} on {g.type}{{{g.leaf}}}"]
    for i in range(n):
        spread = f"...S{i + 1}"
        both = g.again(f"{spread}...T{i + 1}x{i + 1}") + g.again(spread, "b:")
        lines.append(f"fragment S{i} on {g.type}{{{both}}}")
        lines += [f"fragment T{i + 1}x{k} on {g.type}{{{tail(g, n, i + 1, k)}}}" for k in range(1, i + 2)]
    return " ".join(lines)


def tail(g: Ground, n: int, i: int, k: int) -> str:
    """What follows one of the ambiguous paths."""
    return g.leaf if i == n else g.again(f"...T{i + 1}x{k}") + g.again(f"...T{i + 1}x{k}", "b:")


def introspection(g: Ground, n: int) -> str:
    """Lists of the schema in lists."""
    return (
        "{" + "".join(f"a{i}:__schema{{types{{fields{{type{{fields{{name}}}}}}}}}}" for i in range(n)) + "}"
    )


SIZES = [3, 10, 30, 60, 100, 200, 300, 400, 600, 900]
ATTACKS: list[Attack] = [
    leaves,
    siblings,
    doubling,
    chain,
    mesh,
    crowd,
    operations,
    unknown_fields,
    unknown_types,
    long_names,
    directives,
    arguments,
    values,
    variables,
    inline,
    padding,
    padded,
    ambiguous,
    introspection,
]


@dataclass(frozen=True)
class Cost:
    """What a document cost: seconds of the thread's CPU to prepare it, and the codes it was refused with."""

    seconds: float
    attack: Attack
    size: int
    codes: tuple[str, ...]

    def __str__(self) -> str:
        verdict = ", ".join(sorted(set(self.codes))) or "accepted"
        return f"{self.seconds * 1000:6.1f} ms  {self.attack.__name__}({self.size}): {verdict}"


def cost(documents: Documents, attack: Attack, size: int, ground: Ground) -> Cost:
    """Prepare a document once."""
    text, codes = attack(ground, size), list[str]()
    started = time.thread_time()
    try:
        documents.prepare(text, None)
    except InvalidRequest as invalid:
        codes = [str((error.extensions or {}).get("code")) for error in invalid.errors]
    return Cost(time.thread_time() - started, attack, size, tuple(codes))


def search(documents: Documents, seed: int) -> Iterator[Cost]:
    """Each attack at growing sizes, then without end the dearest of them at sizes near those that were."""
    ground, generator = find_ground(documents.schema), random.Random(seed)
    found: list[Cost] = []
    for attack in ATTACKS:
        for size in SIZES:
            found.append(cost(documents, attack, size, ground))
            yield found[-1]
    while True:
        dear = generator.choice(sorted(found, key=seconds)[-10:])
        size = max(1, round(dear.size * generator.uniform(0.7, 1.4)))
        found.append(cost(documents, dear.attack, size, ground))
        yield found[-1]


def worst(documents: Documents, count: int, seed: int = 7) -> list[Cost]:
    """The costs of so many documents, the dearest first; these are the best of three, as noise only adds."""
    ground = find_ground(documents.schema)
    found = sorted(islice(search(documents, seed), count), key=seconds, reverse=True)
    dearest = [
        min((cost(documents, one.attack, one.size, ground) for _ in range(3)), key=seconds)
        for one in found[:30]
    ]
    return sorted(dearest + found[30:], key=seconds, reverse=True)


def seconds(found: Cost) -> float:
    """What costs are compared by."""
    return found.seconds
