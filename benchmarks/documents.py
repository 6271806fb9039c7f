"""What 100,000 distinct documents leave in memory, against what the first 5,000 do.

    python -m benchmarks.documents [--documents 100000] [--first 5000]

Each document is prepared, compiled and run once, in this process, over a small schema without a database. All
have different fields, aliases and depths, so that no plan and few shapes of selections are met twice. What is
remembered is bounded, so memory must not grow with them: wanted is no more than 5 %.
"""

import argparse
import asyncio
import gc
from random import Random
from typing import Final

import psutil
import strawberry

from benchmarks.growth import Context
from executor.engine import Engine
from executor.fields import field

NAMES: Final = [f"word_{number}" for number in range(40)]


class Row:
    """A row that has every word."""

    def __init__(self) -> None:
        vars(self).update(dict.fromkeys(NAMES, "word"))


async def rows(parents: list[Row], _: Context) -> list[list[Row]]:
    """Two rows for each parent."""
    return [[Row(), Row()] for _ in parents]


async def row(_: Context) -> Row:
    """A row."""
    return Row()


def main() -> None:
    """Run the documents and print the memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=5_000)
    asyncio.run(_run(parser.parse_args()))


async def _run(arguments: argparse.Namespace) -> None:
    engine, random, first = Engine(_schema()), Random(0), 0
    for number in range(1, arguments.documents + 1):
        operation = engine.prepare(f"query Q{number} {{ row {_selection(random, 1)} }}")
        assert operation.is_compiled
        result = await engine.execute(operation, Context())
        assert not result.errors
        if number == arguments.first:
            first = _resident()
        if number % arguments.first == 0:
            print(f"{number:,} documents: {_resident() / 2**20:,.1f} MiB", flush=True)
    print(f"{_resident() / first - 1:+.1%} after the first {arguments.first:,}, wanted at most +5 %")


def _schema() -> strawberry.Schema:
    annotations = dict.fromkeys(NAMES, str)
    thing = type("Thing", (), {"__annotations__": annotations, **{name: field("A word.") for name in NAMES}})
    thing.__annotations__["rows"] = list[thing]  # type: ignore[valid-type]
    thing.rows = field("Rows.", batch=rows)  # type: ignore[attr-defined]
    thing = strawberry.type(thing)
    query = type("Query", (), {"__annotations__": {"row": thing}, "row": field("A row.", root=row)})
    return strawberry.Schema(query=strawberry.type(query))


def _selection(random: Random, depth: int) -> str:
    words = [f"word{name.removeprefix('word_')}" for name in random.sample(NAMES, random.randint(1, 8))]
    aliased = f"a{random.randrange(10**6)}: {words[0]}"
    below = f"rows {_selection(random, depth + 1)}" if depth < 4 and random.random() < 0.6 else ""
    return f"{{ {aliased} {' '.join(words)} {below} }}"


def _resident() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    main()
