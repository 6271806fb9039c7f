"""What the compiler refuses: the reference runs it, and is right."""

from typing import Any

import pytest
import strawberry
from graphql import GraphQLSchema, build_schema
from strawberry.directive import DirectiveLocation, DirectiveValue
from strawberry.extensions import FieldExtension

from executor import compiler
from executor.engine import Engine
from executor.fields import field
from executor.limits import Limits
from tests.executor.toy import ToyContext


class Loud(FieldExtension):
    """Speaks up."""

    def resolve(self, next_: Any, source: Any, info: Any, **arguments: Any) -> Any:
        """The value in capitals."""
        return str(next_(source, info, **arguments)).upper()


@strawberry.directive(locations=[DirectiveLocation.FIELD])
def shout(value: DirectiveValue[str]) -> str:
    """May mean anything."""
    return value


def greeting() -> str:
    """A word."""
    return "hello"


async def word(_: ToyContext) -> str:
    """Another word."""
    return "hello"


@strawberry.type
class Query:
    """Reads."""

    plain: str = field("Compiled.", root=word)
    extended: str = strawberry.field(resolver=greeting, extensions=[Loud()])


SCHEMA = strawberry.Schema(query=Query, directives=[shout])
CONDITION = "query ($c: Boolean = true) { plain @include(if: $c) }"


@pytest.fixture
def refusals() -> list[str]:
    """Why operations were refused."""
    return []


@pytest.fixture
def refusing(refusals: list[str]) -> Engine:
    """An engine over fields that can be compiled and others."""
    return Engine(SCHEMA, on_refusal=refusals.append)


async def answer(engine: Engine, text: str, **variables: object) -> object:
    """The data of an operation that the reference ran."""
    operation = engine.prepare(text, None, variables)
    assert not operation.is_compiled
    result = await engine.run(operation, ToyContext())
    assert result.errors is None
    return result.data


async def test_a_field_with_extensions(refusing: Engine, refusals: list[str]) -> None:
    assert await answer(refusing, "{ plain extended }") == {"plain": "hello", "extended": "HELLO"}
    assert refusals == ["Query.extended has extensions"]


async def test_a_directive_that_may_mean_anything(refusing: Engine, refusals: list[str]) -> None:
    assert await answer(refusing, "{ plain @shout }") == {"plain": "hello"}
    assert refusals == ["it has @shout"]


async def test_a_directive_within_a_fragment(refusing: Engine, refusals: list[str]) -> None:
    text = "{ ...F } fragment F on Query { ... { plain @shout } }"
    assert await answer(refusing, text) == {"plain": "hello"}
    assert refusals == ["it has @shout"]


@pytest.mark.parametrize("directive", ["defer", "stream"])
async def test_results_in_parts(directive: str) -> None:
    types = f"type Query {{ words: [String] }} directive @{directive}(if: Boolean) on FIELD | INLINE_FRAGMENT"
    schema: GraphQLSchema = build_schema(types)
    refusals: list[str] = []
    where = "words @stream(if: false)" if directive == "stream" else "... @defer(if: false) { words }"
    operation = Engine(schema, on_refusal=refusals.append).prepare(f"{{ {where} }}")
    assert not operation.is_compiled
    assert refusals == [f"it has @{directive}"]


async def test_a_condition_that_is_null(refusing: Engine, refusals: list[str]) -> None:
    operation = refusing.prepare(CONDITION, None, {"c": None})
    assert not operation.is_compiled
    result = await refusing.run(operation, ToyContext())
    assert result.data is None
    assert ["'$c'" in error.message for error in result.errors or ()] == [True]
    # Reasons are counted by their text, which must not be the client's.
    assert refusals == ["a condition or an argument is not acceptable"]


async def test_a_plan_that_would_be_huge(refusals: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "MOST_FIELDS", 2)
    engine = Engine(SCHEMA, Limits(), on_refusal=refusals.append)
    assert await answer(engine, "{ plain a: plain b: plain }") == dict.fromkeys(["plain", "a", "b"], "hello")
    assert refusals == ["its plan would have more than 2 fields"]


async def test_each_run_of_what_was_refused_is_counted(refusing: Engine, refusals: list[str]) -> None:
    for _ in range(3):
        await answer(refusing, "{ extended }")
    assert len(refusals) == 3


async def test_conditions_are_compiled_by_their_values(refusing: Engine, refusals: list[str]) -> None:
    plans = [refusing.prepare(CONDITION, None, {"c": value}).plan for value in (True, False, True)]
    assert plans[0] is plans[2] is not plans[1]
    results = [
        await refusing.run(refusing.prepare(CONDITION, None, {"c": c}), ToyContext()) for c in (True, False)
    ]
    assert [result.data for result in results] == [{"plain": "hello"}, {}]
    assert not refusals
