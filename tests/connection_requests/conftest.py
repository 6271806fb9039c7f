"""Three members under a clock that stands still until the test moves it."""

from collections.abc import Awaitable, Callable

import pytest

from tests.clients import Api
from tests.clocks import Clock, clock, policy
from tests.connection_requests.people import Person
from tests.world import World

__all__ = ["ada", "ben", "cleo", "clock", "newcomer", "policy"]

Newcomer = Callable[[str], Awaitable[Person]]


@pytest.fixture
def newcomer(api: Api, world: World, clock: Clock) -> Newcomer:
    """Makes members."""

    async def make(handle: str) -> Person:
        return Person(api, world, await world.member(handle), handle)

    return make


@pytest.fixture
async def ada(newcomer: Newcomer) -> Person:
    """A member who usually asks."""
    return await newcomer("ada")


@pytest.fixture
async def ben(newcomer: Newcomer) -> Person:
    """A member who is usually asked."""
    return await newcomer("ben")


@pytest.fixture
async def cleo(newcomer: Newcomer) -> Person:
    """A member who has to do with both."""
    return await newcomer("cleo")
