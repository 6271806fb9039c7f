"""Random queries of the whole schema over a seeded network: compiled and reference must agree."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from inspect import isawaitable
from random import Random
from typing import Any
from unittest import mock

from graphql import ExecutionResult, GraphQLSchema, execute
from rich.progress import Progress

from auth.identity import Viewer
from executor.engine import Engine, Operation
from executor.failures import InvalidRequest
from executor.limits import Limits
from loaders.context import Context, Deployment
from rules import ids
from schema.root import schema
from server.seeding import Seeding
from tests.differential import inputs
from tests.differential.cases import without_propagation
from tests.differential.comparing import disagreements
from tests.differential.documents import document
from tests.world import World

CASES = int(os.environ.get("RAPPORT_TEST_WHOLE_SCHEMA_CASES", "300"))
MEMBERS, LOOKING = 60, (1, 2, None)
WANTED = "SELECT array_agg(id) FROM (SELECT id FROM members ORDER BY connection_count DESC LIMIT 8) AS best"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
ENGINE = Engine(schema, Limits(depth=100, aliases=1_000, directives=1_000, same_name=1_000))
# Whole schemas have mutations; what two executors would change can't be compared.
READS = GraphQLSchema(query=ENGINE.schema.query_type)


def texts(member_ids: Sequence[int], handles: Sequence[str]) -> dict[str, Any]:
    """Values of scalars of which many are somebody's."""
    known = [
        *(ids.encode(kind, id) for kind in ("M", "V", "VS", "CO") for id in member_ids),
        *(
            ids.encode(kind, one, other)
            for kind in ("C", "F", "REL")
            for one in (1, 2)
            for other in member_ids
        ),
    ]
    return {
        "ID": lambda random: f'"{random.choice(known)}"',
        "String": lambda random: f'"{random.choice(handles)}"',
        "Int": lambda random: str(random.randint(1, 5)),
        "DateTime": lambda random: f'"20{random.randint(10, 30)}-01-01T00:00:00Z"',
        "Duration": lambda random: f'"P{random.randint(0, 1000)}D"',
        "EventCursor": lambda random: f'"{random.randint(0, 1):08x}{random.randint(0, 5):016x}"',
    }


async def test_they_agree_on_queries_of_the_whole_schema(world: World, database_url: str) -> None:
    await Seeding(MEMBERS).run(database_url, Progress(disable=True))
    member_ids = await world.value(WANTED)
    handles = await world.value("SELECT array_agg(handle) FROM members WHERE id = ANY ($1)", member_ids)
    literals = texts(member_ids, handles)
    values = {name: _unquoted(of) for name, of in literals.items()}
    deployment = replace(world.deployment, clock=lambda: NOW)
    found = {"compiled": 0, "invalid": 0, "with data": 0}
    with mock.patch.multiple(inputs, SCALARS=inputs.SCALARS | literals, JSON=inputs.JSON | values):  # type: ignore[operator]
        for number in range(CASES):
            await _check(deployment, number, found)
    assert found["invalid"] < CASES / 2, found
    assert found["compiled"] > 0.95 * (CASES - found["invalid"]), found
    assert found["with data"] > CASES / 20, found


def _unquoted(of: Any) -> Any:
    return lambda random: int(of(random)) if not of(random).startswith('"') else of(random).strip('"')


async def _check(deployment: Deployment, number: int, found: dict[str, int]) -> None:
    random = Random(number)
    made = document(READS, random, 1)
    viewer = random.choice(LOOKING)
    try:
        operation = ENGINE.prepare(made.text, made.operation, made.runs[0])
    except InvalidRequest:
        found["invalid"] += 1
        return
    expected = raised = await _run(deployment, replace(operation, plan=None), viewer)
    compiled = await _run(deployment, operation, viewer)
    if expected.errors or compiled.errors:
        raised = await _without_propagation(deployment, operation, viewer)
    wrong = disagreements(expected, compiled, raised)
    assert not wrong, "\n".join([*wrong, f"case {number}", made.text, str(made.runs[0])])
    found["compiled"] += operation.is_compiled
    found["with data"] += len(str(expected.data)) > 200


def _context(deployment: Deployment, viewer: int | None) -> Context:
    return Context(deployment, Viewer(viewer, session_id=1) if viewer else None)


async def _run(deployment: Deployment, operation: Operation, viewer: int | None) -> ExecutionResult:
    return await ENGINE.run(operation, _context(deployment, viewer))


async def _without_propagation(
    deployment: Deployment, operation: Operation, viewer: int | None
) -> ExecutionResult:
    ast = without_propagation(operation.document.ast, operation.document.operation)
    context, variables = _context(deployment, viewer), dict(operation.variables)
    result = execute(ENGINE.schema, ast, None, context, variables, operation.name)
    return await result if isawaitable(result) else result
