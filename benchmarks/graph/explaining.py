"""What answers touch: pages and index probes, as EXPLAIN tells them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import orjson

from benchmarks.graph.cases import Case
from benchmarks.graph.contenders import Connection
from benchmarks.recording import Recorded


@dataclass(frozen=True, slots=True)
class Touched:
    """Pages of 8 kB that were looked at, index probes, and milliseconds in the database."""

    pages: float
    probes: float
    milliseconds: float

    def __str__(self) -> str:
        return (
            f"{self.pages:,.0f} pages ({self.pages * 8 / 1024:,.1f} MB), {self.probes:,.0f} index probes, "
            f"{self.milliseconds:,.2f} ms in the database"
        )


async def touched(connection: Connection, runs: Sequence[Sequence[Recorded]]) -> list[tuple[str, Touched]]:
    """What the statements of some runs touch, each with its text: medians over the runs, which are alike."""
    found = [[await _explained(connection, *statement) for statement in run] for run in runs]
    texts = [text for text, _ in runs[0]]
    return [(text, _median(same)) for text, same in zip(texts, zip(*found, strict=False), strict=False)]


def _median(found: Sequence[Touched]) -> Touched:
    return Touched(
        median(each.pages for each in found),
        median(each.probes for each in found),
        median(each.milliseconds for each in found),
    )


def beginning(text: str) -> str:
    """By what a statement is told from others: its first words behind what it defines for itself."""
    _, _, main = f"\n {text}".rpartition("\n SELECT ")
    return " ".join(main.split())[:60]


def arguments(text: str, case: Case) -> Recorded:
    """A baseline's statement about a case."""
    values = (case.viewer_id, case.other_ids)
    return text, [value for number, value in enumerate(values, 1) if f"${number}" in text]


async def _explained(connection: Connection, text: str, values: Sequence[object]) -> Touched:
    answer = await connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {text}", *values)
    (explained,) = orjson.loads(answer)
    root = explained["Plan"]
    pages = root["Shared Hit Blocks"] + root["Shared Read Blocks"]
    probes = sum(_probes(node) for node in _nodes(root))
    return Touched(pages, probes, explained["Execution Time"])


def _probes(node: dict[str, Any]) -> int:
    """PostgreSQL tells them from version 18 on; before, each loop of an index scan counts as one."""
    if "Index Name" not in node:
        return 0
    return int(node.get("Index Searches", node["Actual Loops"]))


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)
