"""Executes what the suite asks for: compiled where the compiler takes it, otherwise by the reference."""

import inspect
import os
from collections.abc import Callable, Mapping
from typing import Any

from graphql import ExecutionResult, Executor, GraphQLError, GraphQLSchema
from graphql import execute as reference_execute
from graphql import execute_sync as reference_execute_sync
from graphql.execution.execute import assume_not_async_iterable, assume_not_awaitable

from executor.compiler import Refused, compile_operation
from executor.plans.plan import Plan
from tests.conformance.driving import Ready, driven, has_loop
from tests.conformance.outcomes import COMPILED, NOT_BEGUN

# What `Executor.build` and the compiler take. Whoever asks for more asks for the reference.
REQUEST = {
    "schema": "schema",
    "document": "document",
    "root_value": "root_value",
    "context_value": "context_value",
    "variable_values": "raw_variable_values",
    "operation_name": "operation_name",
    "max_coercion_errors": "max_coercion_errors",
}
# The predicates of an executor that never waits. The compiled one may, and is driven to its end instead.
SYNCHRONOUS = (None, False, assume_not_awaitable, assume_not_async_iterable)
# Whether a result that came without waiting is only that, or may be awaited as well.
PLAIN = os.environ.get("RAPPORT_TEST_CONFORMANCE_RESULTS") == "plain"
NOT_SYNCHRONOUS = "GraphQL execution failed to complete synchronously."

Arguments = Mapping[str, Any]
# How each call of the running test was executed: compiled, not begun, or why by the reference.
calls: list[str] = []


def execute(*args: Any, **more: Any) -> Any:
    """Stand for the reference's `execute`, whose arguments these are."""
    result = _executed(reference_execute, args, more)
    if PLAIN or not isinstance(result, ExecutionResult) or assume_not_awaitable in args or not has_loop():
        return result
    return Ready(result.data, result.errors, result.extensions)


def execute_sync(*args: Any, **more: Any) -> Any:
    """Stand for the reference's `execute_sync`."""
    result = _executed(reference_execute_sync, args, more)
    if isinstance(result, ExecutionResult):
        return result
    if inspect.iscoroutine(result):
        result.close()
    raise RuntimeError(NOT_SYNCHRONOUS)


def by_reference(own: Callable[..., Any], reason: str) -> Callable[..., Any]:
    """A function of the reference that nothing stands for: that it was called is noted."""

    def noted(*args: Any, **more: Any) -> Any:
        calls.append(reason)
        return own(*args, **more)

    return noted


def _executed(own: Callable[..., Any], args: tuple[Any, ...], more: Arguments) -> Any:
    prepared = _prepared_or_refused(own, args, more)
    if isinstance(prepared, str):
        calls.append(prepared)
        return own(*args, **more)
    if isinstance(prepared, list):
        calls.append(NOT_BEGUN)
        return ExecutionResult(None, prepared)
    calls.append(COMPILED)
    executor, plan = prepared
    return driven(plan.run(executor.root_value, executor.context_value, executor.variable_values))


def _prepared_or_refused(
    own: Callable[..., Any], args: tuple[Any, ...], more: Arguments
) -> list[GraphQLError] | tuple[Executor[Any], Plan] | str:
    """What `_prepared` gives, or why that is refused; the reference must not run while that is handled."""
    try:
        return _prepared(_bound(own, args, more))
    except Refused as refused:
        return str(refused)


def _bound(own: Callable[..., Any], args: tuple[Any, ...], more: Arguments) -> Arguments:
    try:
        return inspect.signature(own).bind(*args, **more).arguments
    except TypeError:
        raise Refused("arguments that nobody takes") from None


def _prepared(arguments: Arguments) -> list[GraphQLError] | tuple[Executor[Any], Plan]:
    """The errors for which it is not executed, found by the reference's own function, or what executes it."""
    _check(arguments)
    executor = Executor.build(**{REQUEST[key]: value for key, value in arguments.items() if key in REQUEST})
    if isinstance(executor, list):
        return executor
    plan = compile_operation(
        executor.schema, arguments["document"], executor.operation, executor.variable_values
    )
    return executor, plan


def _check(arguments: Arguments) -> None:
    """Refuse what is asked of the reference beyond an operation, its variables, root value and context."""
    schema: GraphQLSchema = arguments["schema"]
    if any(map(schema.get_directive, ("defer", "stream"))):
        raise Refused("a schema with incremental delivery")
    asked = [key for key, value in arguments.items() if key not in REQUEST and value not in SYNCHRONOUS]
    if asked:
        raise Refused(f"called with {', '.join(asked)}")
