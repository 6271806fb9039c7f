"""Prepares operations, remembers the documents it has seen, and runs them."""

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import strawberry
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    VariableDefinitionNode,
    execute,
    get_variable_values,
)

from executor.documents import MAX_ERRORS, Document, Documents
from executor.errors import CodedError, RequestError
from executor.failures import InvalidRequest, bad_variable, internal_error, masked
from executor.fields import Opening
from executor.limits import Limits, limit_exceeded
from executor.measure import Measured, Scopes

# Longer documents are prepared each time: a few of them would fill the memory that many others need.
LONGEST_REMEMBERED = 4_096

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation that may run with these variables; `nodes` is how many objects it asks for at most."""

    document: Document
    variables: Variables
    nodes: int

    @property
    def kind(self) -> str:
        """`query`, `mutation` or `subscription`."""
        return self.document.operation.operation.value

    @property
    def name(self) -> str | None:
        """The operation's own name."""
        name = self.document.operation.name
        return name.value if name else None

    @property
    def measured(self) -> Measured:
        """The size of the operation, whatever its variables are."""
        return self.document.measured

    @property
    def scopes(self) -> Scopes:
        """What its fields require: one scope out of each set; an empty set is for first-party tokens."""
        return self.document.measured.scopes

    def check_scopes(self, held: frozenset[str] | None, *, anonymous: bool = False) -> None:
        """Refuse an operation for which scopes are missing; None holds all of them.

        Anonymous requests may read anything, because what is the viewer's own is null for them. Raises
        `RequestError` with the code `UNAUTHENTICATED` if the root field of a mutation or subscription
        needs a scope and nobody is signed in, `MISSING_SCOPE` if the token lacks one.
        """
        if anonymous:
            if self.kind != "query" and self.document.measured.root_scopes:
                raise RequestError("UNAUTHENTICATED", f"This {self.kind} needs a signed-in member.")
        elif held is not None:
            _check_held(self.scopes, held)


def _check_held(scopes: Scopes, held: frozenset[str]) -> None:
    missing = sorted(sorted(any_of) for any_of in scopes if not any_of & held)
    if not missing:
        return
    if missing[0] == []:
        raise RequestError("MISSING_SCOPE", "The operation is for first-party applications.", anyOf=[])
    wanted = " and ".join(" or ".join(any_of) for any_of in missing)
    raise RequestError("MISSING_SCOPE", f"The token lacks {wanted}.", anyOf=missing)


class Engine:
    """Runs the operations of a schema by the reference executor; remembers `cache_size` documents."""

    def __init__(
        self, schema: strawberry.Schema | GraphQLSchema, limits: Limits | None = None, cache_size: int = 256
    ) -> None:
        # Strawberry has no public name for the schema it builds.
        self.schema = schema if isinstance(schema, GraphQLSchema) else schema._schema  # noqa: SLF001
        self.limits = limits or Limits()
        self._prepare = Documents(self.schema, self.limits).prepare
        self._remembered = lru_cache(cache_size)(self._prepare)

    def prepare(
        self, query: str, operation_name: str | None = None, variables: Variables | None = None
    ) -> Operation:
        """The operation of a document that is to run. Raises `InvalidRequest` if it may not."""
        prepare = self._remembered if len(query) <= LONGEST_REMEMBERED else self._prepare
        document = prepare(query, operation_name)
        nodes = document.measured.nodes.total(self._coerced(document, variables or {}))
        if nodes > self.limits.nodes:
            raise InvalidRequest([limit_exceeded("NODE", "nodes", self.limits.nodes, nodes)])
        return Operation(document, variables or {}, nodes)

    def _coerced(self, document: Document, variables: Variables) -> Variables:
        definitions: Sequence[VariableDefinitionNode] = document.operation.variable_definitions or ()
        if not definitions:
            return {}
        values = get_variable_values(self.schema, definitions, dict(variables), MAX_ERRORS)
        if isinstance(values, list):
            raise InvalidRequest(bad_variable(error) for error in values)
        return values.coerced

    async def execute(
        self,
        operation: Operation,
        context: Any,
        *,
        request_id: str = "",
        timeout: float | None = None,  # noqa: ASYNC109 - its end is an error of the operation
        root_value: Any = None,
    ) -> ExecutionResult:
        """Run an operation for at most `timeout` seconds. What fails is in the errors of the result.

        Errors without a code become one neutral text with `request_id`; the log has the rest.
        """
        try:
            async with asyncio.timeout(timeout) as limit:
                result = await self._run(operation, context, root_value)
        except Exception as error:
            if limit.expired():
                return _failed(CodedError("OPERATION_TIMEOUT", "The operation took too long."))
            return _failed(internal_error(error, request_id))
        errors = [masked(error, request_id) for error in result.errors or ()]
        return ExecutionResult(result.data, errors or None)

    async def source(self, operation: Operation, context: Any) -> Any:
        """What the source resolver of a subscription gives; raises what that raises.

        Each event that comes of it is executed as the `root_value` of the same operation.
        Raises `InvalidRequest` for arguments that only the variables made invalid.
        """
        opening = Opening()
        result = await self._run(operation, context, opening)
        if opening.source is None:
            raise InvalidRequest(masked(error, "") for error in result.errors or ())
        return await opening.source

    async def _run(self, operation: Operation, context: Any, root_value: Any) -> ExecutionResult:
        result = execute(
            self.schema,
            operation.document.ast,
            root_value,
            context,
            dict(operation.variables),
            operation.name,
        )
        return await result if inspect.isawaitable(result) else result


def _failed(error: GraphQLError) -> ExecutionResult:
    return ExecutionResult(None, [error])
