"""What an operation is compiled to."""

from dataclasses import dataclass
from typing import Any

from graphql import (
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.values import VariableValues

from executor.plans.fields import Build
from executor.plans.running import Run
from executor.plans.settling import settled


@dataclass(frozen=True, slots=True)
class Plan:
    """An operation that can run, for one set of values of the variables in `@skip` and `@include`.

    `size` is the number of its fields, those of each possible type counted.
    """

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    operation: OperationDefinitionNode
    root: Build
    size: int
    is_serial: bool

    async def run(self, root_value: Any, context: Any, variables: VariableValues) -> ExecutionResult:
        """The result, with errors as they were raised, in the order of the document."""
        run = Run(self, root_value, context, variables)
        [run.data] = self.root([root_value], run)
        if self.is_serial:
            return await _serially(run)
        await run.finish()
        if not run.has_flaws:
            return ExecutionResult(run.data, None)
        return ExecutionResult(*settled(run.data))


async def _serially(run: Run) -> ExecutionResult:
    """Do one root field after the other, until one of them makes the whole response null."""
    errors: list[GraphQLError] = []
    serial = [level for level in run.pending if level.field.parent is None]
    # What the root value itself holds has no effects, and may have been completed as far as it goes.
    run.pending = [level for level in run.pending if level.field.parent is not None]
    for level in [None, *serial]:
        run.pending += [level] if level else []
        await run.finish()
        data, found = settled(run.data) if run.has_flaws else (run.data, [])
        errors += found
        run.has_flaws = False
        if data is None:
            return ExecutionResult(None, errors)
    return ExecutionResult(run.data, errors or None)
