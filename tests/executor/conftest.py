"""Engines over the toy schema."""

import pytest

from executor.engine import Engine
from tests.executor.toy import schema


@pytest.fixture(scope="session")
def engine() -> Engine:
    """An engine with the default limits."""
    return Engine(schema)
