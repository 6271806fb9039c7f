"""What resolvers of GraphQL's own kind are told of the field that they resolve."""

import asyncio
from collections.abc import Awaitable, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from graphql import Executor, GraphQLAbstractType, GraphQLError, GraphQLResolveInfo
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path, gather_with_cancel, is_awaitable
from graphql.type.definition import GraphQLResolveInfoHelpers

from executor.plans.fields import FieldPlan, Level

if TYPE_CHECKING:
    from executor.plans.running import Run

TRACKED: set[asyncio.Future[Any]] = set()
"""What resolvers have begun and don't wait for; a task that nobody holds may be collected."""


def _gather(values: Sequence[Awaitable[Any]]) -> Awaitable[list[Any]]:
    return gather_with_cancel(*values)


def _track(values: Sequence[Any]) -> None:
    awaitables = [value for value in values if is_awaitable(value)]
    if awaitables:
        future = asyncio.gather(*awaitables, return_exceptions=True)
        TRACKED.add(future)
        future.add_done_callback(TRACKED.discard)


HELPERS = GraphQLResolveInfoHelpers(gather=_gather, track=_track)


def field_info(run: "Run", field: FieldPlan, path: Path | None = None) -> GraphQLResolveInfo[Any]:
    """The info of a field at a path; where types are told apart, the path has no places in lists."""
    plan = run.plan
    return GraphQLResolveInfo(
        field.name,
        field.nodes,
        field.definition.type,
        field.owner,
        path or _keys(field),
        plan.schema,
        plan.fragments,
        run.root_value,
        plan.operation,
        run.variables,
        run.context,
        is_awaitable,
        None,
        HELPERS,
    )


def _keys(field: FieldPlan | None) -> Path:
    assert field is not None
    return Path(_keys(field.parent) if field.parent else None, field.key, field.owner.name)


def paths(run: "Run", level: Level) -> list[Path]:
    """The path of a field in each object of its level; these are looked for from the response's root on."""
    field, _, places = level
    if field.owner.name.startswith("__"):
        # What a schema tells of itself is the same wherever it is asked.
        return [_keys(field)] * len(places)
    parents: list[FieldPlan] = []
    parent = field.parent
    while parent is not None:
        parents.append(parent)
        parent = parent.parent
    found: dict[int, Path | None] = {}
    _find(run.data, None, parents[::-1], found)
    return [Path(found[id(place)], field.key, field.owner.name) for place in places]


def _find(value: Any, path: Path | None, parents: Sequence[FieldPlan], found: dict[int, Path | None]) -> None:
    """Note the paths of all objects that lie below these fields."""
    if isinstance(value, list):
        for place, item in enumerate(value):
            _find(item, Path(path, place, None), parents, found)
    elif isinstance(value, dict):
        if not parents:
            found[id(value)] = path
        elif parents[0].key in value:
            field = parents[0]
            _find(value[field.key], Path(path, field.key, field.owner.name), parents[1:], found)


def wrong_type(
    run: "Run", field: FieldPlan, type_: GraphQLAbstractType, name: Any, value: Any
) -> GraphQLError:
    """The error for a value whose type is none of an interface or union, in graphql-core's words."""
    details = [FieldDetails(node, None) for node in field.nodes]
    executor = cast("Executor[Any]", SimpleNamespace(schema=run.plan.schema))
    try:
        Executor.ensure_valid_runtime_type(executor, name, type_, details, field_info(run, field), value)
    except GraphQLError as error:
        return error
    raise AssertionError(f"{name} is a type of {type_}")
