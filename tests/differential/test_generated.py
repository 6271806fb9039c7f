"""Generated operations give the same compiled as by the reference.

`RAPPORT_TEST_DIFFERENTIAL_CASES` says how many operations are run, and `RAPPORT_TEST_DIFFERENTIAL_SEED` which
document alone: that of a failure, whose seed stands in its report.
"""

import asyncio
import os
from collections.abc import Iterable, Iterator

import pytest

from tests.differential.cases import DOCUMENTS_A_SCHEMA, RUNS_A_DOCUMENT, Outcomes, case, check, forget

CASES = int(os.environ.get("RAPPORT_TEST_DIFFERENTIAL_CASES", "2000"))
SEED = os.environ.get("RAPPORT_TEST_DIFFERENTIAL_SEED")
KINDS = ("graphql-core", "strawberry")
REPORTED = 3
# What is refused is null in a condition that may not be null, and too large.
COMPILED, INVALID = 0.95, 0.01


def _numbers(kind: str) -> Iterator[int]:
    """The documents of one kind of schemas, which take turns."""
    numbers = [int(SEED)] if SEED else range(CASES // RUNS_A_DOCUMENT)
    return (number for number in numbers if number // DOCUMENTS_A_SCHEMA % 2 == KINDS.index(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_compiled_and_reference_agree(kind: str) -> None:
    # In a loop of its own, which leaves nothing in the background of other tests.
    outcomes = asyncio.run(_checked(_numbers(kind)))
    assert not outcomes.wrong, _report(outcomes)
    valid = outcomes.runs - len(outcomes.invalid)
    assert outcomes.compiled >= COMPILED * valid, outcomes.refusals
    assert len(outcomes.invalid) <= INVALID * outcomes.runs, outcomes.invalid[:REPORTED]


async def _checked(numbers: Iterable[int]) -> Outcomes:
    outcomes = Outcomes()
    for number in numbers:
        await check(case(number), outcomes)
    await forget()
    return outcomes


def _report(outcomes: Outcomes) -> str:
    reported = "\n\n".join(outcomes.wrong[:REPORTED])
    return f"{len(outcomes.wrong)} of {outcomes.runs} runs differ, among them\n{reported}"
