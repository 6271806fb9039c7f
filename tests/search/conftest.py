"""Somebody who searches."""

import pytest

from tests.clients import Api
from tests.search.asking import Searching
from tests.world import World


@pytest.fixture
async def ada(api: Api, world: World) -> Searching:
    """Ada, who knows nobody yet."""
    return Searching(api, await world.member("ada"))
