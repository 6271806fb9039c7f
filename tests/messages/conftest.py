"""Three members under a clock that stands still, and the typing that is passed on."""

from dataclasses import replace

import pytest
from starlette.applications import Starlette

from rules.events import TypingSignal
from tests.clocks import Clock
from tests.connection_requests.conftest import ada, ben, cleo, clock, newcomer, policy

__all__ = ["ada", "ben", "cleo", "clock", "newcomer", "policy", "signals"]


@pytest.fixture
def signals(app: Starlette, clock: Clock) -> list[TypingSignal]:
    """What is passed on to those who watch others type."""
    passed_on: list[TypingSignal] = []
    app.state.deployment = replace(app.state.deployment, signal_typing=passed_on.append)
    return passed_on
