"""Scalars that are serialized a whole column at a time give what they give one by one."""

from dataclasses import dataclass
from typing import Any, NewType

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from executor.engine import Engine
from executor.fields import Argument, field
from tests.executor.toy import ToyContext

Length = NewType("Length", int)
ALONE: list[object] = []
TOGETHER: list[list[object]] = []


def _text(value: Any) -> str:
    if not isinstance(value, int):
        raise TypeError("no length")
    return f"{value} m"


def alone(value: Any) -> str:
    """One length as text."""
    ALONE.append(value)
    return _text(value)


def together(values: list[Any]) -> list[str]:
    """Many of them."""
    TOGETHER.append(values)
    return list(map(_text, values))


alone.each = together  # type: ignore[attr-defined]
LENGTH = strawberry.scalar(name="Length", serialize=alone, parse_value=int)


@dataclass
class Rope:
    """A row."""

    length: Any


@strawberry.type(name="Rope")
class RopeType:
    """Its type."""

    length: Length | None = field("How long it is.")


async def ropes(_: ToyContext, *, lengths: str) -> list[Rope]:
    """Ropes of these lengths: numbers, `-` for none, and anything else for one that can't be told."""
    return [Rope(int(each) if each.isdigit() else None if each == "-" else each) for each in lengths.split()]


@strawberry.type
class Query:
    """The root."""

    ropes: list[RopeType] = field(
        "All of them.", arguments={"lengths": Argument(str, "How long.")}, root=ropes
    )


SCHEMA = strawberry.Schema(Query, config=StrawberryConfig(scalar_map={Length: LENGTH}))


@pytest.mark.parametrize(
    ("lengths", "at_once", "one_by_one"),
    [("1 2 3", 1, []), ("1 - 3", 1, [1, 3]), ("1 x 3", 1, [1, "x", 3]), ("", 0, []), ("- -", 0, [])],
)
async def test_a_column_is_serialized_at_once_unless_something_in_it_is_not(
    lengths: str, at_once: int, one_by_one: list[object]
) -> None:
    query = f'{{ ropes(lengths: "{lengths}") {{ length }} }}'
    engine, reference = Engine(SCHEMA), Engine(SCHEMA, compiles=False)
    ALONE.clear()
    TOGETHER.clear()
    found = await engine.execute(engine.prepare(query), ToyContext())
    assert one_by_one == ALONE
    assert len(TOGETHER) == at_once
    assert found == await reference.execute(reference.prepare(query), ToyContext())
