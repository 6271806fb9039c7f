"""The rule finds what it should, and no more."""

from typing import Any

from graphql import ExecutionResult, GraphQLError

from tests.differential.comparing import disagreements

Path = list[str | int]


def result(data: Any, *errors: tuple[str, Path]) -> ExecutionResult:
    return ExecutionResult(data, [GraphQLError(message, path=path) for message, path in errors])


ONE = result({"a": None, "b": 1}, ("no", ["a"]))
BOTH = result({"a": {"b": None, "c": None}}, ("b", ["a", "b"]), ("c", ["a", "c"]))


def test_equal_results_agree() -> None:
    assert disagreements(ONE, ONE, ONE) == []


def test_the_order_of_keys_matters() -> None:
    assert disagreements(ONE, result({"b": 1, "a": None}, ("no", ["a"])), ONE)


def test_data_without_its_error_is_found() -> None:
    assert disagreements(ONE, result({"a": None, "b": 1}), ONE)


def test_an_error_told_twice_is_found() -> None:
    assert disagreements(ONE, result({"a": None, "b": 1}, ("no", ["a"]), ("no", ["a"])), ONE)


def test_an_error_that_was_not_raised_is_found() -> None:
    assert disagreements(ONE, result({"a": None, "b": 1}, ("maybe", ["a"])), ONE)


def test_other_extensions_are_found() -> None:
    other = ExecutionResult(ONE.data, [GraphQLError("no", path=["a"], extensions={"code": "NO"})])
    assert disagreements(ONE, other, ONE)


def test_another_class_of_error_is_found() -> None:
    other = ExecutionResult(ONE.data, [GraphQLError("no", path=["a"], original_error=ValueError())])
    assert disagreements(ONE, other, ONE)


def test_either_of_two_errors_may_be_told_of_one_null() -> None:
    first, second = (result({"a": None}, (name, ["a", name])) for name in "bc")
    assert disagreements(first, second, BOTH) == []
    assert disagreements(first, result({"a": None}), BOTH)


def test_errors_of_two_nulls_must_both_be_told() -> None:
    assert disagreements(BOTH, BOTH, BOTH) == []
    assert disagreements(BOTH, result(BOTH.data, ("b", ["a", "b"])), BOTH)
