"""Members under a clock that stands still until the test moves it, and an empty queue."""

import pytest

from models.queue import TABLES
from tests.connection_requests.conftest import ada, ben, cleo, newcomer
from tests.notifications.conftest import api, clock, policy
from tests.world import World

__all__ = ["ada", "api", "ben", "cleo", "clock", "newcomer", "policy"]


@pytest.fixture(autouse=True)
async def queue(world: World) -> None:
    """Nothing is left of another test's jobs."""
    await world.execute(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY")
