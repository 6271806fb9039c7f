"""Records the SQL that Rapport sends for an operation, and finds out where its arguments come from.

The operation runs for several members. An argument that is the same for all is a constant; one that is the
member's id, or a list of it, is that; a list of numbers that stand in a column of the rows that came before,
in their order, is taken from there. Anything else ends the benchmark: then the statements have become ones
that this module doesn't understand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations
from typing import Any

import asyncpg

from auth.identity import Viewer
from benchmarks.recording import Call, Recorded, recorded
from benchmarks.rivals.connections import SETTINGS
from benchmarks.rivals.replay import Constant, Ids, Member, Progress, Source, Step
from rules import ids


@dataclass(frozen=True)
class Run:
    """What was sent for one member, and how far the statements before each one had brought it."""

    member_id: int
    statements: list[Recorded]
    done: Progress


async def steps(database: str, query: str, member_ids: Sequence[int]) -> list[Step]:
    """The statements of an operation that has the member's id for its variable, in the order of sending."""
    calls = [Call(Viewer(id, session_id=1), {"id": ids.encode("M", id)}) for id in member_ids]
    # The first call on a connection has statements of its own, with which asyncpg learns of types.
    _, *found = await recorded(database, query, [calls[0], *calls])
    runs = [
        Run(id, _plain(statements), Progress(id)) for id, statements in zip(member_ids, found, strict=True)
    ]
    connection = await asyncpg.connect(database, server_settings=SETTINGS)
    made = [await _step(connection, runs, number) for number in range(len(runs[0].statements))]
    await connection.close()
    assert {len(run.statements) for run in runs} == {len(made)}, "the members need different statements"
    return made


def _plain(statements: Sequence[Recorded]) -> list[Recorded]:
    """Arguments without classes of Rapport's, lists as lists."""
    return [(text, [_plain_value(each) for each in arguments]) for text, arguments in statements]


def _plain_value(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain_value(each) for each in value]
    return value.value if isinstance(value, Enum) else value


async def _step(connection: Any, runs: Sequence[Run], number: int) -> Step:
    """The next statement; fetches its rows for each of the members."""
    texts = {run.statements[number][0] for run in runs}
    assert len(texts) == 1, "the members need different statements"
    text = texts.pop()
    count = len(runs[0].statements[number][1])
    sources = tuple(_source(runs, number, position) for position in range(count))
    prepared = await connection.prepare(text)
    for run in runs:
        arguments = list(run.statements[number][1])
        run.done.arguments.append(arguments)
        run.done.rows.append(await prepared.fetch(*arguments))
    return Step(text, sources, frozenset(each.name for each in prepared.get_attributes()))


def _source(runs: Sequence[Run], number: int, position: int) -> Source:
    wanted = [run.statements[number][1][position] for run in runs]
    for source in _candidates(runs, number, position):
        if all(source.value(run.done) == value for run, value in zip(runs, wanted, strict=True)):
            return source
    raise AssertionError(f"argument {position + 1} is a riddle in {runs[0].statements[number]}")


def _candidates(runs: Sequence[Run], number: int, position: int) -> Iterator[Source]:
    """The ways to come by an argument, the simplest first."""
    text, arguments = runs[0].statements[number]
    yield Constant(arguments[position])
    yield Member(listed=False)
    yield Member(listed=True)
    columns = list(_numbers(runs[0].done))
    asked = tuple((each, position) for each in range(number) if runs[0].statements[each][0] == text)
    for count in (1, 2):
        for some in combinations(columns, count):
            yield Ids(some, asked=asked)
            yield Ids(some, size=max(_length(run, number, position) for run in runs))


def _length(run: Run, number: int, position: int) -> int:
    value = run.statements[number][1][position]
    return len(value) if isinstance(value, list) else 0


def _numbers(done: Progress) -> Iterator[tuple[int, str]]:
    """The columns that may hold ids."""
    for number, rows in enumerate(done.rows):
        if rows:
            yield from ((number, name) for name, value in rows[0].items() if isinstance(value, int))
