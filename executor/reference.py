"""Runs operations by graphql-core's own executor, one object after the other: what can't be compiled."""

import inspect
from collections.abc import Mapping
from typing import Any

from graphql import ExecutionResult, GraphQLSchema, execute

from executor.documents import Document


async def run(
    schema: GraphQLSchema, document: Document, root_value: Any, context: Any, given: Mapping[str, Any]
) -> ExecutionResult:
    """The result, with errors as they were raised; `given` are the variables as the client sent them."""
    name = document.operation.name
    result = execute(schema, document.ast, root_value, context, dict(given), name.value if name else None)
    return await result if inspect.isawaitable(result) else result
