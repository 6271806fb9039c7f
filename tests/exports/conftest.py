"""Members under a clock that stands still until the test moves it, an empty queue, and small pieces."""

import pytest

from models.queue import TABLES
from server.jobs import exports
from tests.connection_requests.conftest import ada, ben, cleo, newcomer
from tests.notifications.conftest import api, clock, policy
from tests.server.conftest import empty
from tests.world import World

__all__ = ["ada", "api", "ben", "cleo", "clock", "empty", "newcomer", "policy"]


@pytest.fixture(autouse=True)
async def queue(world: World) -> None:
    """Nothing is left of another test's jobs."""
    await world.execute(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY")


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file has several pieces without thousands of members."""
    monkeypatch.setattr(exports, "BATCH", 20)
