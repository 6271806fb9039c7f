"""Folders for data: one that most tests of this package share, and a new one for those that need it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.processes import new_folder, run


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A migrated database that nobody uses."""
    with new_folder() as folder:
        done = run(folder, "migrate")
        assert done.returncode == 0, done.stderr
        yield folder


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder."""
    with new_folder() as folder:
        yield folder
