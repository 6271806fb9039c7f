"""A data folder that most tests of this package share, one after the other."""

from pathlib import Path

import pytest

from tests.server.processes import run


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database that nobody uses."""
    folder = tmp_path_factory.mktemp("server") / "data"
    done = run(folder, "migrate")
    assert done.returncode == 0, done.stderr
    return folder
