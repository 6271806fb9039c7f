"""The README is true: its operations run as they stand over the demo network, and answer what it says."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import orjson
import pytest
from starlette.applications import Starlette

from rules.events import Position
from server.seeding import DEMO_HANDLE, seed
from tests.clients import Api
from tests.conditions import require
from tests.graphql_ws.servers import listening
from tests.streams.happenings import happens
from tests.world import World

README = (Path(__file__).parent.parent / "README.md").read_text()
RESUMING = re.findall(r"```js\n(.*?)```", README, re.DOTALL)
NODE = Path(__file__).parent / "node"
AROUND = """
import {{ createClient }} from "graphql-ws";
import WebSocket from "ws";
globalThis.WebSocket = WebSocket;
Math.random = () => 0; // how much longer than a second the client waits before it comes back
const url = "{url}";
const connectionParams = () => ({{ authorization: "Bearer {token}" }});
const show = ({{ __typename }}) => console.log(__typename);
const reload = () => console.log("reload");
globalThis.localStorage = {{
  get lastCursor() {{ return "{cursor}"; }},
  set lastCursor(cursor) {{ console.log(cursor); }},
}};
{program}
"""
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
    assert len(OPERATIONS) == 5
    for query, expected in OPERATIONS:
        data = (await api.ask(query, member=member)).data
        if expected:
            assert data == orjson.loads(expected)["data"]
        assert "userErrors" not in str(data) or data["signIn"]["userErrors"] == []


@asynccontextmanager
async def running(program: str) -> AsyncIterator[asyncio.StreamReader]:
    """A Node program and what it prints."""
    require(shutil.which("node"), "Node is not installed")
    require((NODE / "node_modules" / "graphql-ws").exists(), "`npm ci` was not run in tests/node")
    command = ["node", "--input-type=module", "--eval", program]
    process = await asyncio.create_subprocess_exec(*command, cwd=NODE, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    try:
        yield process.stdout
    finally:
        process.kill()
        await process.wait()


async def printed(output: asyncio.StreamReader, count: int) -> list[str]:
    """The next lines of a program."""
    async with asyncio.timeout(20):
        return [(await output.readline()).decode().strip() for _ in range(count)]


def shown(*numbers: int) -> list[str]:
    """What is printed where these entries of the log are shown and their cursors kept."""
    return [line for number in numbers for line in ("SettingsChanged", Position(0, number).text)]


async def test_the_client_that_resumes_shows_each_event_once_and_reloads_after_a_gap(
    app: Starlette, world: World, api: Api
) -> None:
    [resuming] = RESUMING
    world.deployment = app.state.deployment
    ada = await world.member("ada")
    await happens(world, ada, 2)
    async with listening(app) as server:
        program = AROUND.format(
            url=server.url, token=api.token(ada), cursor=Position(0, 1).text, program=resuming
        )
        async with running(program) as output:
            assert await printed(output, 2) == shown(2)
            for last in (3, 5):
                server.connections[0].transport.abort()
                await happens(world, ada, 2)
                assert await printed(output, 4) == shown(last, last + 1)
            server.connections[0].transport.abort()
            await happens(world, ada, 3)
            await world.execute("DELETE FROM events WHERE sequence < 9")
            assert await printed(output, 2) == ["reload", Position(0, 9).text]
            await happens(world, ada)
            assert await printed(output, 2) == shown(10)
