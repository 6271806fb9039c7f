"""Members under a clock that stands still until the test moves it."""

import pytest
from starlette.applications import Starlette

from tests.clients import Api
from tests.clocks import Clock, clock, policy
from tests.connection_requests.conftest import ada, ben, cleo, newcomer
from tests.connection_requests.people import Person

__all__ = ["ada", "api", "ben", "cleo", "clock", "eager", "newcomer", "policy"]


@pytest.fixture
def api(api: Api, app: Starlette, clock: Clock) -> Api:
    """The client, which knows what the application shares under the clock."""
    return Api(api.http, app.state.deployment)


@pytest.fixture
async def eager(ada: Person) -> Person:
    """Ada, who wants to hear of new followers."""
    preferences = [{"kind": "NEW_FOLLOWER", "enabled": True}]
    await ada.does("updateNotificationPreferences", "settings { id }", preferences=preferences)
    return ada
