"""Cases: a schema and a document, which follow from the number of the case alone, to be run several times."""

import asyncio
import gc
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from inspect import isawaitable
from random import Random
from traceback import format_exception
from typing import Any

from aiodataloader import DataLoader
from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    NameNode,
    OperationDefinitionNode,
    execute,
    parse,
    print_ast,
    print_schema,
)

from executor.engine import Engine, Operation
from executor.failures import InvalidRequest
from executor.fields import FieldSpec
from executor.limits import Limits
from tests.differential.comparing import disagreements
from tests.differential.declared import declared_schema
from tests.differential.documents import Document, document
from tests.differential.schemas import Generated, plain_schema
from tests.differential.values import key_of

# What takes longest is made least often: schemas to make, then documents to validate, then runs.
DOCUMENTS_A_SCHEMA = 10
RUNS_A_DOCUMENT = 4
MUCH = 10**9
LIMITS = Limits(
    **dict.fromkeys(["characters", "lines", "tokens", "fields", "aliases", "directives"], MUCH),
    **dict.fromkeys(["same_name", "nodes", "introspection"], MUCH),
    depth=100,
)


@dataclass
class Context:
    """What the executor asks of a context, and what root resolvers take their values from."""

    seed: int
    batches: dict[tuple[int, FieldSpec], DataLoader[Any, Any]] = field(default_factory=dict)
    reads: Any = None
    is_alone: bool = False


@dataclass
class Case:
    """A schema with its engine, and a document for it."""

    number: int
    generated: Generated
    engine: Engine
    refusals: list[str]
    document: Document


@dataclass
class Outcomes:
    """How many runs there were, how many were compiled, why others were not, and what was wrong."""

    runs: int = 0
    compiled: int = 0
    invalid: list[str] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@lru_cache(2)
def _engine(number: int) -> tuple[Generated, Engine, list[str]]:
    """The schema of some cases; those with odd numbers are Strawberry's."""
    make = declared_schema if number % 2 else plain_schema
    generated = make(Random(number))
    refusals: list[str] = []
    return generated, Engine(generated.schema, LIMITS, on_refusal=refusals.append), refusals


def case(number: int) -> Case:
    """The case of a number."""
    generated, engine, refusals = _engine(number // DOCUMENTS_A_SCHEMA)
    return Case(number, generated, engine, refusals, document(engine.schema, Random(number), RUNS_A_DOCUMENT))


async def forget() -> None:
    """Let what is left in the background end, and collect what nobody awaited while that is ignored."""
    for _ in range(100):
        await asyncio.sleep(0)
    _engine.cache_clear()
    gc.collect()


async def check(case: Case, outcomes: Outcomes) -> None:
    """Run a case with each set of values of its variables, one after the other, so that plans are met again.

    All objects are others in each run.
    """
    for index, variables in enumerate(case.document.runs):
        try:
            wrong = await _check(case, key_of(case.number, index), variables, outcomes)
        except Exception as error:
            wrong = format_exception(error)
        if wrong:
            outcomes.wrong.append(_recipe(case, variables, wrong))


async def _check(case: Case, seed: int, variables: dict[str, Any], outcomes: Outcomes) -> list[str]:
    outcomes.runs += 1
    try:
        operation = case.engine.prepare(case.document.text, case.document.operation, variables)
    except InvalidRequest as invalid:
        outcomes.invalid.append(str(invalid))
        return []
    outcomes.compiled += operation.is_compiled
    outcomes.refusals.update(case.refusals)
    case.refusals.clear()
    expected = await _run(case, replace(operation, plan=None), seed)
    found = await _run(case, operation, seed)
    raised = await _raised(case, operation, seed) if expected.errors or found.errors else expected
    return disagreements(expected, found, raised)


async def _run(case: Case, operation: Operation, seed: int) -> ExecutionResult:
    """The result of an operation: by its plan, or without one by the reference."""
    return await case.engine.run(operation, Context(seed), case.generated.root_value(seed))


async def _raised(case: Case, operation: Operation, seed: int) -> ExecutionResult:
    """The result without error propagation: all errors that fields raise, each where it was raised."""
    ast = without_propagation(operation.document.ast, operation.document.operation)
    root_value, variables = case.generated.root_value(seed), dict(operation.variables)
    result = execute(case.engine.schema, ast, root_value, Context(seed), variables, operation.name)
    return await result if isawaitable(result) else result


def without_propagation(ast: DocumentNode, operation: OperationDefinitionNode) -> DocumentNode:
    """The document with an experimental directive at the operation; all other nodes stay what they are."""
    directive = DirectiveNode(name=NameNode(value="experimental_disableErrorPropagation"), arguments=())
    changed = replace(operation, directives=(*(operation.directives or ()), directive))
    return replace(ast, definitions=tuple(changed if each is operation else each for each in ast.definitions))


def _recipe(case: Case, variables: dict[str, Any], wrong: list[str]) -> str:
    """All that is needed to look at a case again."""
    parts = {
        "wrong": "\n".join(wrong),
        "schema": print_schema(case.engine.schema),
        "document": print_ast(parse(case.document.text)),
        "operation": str(case.document.operation),
        "variables": str(variables),
        "run alone with": f"RAPPORT_TEST_DIFFERENTIAL_SEED={case.number}",
    }
    return "\n".join(f"-- {name}\n{text}" for name, text in parts.items())
