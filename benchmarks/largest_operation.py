"""What the largest operations cost: to parse and validate, and to execute.

    python -m benchmarks.largest_operation --documents 600
    python -m benchmarks.largest_operation --schema schema.root:schema --url URL --token TOKEN --also TEXT

Prints the dearest documents that a search finds, the introspection that asks for the most, and the largest
pages in pages. Times are CPU of the thread but for those from a running server, which are times on the clock.
Whatever passes the limits is meant to cost less than 200 ms to parse and validate. In the real schema a page
of one's connections leads back to oneself: `{viewer{connections(first: 100){edges{connection{members{
connections(first: 60){nodes{handle headline …}}}}}}}}` is the largest that is known.
"""

import argparse
import asyncio
import importlib
import time
from collections.abc import Awaitable, Callable, Iterator

import httpx
from graphql import (
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_object_type,
)

from executor.documents import Documents
from executor.engine import Engine
from executor.failures import InvalidRequest
from executor.limits import Limits
from tests.executor.adversary import Ground, find_ground, plain, worst
from tests.executor.toy import ToyContext

Run = Callable[[str], Awaitable[float]]
INTROSPECTION = [
    "__schema { types { fields { type { fields { name } } } } }",
    "__schema { types { fields { type { fields { args { name } } } } } }",
    "__schema { types { fields { type { ofType { ofType { fields { name args { name } } } } } } } }",
    "__schema { types { fields { type { ofType { ofType { enumValues { name description } } } } } } }",
    "__schema { types { interfaces { possibleTypes { name description kind } } } }",
]


def allowed(engine: Engine, text: str) -> bool:
    """Whether an operation passes all limits."""
    try:
        engine.prepare(text)
    except InvalidRequest:
        return False
    return True


def repeated(engine: Engine, text: str) -> str:
    """As many aliases of a root field as are allowed."""
    counts = range(1, engine.limits.aliases + 1)
    texts = ["{" + " ".join(f"a{n}: {text}" for n in range(count)) + "}" for count in counts]
    return [each for each in texts if allowed(engine, each)][-1]


def pages(schema: GraphQLSchema, ground: Ground, size: int, rounds: int) -> str:
    """Pages of `size` in pages, with all leaves of the type they lead to."""
    type_ = schema.type_map[ground.type]
    assert is_object_type(type_)
    leaves = " ".join(name for name, field in plain(type_) if is_leaf_type(get_named_type(field.type)))
    text = leaves
    for _ in range(rounds):
        text = f"{leaves} {sized(schema, ground, size, text)}"
    return ground.at(text)


def sized(schema: GraphQLSchema, ground: Ground, size: int, below: str) -> str:
    """One round of a ground's loop, with the size of each page on its way."""
    opened, type_ = "", schema.type_map[ground.type]
    for name in ground.loop:
        assert is_object_type(type_)
        field = type_.fields[name]
        opened += name + (f"(first: {size})" if "first" in field.args else "") + " { "
        type_ = get_named_type(field.type)
    return opened + below + " }" * len(ground.loop)


def largest(engine: Engine) -> Iterator[str]:
    """The operations to execute: introspection, then the largest pages for one, two and three rounds."""
    yield from (repeated(engine, text) for text in INTROSPECTION)
    ground = find_ground(engine.schema)
    for rounds in (1, 2, 3):
        texts = [pages(engine.schema, ground, size, rounds) for size in range(1, 101)]
        yield from [text for text in texts if allowed(engine, text)][-1:]


async def main() -> None:
    """Search, then execute what was found to be the largest."""
    options = arguments()
    engine = Engine(loaded(options.schema))
    found = worst(Documents(engine.schema, Limits()), options.documents)
    within = [one for one in found if not any("_LIMIT_" in code for code in one.codes)]
    print("To prepare, the dearest of all, then of those within the limits:")
    print(*found[:5], "", *within[:5], sep="\n")
    run = over_http(options.url, options.token) if options.url else in_process(engine)
    print("\nTo execute, if the schema needs no database or a server was given:")
    for text in (*largest(engine), *options.also):
        print(f"{await run(text) * 1000:6.1f} ms  {engine.prepare(text).nodes:6,} nodes  {text[:80]}")


def in_process(engine: Engine) -> Run:
    """Run operations here, by the toy schema's context."""

    async def run(text: str) -> float:
        operation, started = engine.prepare(text), time.thread_time()
        await engine.execute(operation, ToyContext())
        return time.thread_time() - started

    return run


def over_http(url: str, token: str) -> Run:
    """Have a server run operations."""
    client = httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"} if token else {}, timeout=60)

    async def run(text: str) -> float:
        started = time.perf_counter()
        (await client.post(url, json={"query": text})).raise_for_status()
        return time.perf_counter() - started

    return run


def loaded(path: str) -> GraphQLSchema:
    """A schema by its module and name."""
    module, _, name = path.partition(":")
    return Engine(getattr(importlib.import_module(module), name)).schema


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--schema", default="tests.executor.toy:schema")
    parser.add_argument("--documents", type=int, default=600)
    parser.add_argument("--url", default="")
    parser.add_argument("--token", default="")
    parser.add_argument("--also", default=[], action="append", help="one more operation to execute")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main())
