"""Counts how many operations of the suite run compiled: nearly all, but those that are about executors."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from executor.engine import Engine, Operation

WANTED = 0.99
ENOUGH = 1_000
"""Of how many operations on a share says something."""
ABOUT_EXECUTORS = ("tests/executor/", "tests/differential/")

counts: Counter[bool] = Counter()
prepare = Engine.prepare


def _counted(engine: Engine, *arguments: Any, **options: Any) -> Operation:
    operation = prepare(engine, *arguments, **options)
    if not os.environ.get("PYTEST_CURRENT_TEST", "").startswith(ABOUT_EXECUTORS):
        counts[operation.is_compiled] += 1
    return operation


@contextmanager
def counting() -> Iterator[None]:
    """Count what is prepared in this process."""
    with mock.patch.object(Engine, "prepare", _counted):
        yield


def share() -> float:
    """How much of what was prepared is compiled."""
    return counts[True] / max(counts.total(), 1)


def are_too_few() -> bool:
    """Whether there were many operations and too few of them compiled."""
    return counts.total() >= ENOUGH and share() < WANTED
