"""A clock and a host for trials, over a database in which all rows have numbers of one length."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette

from models import metadata
from models.pool import Pool
from tests.clients import Api
from tests.clocks import Clock
from tests.privacy.casts import number_alike
from tests.privacy.hosts import InProcess, OverHttp, patient_pool
from tests.statements import counted
from tests.world import World

TABLES = [table.name for table in metadata.sorted_tables]


@pytest.fixture
def clock() -> Clock:
    """A clock decades ahead of the machine's own."""
    clock = Clock()
    clock.now = datetime(2040, 1, 1, tzinfo=UTC)
    return clock


@pytest.fixture(scope="session")
async def patient(database_url: str) -> AsyncIterator[Pool]:
    """One connection to the run's database."""
    async with patient_pool(database_url) as pool:
        yield pool


@pytest.fixture
async def host(world: World, patient: Pool, clock: Clock) -> AsyncIterator[InProcess]:
    """The engine under the clock."""
    await number_alike(world, TABLES)
    async with counted(patient) as sent:
        yield InProcess(replace(world.deployment, clock=clock, pool=patient), sent)


@pytest.fixture
async def http_host(
    app: Starlette, api: Api, world: World, patient: Pool, clock: Clock
) -> AsyncIterator[OverHttp]:
    """The application under the clock."""
    await number_alike(world, TABLES)
    before = app.state.deployment
    async with counted(patient) as sent:
        yield OverHttp(app, api, replace(before, clock=clock, pool=patient), sent)
    app.state.deployment = before
