"""How plans run: once for a level, concurrently where fields are independent, and not after the end."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
import strawberry

from executor.engine import Engine
from executor.errors import CodedError
from executor.fields import field
from executor.selection import Selection
from tests.executor.toy import Row, ToyContext

EVENTS: list[str] = []
SELECTED: list[bool] = []


async def _slow(name: str, seconds: float) -> None:
    EVENTS.append(f"{name} begins")
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        EVENTS.append(f"{name} is cancelled")
        raise
    EVENTS.append(f"{name} ends")


async def slow(rows: Sequence[Row], _: ToyContext) -> list[Row]:
    """Rows after a while."""
    await _slow("slow", 0.05)
    return list(rows)


async def quick(rows: Sequence[Row], _: ToyContext) -> list[Row]:
    """Rows in no time."""
    await _slow("quick", 0)
    return list(rows)


def at_once(rows: Sequence[Row], _: ToyContext) -> list[str]:
    """Values without waiting."""
    EVENTS.append("at once")
    return [row.name for row in rows]


async def below(rows: Sequence[Row], _: ToyContext) -> list[str]:
    """Values below a row."""
    EVENTS.append("below")
    return [row.name for row in rows]


async def children(rows: Sequence[Row], _: ToyContext, *, selection: Selection) -> list[list[Row]]:
    """Two rows for each."""
    SELECTED.append(selection.has("word") and not selection.has("slow", "word"))
    return [[Row(f"{row.id}0", name=f"{row.name}0"), Row(f"{row.id}1", name=f"{row.name}1")] for row in rows]


async def every_second_fails(rows: Sequence[Row], _: ToyContext) -> list[Any]:
    """Every second fails."""
    return [CodedError("ODD", row.id) if row.id.endswith("1") else row.id for row in rows]


async def start(_: ToyContext) -> Row:
    """The first row."""
    return Row("1", name="a")


async def write(_: ToyContext) -> str:
    """A change."""
    await _slow("write", 0)
    return "written"


async def fail(_: ToyContext) -> str:
    """A change that fails."""
    raise CodedError("NO", "It failed.")


@strawberry.type
class Thing:
    """A row."""

    id: strawberry.ID = field("Its id.")
    slow: "Thing" = field("Slow.", batch=slow)
    quick: "Thing" = field("Quick.", batch=quick)
    at_once: str = field("At once.", batch=at_once)
    word: str = field("Below.", batch=below)
    children: "list[Thing]" = field("Two.", batch=children)
    failing: str | None = field("Some fail.", batch=every_second_fails)
    strict: str = field("Some fail and may not.", batch=every_second_fails)


@strawberry.type
class Query:
    """Reads."""

    thing: Thing = field("A row.", root=start)
    maybe: Thing | None = field("A row or none.", root=start)


@strawberry.type
class Mutation:
    """Writes."""

    first: str = field("A change.", root=write)
    second: str = field("Fails.", root=fail)
    third: str = field("A change.", root=write)


ENGINE = Engine(strawberry.Schema(query=Query, mutation=Mutation))


async def run(text: str, **options: Any) -> Any:
    """The result; what happened is in `EVENTS`."""
    EVENTS.clear()
    operation = ENGINE.prepare(text)
    assert operation.is_compiled
    return await ENGINE.execute(operation, ToyContext(), **options)


async def test_independent_fields_run_concurrently_and_go_on_by_themselves() -> None:
    result = await run("{ thing { slow { id } quick { word } atOnce } }")
    assert result.data == {"thing": {"slow": {"id": "1"}, "quick": {"word": "a"}, "atOnce": "a"}}
    assert EVENTS[0] == "at once"
    assert EVENTS.index("quick ends") < EVENTS.index("below") < EVENTS.index("slow ends")


async def test_a_level_is_one_call_however_deep() -> None:
    await run("{ thing { children { children { children { word } } } } }")
    assert EVENTS == ["below"]


async def test_a_resolver_may_ask_what_is_selected() -> None:
    SELECTED.clear()
    fragment = "fragment F on Thing { ... { word @skip(if: false) } slow @skip(if: true) { word } }"
    lists = "children { word } a: children { slow { word } word } b: children { ...F }"
    await run(f"{{ thing {{ {lists} }} }} {fragment}")
    assert SELECTED == [True, False, True]


async def test_errors_stand_in_the_order_of_the_document() -> None:
    result = await run("{ thing { children { failing children { failing } } failing } }")
    assert [error.path for error in result.errors] == [
        ["thing", "children", 0, "children", 1, "failing"],
        ["thing", "children", 1, "failing"],
        ["thing", "children", 1, "children", 1, "failing"],
        ["thing", "failing"],
    ]


async def test_a_null_that_may_not_be_takes_what_is_above_it() -> None:
    result = await run("{ maybe { children { id strict } } }")
    assert result.data == {"maybe": None}
    assert [error.path for error in result.errors] == [["maybe", "children", 1, "strict"]]
    result = await run("{ thing { strict } }")
    assert result.data is None


@pytest.mark.parametrize(
    "text", ["{ thing { slow { id } } }", "{ thing { quick { slow { id } } slow { id } } }"]
)
async def test_a_time_limit_reaches_everything_that_runs(text: str) -> None:
    result = await run(text, timeout=0.02)
    assert [error.extensions["code"] for error in result.errors] == ["OPERATION_TIMEOUT"]
    begun = EVENTS.count("slow begins")
    assert EVENTS.count("slow is cancelled") == begun > 0


async def test_cancellation_reaches_everything_that_runs() -> None:
    task = asyncio.create_task(run("{ thing { slow { id } quick { slow { id } } } }"))
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert EVENTS.count("slow is cancelled") == EVENTS.count("slow begins") == 2


async def test_changes_run_one_after_the_other_until_the_response_is_null() -> None:
    result = await run("mutation { a: first b: third second c: first }")
    assert result.data is None
    assert [error.path for error in result.errors] == [["second"]]
    assert EVENTS == ["write begins", "write ends"] * 2
