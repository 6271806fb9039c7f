"""Entities: read once, and together with what others ask for at the same time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from loaders.entities import Entities


@dataclass
class Operation:
    """One that loads entities."""

    is_alone: bool = False


class Reader:
    """Reads numbers as texts, each batch after a while; `batches` are the keys of each."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.cancelled = 0

    async def __call__(self, operation: Operation, keys: Sequence[int]) -> list[str]:
        """The texts; raises ValueError if 0 is among the keys."""
        assert isinstance(operation, Operation)
        self.batches.append(list(keys))
        try:
            await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if 0 in keys:
            raise ValueError("There is no 0.")
        return [str(key) for key in keys]


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def operation() -> Operation:
    return Operation()


@pytest.fixture
def entities(operation: Operation, reader: Reader) -> Entities[int, str]:
    return Entities(operation, reader)


async def test_each_is_read_once(entities: Entities[int, str], reader: Reader) -> None:
    assert await entities.load_many([2, 1, 2]) == ["2", "1", "2"]
    assert await entities.load_many([1, 3]) == ["1", "3"]
    assert await entities.load(3) == "3"
    assert reader.batches == [[2, 1], [3]]


async def test_what_is_asked_for_keeps_its_operation(reader: Reader) -> None:
    operation = Operation()
    asked = Entities(operation, reader).load(1)
    del operation
    assert await asked == "1"


async def test_what_is_asked_for_at_the_same_time_is_read_together(
    entities: Entities[int, str], reader: Reader
) -> None:
    asked = ([1, 2], [3], [2, 4])
    found = await asyncio.gather(*map(entities.load_many, asked))
    assert found == [["1", "2"], ["3"], ["2", "4"]]
    assert reader.batches == [[1, 2, 3, 4]]


async def test_nobody_is_waited_for_where_nothing_else_runs(
    entities: Entities[int, str], operation: Operation, reader: Reader
) -> None:
    operation.is_alone = True
    asked = asyncio.create_task(entities.load_many([2, 1, 2]))
    await asyncio.sleep(0)
    assert reader.batches == [[2, 1]]
    assert await asked == ["2", "1", "2"]
    assert await entities.load_many([1, 3]) == ["1", "3"]
    assert reader.batches == [[2, 1], [3]]


async def test_who_comes_while_it_is_read_waits_for_it(entities: Entities[int, str], reader: Reader) -> None:
    first = asyncio.create_task(entities.load(1))
    await asyncio.sleep(0.005)
    assert await entities.load_many([1, 2]) == ["1", "2"]
    assert await first == "1"
    assert reader.batches == [[1], [2]]


async def test_a_failure_is_everybodys_and_may_be_tried_again(
    entities: Entities[int, str], reader: Reader
) -> None:
    found = await asyncio.gather(entities.load(0), entities.load(1), return_exceptions=True)
    assert [type(each) for each in found] == [ValueError, ValueError]
    assert await entities.load(1) == "1"
    assert reader.batches == [[0, 1], [1]]


async def test_cancelling_who_reads_takes_the_statement_with_it(
    entities: Entities[int, str], reader: Reader
) -> None:
    reading = asyncio.create_task(entities.load(1))
    joined = asyncio.create_task(entities.load(1))
    await asyncio.sleep(0.005)
    reading.cancel()
    found = await asyncio.gather(reading, joined, return_exceptions=True)
    assert [type(each) for each in found] == [asyncio.CancelledError] * 2
    assert reader.cancelled == 1
    assert await entities.load(1) == "1"


async def test_what_was_read_on_the_way_is_not_read_again(
    entities: Entities[int, str], reader: Reader
) -> None:
    entities.know([(1, "one")])
    assert await entities.load_many([1, 2]) == ["one", "2"]
    assert reader.batches == [[2]]
