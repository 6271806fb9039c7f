"""Subscriptions: where their events come from, and which of their variables matter for an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import strawberry

from executor.engine import Engine
from executor.event_variables import event_variables
from executor.failures import InvalidRequest
from executor.fields import Argument, field
from tests.executor.toy import ToyContext


async def ticks(_: ToyContext, *, start: int, names: Sequence[str] | None = None) -> str:
    if start < 0:
        raise ValueError("There is no such tick.")
    return f"ticks from {start} for {names}"


async def times(ticks: Sequence[Any], _: ToyContext, *, factor: int) -> list[int]:
    return [tick.number * factor for tick in ticks]


@strawberry.type
class Tick:
    number: int = field("Which one.")
    times: int = field("Multiplied.", batch=times, arguments={"factor": Argument(int, "By this.")})


@strawberry.type
class Query:
    nothing: int | None = field("Nothing.")


@strawberry.type
class Subscription:
    ticks: Tick = field(
        "Ticks.",
        source=ticks,
        arguments={
            "start": Argument(int, "The first."),
            "names": Argument(list[str] | None, "Only these."),
        },
    )


@dataclass(frozen=True)
class Moment:
    number: int


ENGINE = Engine(strawberry.Schema(query=Query, subscription=Subscription))
TICKS = """
subscription Ticks($start: Int!, $factor: Int!) {
  ticks(start: $start) { ...Times twice: times(factor: 2) }
}
fragment Times on Tick { times(factor: $factor) }
"""


async def test_a_source_is_given_by_its_resolver_with_the_arguments_of_the_field() -> None:
    operation = ENGINE.prepare('subscription { ticks(start: 3, names: ["a"]) { number } }')
    assert await ENGINE.source(operation, ToyContext()) == "ticks from 3 for ['a']"


async def test_what_a_source_resolver_raises_is_raised() -> None:
    operation = ENGINE.prepare("subscription { ticks(start: -1) { number } }")
    with pytest.raises(ValueError, match="no such tick"):
        await ENGINE.source(operation, ToyContext())


async def test_arguments_that_only_the_variables_made_invalid_are_refused() -> None:
    operation = ENGINE.prepare(
        "subscription($start: Int = 1) { ticks(start: $start) { number } }", None, {"start": None}
    )
    with pytest.raises(InvalidRequest):
        await ENGINE.source(operation, ToyContext())


async def test_each_event_is_executed_as_the_value_of_the_field() -> None:
    operation = ENGINE.prepare(TICKS, None, {"start": 1, "factor": 5})
    result = await ENGINE.execute(operation, ToyContext(), root_value=Moment(4))
    assert (result.data, result.errors) == ({"ticks": {"times": 20, "twice": 8}}, None)


def test_variables_matter_for_an_event_also_in_a_fragment_at_the_root() -> None:
    text = (
        "subscription($factor: Int!) { ... on Subscription { ticks(start: 1) { times(factor: $factor) } } }"
    )
    operation = ENGINE.prepare(text, None, {"factor": 5})
    assert event_variables(operation.document, operation.variables) == {"factor": 5}


def test_variables_matter_for_an_event_if_they_are_used_below_the_root_field() -> None:
    operation = ENGINE.prepare(TICKS, None, {"start": 1, "factor": 5})
    assert event_variables(operation.document, operation.variables) == {"factor": 5}
