"""The application under a clock and a policy of the test's own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette

from rules.policy import NetworkPolicy
from tests.clients import Api
from tests.safety.asking import Safety
from tests.world import World


class Settable:
    """What the application goes by, until it is set otherwise."""

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self.now = datetime.now(UTC).replace(microsecond=0)
        self._replace(clock=lambda: self.now)

    def wait(self, time: timedelta) -> None:
        """Let time pass."""
        self.now += time

    def policy(self, **changes: object) -> None:
        """Change numbers of the policy."""
        policy: NetworkPolicy = self._app.state.deployment.policy
        self._replace(policy=replace(policy, **changes))  # type: ignore[arg-type]

    def _replace(self, **changes: object) -> None:
        self._app.state.deployment = replace(self._app.state.deployment, **changes)


@pytest.fixture
def settable(app: Starlette) -> Iterator[Settable]:
    """The clock and the policy of the application."""
    before = app.state.deployment
    yield Settable(app)
    app.state.deployment = before


@pytest.fixture
def safety(api: Api, world: World, settable: Settable) -> Safety:
    """Asks to block, mute and report, by the clock of the test."""
    return Safety(api, world)
