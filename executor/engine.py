"""Prepares operations, remembers documents and plans, and runs them: compiled, or else by the reference."""

import math
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, Protocol

import strawberry
from cachetools import LRUCache
from graphql import ExecutionResult, GraphQLError, GraphQLSchema
from graphql.execution.values import VariableValues

from executor import reference
from executor.compiler import Refused, compile_operation
from executor.deadlines import Deadlines
from executor.documents import Document, Documents
from executor.errors import CodedError, RequestError
from executor.failures import InvalidRequest, internal_error, masked
from executor.fields import Batches, Opening
from executor.limits import Limits, limit_exceeded
from executor.measure import Measured, Scopes
from executor.plans.plan import Plan
from executor.reads import Attributes

# Longer documents are prepared each time: a few of them would fill the memory that many others need.
LONGEST_REMEMBERED: Final = 16_384
CHARACTERS_REMEMBERED: Final = 500_000
"""How long all remembered documents are together; a character takes about 100 bytes once it is parsed."""
FIELDS_REMEMBERED: Final = 50_000
"""How many fields all remembered plans have together; each takes one or two kilobytes."""
CHARACTERS_OF_FIELD: Final = 100
"""How many characters of a document that a plan keeps count as one of its fields."""

Given = Mapping[str, Any]


class ExecutionContext(Batches, Protocol):
    """What the executor asks of an operation's context."""

    reads: Attributes | None
    """What the operation's fields read of rows, set before it runs; None where resolvers may want more."""
    is_alone: bool
    """Whether the resolver that runs is the only one, so that loaders need not wait for what others ask."""


@dataclass(eq=False, slots=True)
class Operation:
    """An operation that may run with these variables, by its plan or, without one, by the reference.

    `nodes` is how many objects it asks for at most, `cost` the points of all its fields.
    """

    document: Document
    variables: Given
    values: VariableValues
    nodes: int
    cost: int
    plan: Plan | None

    @property
    def is_compiled(self) -> bool:
        """Whether it runs by a plan."""
        return self.plan is not None

    @property
    def kind(self) -> str:
        """`query`, `mutation` or `subscription`."""
        return self.document.kind

    @property
    def extensions(self) -> dict[str, Any] | None:
        """What its response tells of it: its cost, unless it has none or is an event of a subscription."""
        if self.cost == 0 or self.kind == "subscription":
            return None
        return {"cost": {"points": self.cost, "nodes": self.nodes}}

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


def _ignore(_: str) -> None:
    """Nobody counts what is refused."""


class Engine:
    """Runs the operations of a schema.

    `compiles` false leaves everything to the reference executor; `on_refusal` hears why an operation could
    not be compiled, each time that one is prepared.
    """

    def __init__(
        self,
        schema: strawberry.Schema | GraphQLSchema,
        limits: Limits | None = None,
        *,
        compiles: bool = True,
        on_refusal: Callable[[str], None] = _ignore,
        characters: int = CHARACTERS_REMEMBERED,
    ) -> None:
        # Strawberry has no public name for the schema it builds.
        self.schema = schema if isinstance(schema, GraphQLSchema) else schema._schema  # noqa: SLF001
        self.limits = limits or Limits()
        self.compiles = compiles
        self.on_refusal = on_refusal
        self._deadlines = Deadlines()
        self._prepare = Documents(self.schema, self.limits).prepare
        self._documents: LRUCache[tuple[str, str | None], Document] = LRUCache(characters, _length)
        self._plans: LRUCache[tuple[object, ...], tuple[Plan | Refused, int]] = LRUCache(
            FIELDS_REMEMBERED, itemgetter(1)
        )

    def prepare(
        self, query: str, operation_name: str | None = None, variables: Given | None = None
    ) -> Operation:
        """The operation of a document that is to run. Raises `InvalidRequest` if it may not."""
        document = self._document(query, operation_name)
        values = document.variables.values(variables or {})
        nodes, cost = document.measured.nodes.total(values.coerced)
        if nodes > self.limits.nodes:
            raise InvalidRequest([limit_exceeded("NODE", "nodes", self.limits.nodes, nodes)])
        plan = self._plan(document, values) if self.compiles else None
        return Operation(document, variables or {}, values, nodes, cost, plan)

    async def execute(
        self,
        operation: Operation,
        context: ExecutionContext,
        *,
        request_id: str = "",
        timeout: float = math.inf,  # noqa: ASYNC109 - its end is an error of the operation
        root_value: Any = None,
    ) -> ExecutionResult:
        """Run an operation for at most `timeout` seconds. What fails is in the errors of the result.

        Errors without a code become one neutral text with `request_id`; the log has the rest.
        """
        try:
            with self._deadlines.within(timeout) as deadline:
                result = await self.run(operation, context, root_value)
        except Exception as error:
            if deadline.is_over:
                return _failed(CodedError("OPERATION_TIMEOUT", "The operation took too long."))
            return _failed(internal_error(error, request_id))
        if result.errors:
            result.errors = [masked(error, request_id) for error in result.errors]
        result.extensions = operation.extensions
        return result

    def run(
        self, operation: Operation, context: ExecutionContext, root_value: Any = None
    ) -> Coroutine[Any, Any, ExecutionResult]:
        """Run an operation, without an end; the errors of the result are those that were raised."""
        document = operation.document
        # What a mutation decides by is not for its fields to say.
        context.reads = None if operation.kind == "mutation" else document.reads
        if operation.plan:
            return operation.plan.run(root_value, context, operation.values)
        return reference.run(self.schema, document, root_value, context, operation.variables)

    async def source(self, operation: Operation, context: ExecutionContext) -> Any:
        """What the source resolver of a subscription gives; raises what that raises.

        Each event that comes of it is executed as the `root_value` of the same operation.
        Raises `InvalidRequest` for arguments that only the variables made invalid.
        """
        opening = Opening()
        document = operation.document
        result = await reference.run(self.schema, document, opening, context, operation.variables)
        if opening.source is None:
            raise InvalidRequest(masked(error, "") for error in result.errors or ())
        return await opening.source

    def _document(self, query: str, operation_name: str | None) -> Document:
        key = query, operation_name
        try:
            return self._documents[key]
        except KeyError:
            document = self._prepare(query, operation_name)
        if self._is_remembered(document):
            self._documents[key] = document
        return document

    def _is_remembered(self, document: Document) -> bool:
        return _length(document) <= min(LONGEST_REMEMBERED, self._documents.maxsize)

    def _plan(self, document: Document, values: VariableValues) -> Plan | None:
        """The plan of a document for these conditions; None where it is refused."""
        key = document, *map(values.coerced.get, document.conditions)
        try:
            plan, _ = self._plans[key]
        except KeyError:
            plan = self._compiled(document, values)
            if self._is_remembered(document):
                # The key keeps the document, whose text counts as well.
                self._plans[key] = plan, _size(plan) + _length(document) // CHARACTERS_OF_FIELD
        if isinstance(plan, Plan):
            return plan
        self.on_refusal(str(plan))
        return None

    def _compiled(self, document: Document, values: VariableValues) -> Plan | Refused:
        try:
            return compile_operation(self.schema, document.ast, document.operation, values)
        except Refused as refused:
            reason = str(refused)
        # A new one, which keeps no frames.
        return Refused(reason)


def _length(document: Document) -> int:
    loc = document.ast.loc
    return len(loc.source.body) if loc else 0


def _size(plan: Plan | Refused) -> int:
    return plan.size if isinstance(plan, Plan) else 1


def _failed(error: GraphQLError) -> ExecutionResult:
    return ExecutionResult(None, [error])
