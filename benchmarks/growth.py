"""How the cost of an operation grows with what it asks for, in the executor alone.

    python -m benchmarks.growth [--seconds 0.3] [--plot growth.svg]

Rows are ready, so neither a database nor the network counts; the operation is prepared once and executed over
and over, compiled and by the reference executor, whose results must be equal. Three things grow in turn: the
fields of an object (100 objects), the objects of a list (5 fields each), and the depth (100 objects with 5
fields on each level, each object having one below it). Figures are microseconds of the process's CPU for an
operation, the least of three tries. `--plot` draws them, both axes logarithmic.
"""

import argparse
import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import strawberry

from benchmarks.plots import Line, Panel, plot
from executor import fields as declared
from executor.engine import Engine, Operation
from executor.fields import Argument
from executor.limits import Limits

MOST_FIELDS, MOST_OBJECTS = 50, 10_000
TRIES = 3
UNLIMITED = Limits(tokens=10_000, nodes=1_000_000)
SERIES: dict[str, Sequence[int]] = {
    "fields": (1, 2, 5, 10, 20, 50),
    "objects": (10, 100, 1_000, 10_000),
    "depth": (1, 2, 3, 4, 5, 6),
}


@dataclass
class Context:
    """What the executors need of an operation's context."""

    batches: dict[Any, Any] = field(default_factory=dict)
    reads: Any = None
    is_alone: bool = False


class Row:
    """A row with texts in `field_1` and so on."""

    def __init__(self) -> None:
        for number in range(1, MOST_FIELDS + 1):
            setattr(self, f"field_{number}", f"text {number}")


ROWS = [Row() for _ in range(MOST_OBJECTS)]


async def _list(_: Context, *, first: int) -> list[Row]:
    return ROWS[:first]


async def _below(rows: Sequence[Row], _: Context) -> Sequence[Row]:
    return rows


def _type(name: str, fields: Mapping[str, tuple[Any, Any]]) -> Any:
    """A Strawberry type of fields with their annotations."""
    declarations = {key: declaration for key, (_, declaration) in fields.items()}
    annotations = {key: annotation for key, (annotation, _) in fields.items()}
    return strawberry.type(
        type(name, (), {**declarations, "__annotations__": annotations, "__module__": __name__})
    )


TEXTS = {f"field_{number}": (str, declared.field("A text.")) for number in range(1, MOST_FIELDS + 1)}
BELOW = ("Thing", declared.field("The object below.", batch=_below))
Thing = _type("Thing", {**TEXTS, "below": BELOW})
FIRST = {"first": Argument(int, "How many.")}
THINGS = declared.field("So many objects.", arguments=FIRST, multipliers=("first",), root=_list)
Query = _type("Query", {"things": ("list[Thing]", THINGS)})


@dataclass(frozen=True, slots=True)
class Figures:
    """Microseconds of CPU for an operation of this size, compiled and by the reference."""

    what: str
    size: int
    compiled: float
    reference: float

    def __str__(self) -> str:
        ratio = self.reference / self.compiled
        return f"{self.what:<8}{self.size:>7,}{self.compiled:>14,.0f}{self.reference:>14,.0f}{ratio:>8.1f}"


def main() -> None:
    """Measure each size, print a table and draw the plot."""
    arguments = _arguments()
    print(f"{'':<15}{'compiled µs':>14}{'reference µs':>14}{'times':>8}")
    found = list(_measured(arguments.seconds))
    if arguments.plot:
        arguments.plot.write_text(plot([_panel(what, found) for what in SERIES]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.3, help="of execution for each try")
    parser.add_argument("--plot", type=Path, help="the SVG to write")
    return parser.parse_args()


def _measured(seconds: float) -> Iterator[Figures]:
    schema = strawberry.Schema(Query)
    engines = [Engine(schema, UNLIMITED, compiles=compiles) for compiles in (True, False)]
    for what, sizes in SERIES.items():
        for size in sizes:
            text = _text(what, size)
            _check(engines, text)
            compiled, reference = (_microseconds(engine, text, seconds) for engine in engines)
            figures = Figures(what, size, compiled, reference)
            print(figures, flush=True)
            yield figures


def _text(what: str, size: int) -> str:
    """The operation in which that has the size, and the rest is small."""
    count, objects, depth = 5, 100, 1
    match what:
        case "fields":
            count = size
        case "objects":
            objects = size
        case _:
            depth = size
    names = " ".join(f"field{number}" for number in range(1, count + 1))
    nested = f"{names} below {{ " * (depth - 1) + names + " }" * (depth - 1)
    return f"{{ things(first: {objects}) {{ {nested} }} }}"


def _check(engines: Sequence[Engine], text: str) -> None:
    assert [engine.prepare(text).is_compiled for engine in engines] == [True, False]
    results = [asyncio.run(engine.execute(engine.prepare(text), Context())) for engine in engines]
    assert not results[0].errors, results[0].errors
    assert results[0].data == results[1].data


def _microseconds(engine: Engine, text: str, seconds: float) -> float:
    """CPU of an operation: the least of the tries, which others on the machine disturbed least."""
    operation = engine.prepare(text)
    asyncio.run(_executed(engine, operation, seconds))
    return 1e6 * min(asyncio.run(_executed(engine, operation, seconds)) for _ in range(TRIES))


async def _executed(engine: Engine, operation: Operation, seconds: float) -> float:
    """Seconds of CPU of an operation, on average over so many seconds."""
    count, start = 0, time.process_time()
    while (used := time.process_time() - start) < seconds:
        await engine.execute(operation, Context())
        count += 1
    return used / count


def _panel(what: str, found: Sequence[Figures]) -> Panel:
    mine = [each for each in found if each.what == what]
    return Panel(
        f"µs of an operation by {what}",
        [
            Line("compiled", [(each.size, each.compiled) for each in mine]),
            Line("reference", [(each.size, each.reference) for each in mine]),
        ],
    )


if __name__ == "__main__":
    main()
