"""The README is true: its operations run as they stand over the demo network, and answer what it says."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import orjson
import pytest
from starlette.applications import Starlette

from server.seeding import DEMO_HANDLE, seed
from tests.clients import Api
from tests.world import World

README = (Path(__file__).parent.parent / "README.md").read_text()
OPERATIONS = re.findall(r"```graphql\n(.*?)```(?:\n\n```json\n(.*?)```)?", README, re.DOTALL)


@pytest.fixture
async def demo(app: Starlette, world: World, database_url: str) -> AsyncIterator[tuple[Api, int]]:
    """A client of the seeded network, and the demo member."""
    await seed(database_url)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rapport.test") as http:
        member = await world.value("SELECT id FROM members WHERE handle = $1", DEMO_HANDLE)
        yield Api(http, app.state.deployment), member


async def test_every_operation_runs_and_answers_what_is_printed(demo: tuple[Api, int]) -> None:
    api, member = demo
    assert len(OPERATIONS) == 4
    for query, expected in OPERATIONS:
        data = (await api.ask(query, member=member)).data
        if expected:
            assert data == orjson.loads(expected)["data"]
        assert "userErrors" not in str(data) or data["signIn"]["userErrors"] == []
