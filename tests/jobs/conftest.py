"""An empty queue for each test, and the settings of a process that works on it."""

import pytest
from pydantic import SecretStr

from models.queue import TABLES
from server.settings import Settings
from tests.world import World


@pytest.fixture(autouse=True)
async def queue(world: World) -> None:
    """Nothing is left of another test's jobs."""
    await world.execute(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY")


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Of any process."""
    return Settings(database_url=database_url, secret_key=SecretStr("x" * 32))
