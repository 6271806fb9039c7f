"""Preparing and running operations: selection, variables, scopes, masking, time limits, memory."""

import asyncio
import json
import logging
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError, Source

from executor.documents import Text
from executor.engine import Engine
from executor.errors import RequestError
from executor.failures import InvalidRequest, coded
from executor.variables import MAX_ERRORS
from tests.executor.toy import ToyContext

PYTHON = ("Traceback", "object at 0x", "KeyError", "secret", "NoneType", "Error(")


def errors(engine: Engine, text: str, name: str | None = None, **variables: Any) -> list[GraphQLError]:
    """Why an operation may not run."""
    with pytest.raises(InvalidRequest) as caught:
        engine.prepare(text, name, variables)
    return caught.value.errors


def code(error: GraphQLError) -> object:
    """The code of an error."""
    return (error.extensions or {})["code"]


async def run(
    engine: Engine, text: str, context: ToyContext | None = None, **variables: Any
) -> ExecutionResult:
    """Run an operation as a first-party viewer."""
    operation = engine.prepare(text, None, variables)
    return await engine.execute(operation, context or ToyContext(), request_id="r-1", timeout=0.1)


def only_error(result: ExecutionResult) -> GraphQLError:
    """The error of a result that has one."""
    assert result.errors
    assert len(result.errors) == 1
    return result.errors[0]


async def test_an_operation_runs_each_batch_once_for_a_level(engine: Engine) -> None:
    context = ToyContext()
    result = await run(
        engine, "{ member { friends(first: 5) { friends(first: 2) { company { name } } } } }", context
    )
    assert result.errors is None
    assert context.calls == 2


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ('{ echo(text: "\\uD800") }', "GRAPHQL_PARSE_FAILED"),
        ('{ echo(text: "\ud800") }', "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...F } fragment F on Query { ...F }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ echo(number: " + "9" * 10_000 + ") }", "GRAPHQL_VALIDATION_FAILED"),
        ("fragment F on Query { echo }", "OPERATION_RESOLUTION_FAILURE"),
        ("query A { echo } query B { echo }", "OPERATION_RESOLUTION_FAILURE"),
        ("query ($n: Int!) { echo(number: $n) }", "BAD_USER_INPUT"),
    ],
)
def test_what_may_not_run_has_a_code(engine: Engine, text: str, wanted: str) -> None:
    found = errors(engine, text)
    assert {code(error) for error in found} == {wanted}
    assert not any(word in error.message for error in found for word in PYTHON)


def test_one_operation_of_several_is_chosen_by_its_name(engine: Engine) -> None:
    text = "query A { echo } mutation B { signUp { id } }"
    assert engine.prepare(text, "A").kind == "query"
    assert engine.prepare(text, "B").kind == "mutation"
    assert code(errors(engine, text, "C")[0]) == "OPERATION_RESOLUTION_FAILURE"


def test_messages_speak_of_null_and_stay_short(engine: Engine) -> None:
    (error,) = errors(engine, "query ($n: Int!) { echo(number: $n) }", n=None)
    assert error.message.endswith("not to be null.")
    (error,) = errors(engine, "{ " + "x" * 100_000 + " }")
    assert len(error.message) <= 1_001


@pytest.mark.parametrize("value", ["3", "true", '"x"', "[[1]]"])
def test_the_failure_of_a_scalar_is_told_without_its_words(engine: Engine, value: str) -> None:
    (literal,) = errors(engine, "{ echo(even: " + value + ") }")
    (variable,) = errors(engine, "query ($v: Even) { echo(even: $v) }", v=json.loads(value))
    assert literal.message == f"Expected value of type 'Even', found: {value}."
    assert variable.message == "Variable '$v' has invalid value: Expected value of type 'Even'."


BAD_VARIABLES = [
    ("Int!", True, "Int cannot represent non-integer value."),
    ("Int!", 2**40, "Int cannot represent non 32-bit signed integer value."),
    ("Int!", {"a": [None, False]}, "Int cannot represent non-integer value."),
    ("Filter!", {"name": [True]}, "String cannot represent a non string value."),
    ("Filter!", {"colour": None, "q": None}, "not to include unknown field 'q'."),
    (
        "Filter!",
        {"colour": "RE"},
        "Value 'RE' does not exist in 'Colour' enum. Did you mean the enum value 'RED'?",
    ),
]


@pytest.mark.parametrize(("type_", "value", "told"), BAD_VARIABLES)
def test_a_bad_variable_is_told_without_its_value(
    engine: Engine, type_: str, value: object, told: str
) -> None:
    field = "echo(number: $v)" if type_ == "Int!" else "member(filter: $v) { id }"
    (error,) = errors(engine, f"query ($v: {type_}) {{ {field} }}", v=value)
    assert error.message.startswith("Variable '$v' has invalid value")
    assert error.message.endswith(told)


def test_no_more_errors_are_looked_for_than_a_person_reads(engine: Engine) -> None:
    assert len(errors(engine, "{" + " ".join(f"x{n}" for n in range(99)) + "}")) == MAX_ERRORS + 1


async def test_an_unexpected_failure_is_masked_and_logged(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        result = await run(engine, "{ trouble { broken name } }")
    error = only_error(result)
    assert result.data == {"trouble": {"broken": None, "name": "Ada"}}
    assert (error.path, error.extensions) == (
        ["trouble", "broken"],
        {"code": "INTERNAL_SERVER_ERROR", "requestId": "r-1"},
    )
    assert not any(word in str(error.formatted) for word in PYTHON)
    assert "secret column" in caplog.text
    assert "r-1" in caplog.text


async def test_an_expected_failure_keeps_its_words(engine: Engine) -> None:
    result = await run(engine, "{ trouble { refused } }")
    error = only_error(result)
    assert error.message == "That was one too many."
    assert error.extensions == {"code": "TOO_MANY", "limit": 3}


async def test_a_value_that_does_not_fit_its_type_is_our_failure(engine: Engine) -> None:
    result = await run(engine, "{ big }")
    assert [code(error) for error in result.errors or ()] == ["INTERNAL_SERVER_ERROR"]


async def test_a_failure_of_the_whole_response_is_masked(engine: Engine) -> None:
    result = await run(engine, "{ crash }")
    assert result.data is None
    assert [code(error) for error in result.errors or ()] == ["INTERNAL_SERVER_ERROR"]


async def test_an_argument_that_only_variables_make_invalid_is_the_clients_to_mend(engine: Engine) -> None:
    result = await run(engine, "query ($n: Int = 7) { echo(number: $n) }", n=None)
    assert [code(error) for error in result.errors or ()] == ["BAD_USER_INPUT"]


async def test_an_operation_that_takes_too_long_ends_in_a_coded_error(engine: Engine) -> None:
    result = await run(engine, "{ slow }")
    assert result.data is None
    assert [code(error) for error in result.errors or ()] == ["OPERATION_TIMEOUT"]


async def test_cancelling_the_request_is_not_taken_for_a_failure(engine: Engine) -> None:
    operation = engine.prepare("{ slow }")
    task = asyncio.create_task(engine.execute(operation, ToyContext()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


OWN = "{ viewer { network { id } requests { id } } }"


def missing(engine: Engine, text: str, *held: str) -> object:
    """The scopes that a token lacks for an operation."""
    with pytest.raises(RequestError) as caught:
        engine.prepare(text).check_scopes(frozenset(held))
    assert code(caught.value) == "MISSING_SCOPE"
    return (caught.value.extensions or {})["anyOf"]


def test_an_operation_needs_one_scope_of_each_field(engine: Engine) -> None:
    operation = engine.prepare(OWN)
    operation.check_scopes(None)
    operation.check_scopes(frozenset({"NETWORK_READ"}))
    assert missing(engine, OWN, "REQUESTS_READ") == [["NETWORK_READ"]]
    assert missing(engine, OWN) == [["NETWORK_READ"], ["NETWORK_READ", "REQUESTS_READ"]]


def test_a_field_without_any_scope_is_for_the_first_party_alone(engine: Engine) -> None:
    engine.prepare("{ member { email } }").check_scopes(None)
    assert missing(engine, "{ member { email } }", "NETWORK_READ") == []


def test_anonymous_requests_may_read_and_sign_up_but_not_write(engine: Engine) -> None:
    nobody: frozenset[str] = frozenset()
    engine.prepare(OWN).check_scopes(nobody, anonymous=True)
    engine.prepare("mutation { signUp { network { id } } }").check_scopes(nobody, anonymous=True)
    with pytest.raises(RequestError) as caught:
        engine.prepare("mutation { connect { id } }").check_scopes(nobody, anonymous=True)
    assert code(caught.value) == "UNAUTHENTICATED"


def test_a_document_is_prepared_once_and_forgotten_when_others_came(engine: Engine) -> None:
    small = Engine(engine.schema, characters=40)
    first = small.prepare("{ echo }").document
    assert small.prepare("{ echo }").document is first
    small.prepare("{ member { id } }")
    small.prepare("{ member { name } }")
    assert small.prepare("{ echo }").document is not first


def test_long_documents_are_not_remembered(engine: Engine) -> None:
    engine.prepare("{ echo }")
    before = engine._plans.currsize
    text = "{ echo }" + " " * 20_000
    assert engine.prepare(text).document is not engine.prepare(text).document
    assert engine._plans.currsize == before


def test_a_plan_counts_for_the_text_that_it_keeps(engine: Engine) -> None:
    engine.prepare("{ echo }")
    before = engine._plans.currsize
    engine.prepare("{ echo }" + " " * 10_000)
    assert engine._plans.currsize - before > 100


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\n\r"])
def test_a_document_knows_where_its_lines_end(engine: Engine, end: str) -> None:
    text = f"# é{end}{end}{{ echo{end}  echo }}{end}"
    loc = engine.prepare(text).document.ast.loc
    assert loc
    assert isinstance(loc.source, Text)
    places = range(len(text) + 1)
    assert [Text(text).get_location(at) for at in places] == [Source(text).get_location(at) for at in places]


def test_what_python_says_of_a_value_is_left_out() -> None:
    text = "Expected value of type 'Even', but encountered error 'not ', but encountered error '2'; found 3."
    assert coded(GraphQLError(text), "X").message == "Expected value of type 'Even', found 3."
    whole = "A text that ends with , but encountered error '"
    assert coded(GraphQLError(whole), "X").message == whole
