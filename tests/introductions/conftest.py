"""Ada knows Ben, who knows Cleo, whom Ada wants to meet; a clock that stands still."""

import pytest

from tests.clocks import clock, policy
from tests.connection_requests.conftest import ada, ben, cleo, newcomer
from tests.connection_requests.people import Person
from tests.introductions.meeting import Three
from tests.world import World

__all__ = ["ada", "ben", "cleo", "clock", "newcomer", "policy"]


@pytest.fixture
async def three(world: World, ada: Person, ben: Person, cleo: Person) -> Three:
    """The three, connected in a row."""
    await world.connect(ada.number, ben.number)
    await world.connect(ben.number, cleo.number)
    return Three(ada, ben, cleo)
