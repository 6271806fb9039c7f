"""A clock that a test moves and numbers that it sets, for the application that is running."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette

from schema.scalars import instant_text

START = datetime(2030, 1, 1, 12, tzinfo=UTC)
"""When every test under this clock begins."""

SetPolicy = Callable[..., None]


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **time: float) -> None:
        """Let time pass: `days`, `hours`, `seconds` and so on."""
        self.now += timedelta(**time)


def after(**time: float) -> str:
    """The instant so long after the beginning, as clients read it."""
    return instant_text(START + timedelta(**time))


@pytest.fixture
def clock(app: Starlette) -> Iterator[Clock]:
    """The clock of the application, for this test."""
    before, clock = app.state.deployment, Clock()
    app.state.deployment = replace(before, clock=clock)
    yield clock
    app.state.deployment = before


@pytest.fixture
def policy(app: Starlette, clock: Clock) -> SetPolicy:
    """Sets numbers of the application's policy, for this test: `policy(max_connections=2)`."""

    def change(**numbers: Any) -> None:
        deployment = app.state.deployment
        app.state.deployment = replace(deployment, policy=replace(deployment.policy, **numbers))

    return change
