"""Real clients: `graphql-sse` of npm."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from auth.identity import Viewer
from rules.events import Position
from tests.conditions import require
from tests.graphql_sse.conftest import EVENTS, Served

NODE = Path(__file__).parent.parent / "node"
Json = Any


class GraphQLSSE:
    """The client of npm, in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout
        self.process = process
        self._output = process.stdout

    async def next(self) -> Json:
        """The next thing that the client says."""
        async with asyncio.timeout(20):
            return orjson.loads(await self._output.readline())

    async def cursors(self, count: int) -> list[str]:
        """The cursors of the next events."""
        return [(await self.next())["data"]["viewerEvents"]["cursor"] for _ in range(count)]


@asynccontextmanager
async def following(
    served: Served, query: str, variables: Mapping[str, Json], *tokens: str
) -> AsyncIterator[GraphQLSSE]:
    """A client that follows an operation, with the next of the tokens whenever it connects."""
    node = shutil.which("node")
    require(node, "Node is not installed")
    require((NODE / "node_modules" / "graphql-sse").exists(), "`npm ci` was not run in tests/node")
    request = orjson.dumps({"query": query, "variables": variables}).decode()
    command = [str(node), "follow_event_stream.mjs", served.url, request, *tokens]
    process = await asyncio.create_subprocess_exec(*command, cwd=NODE, stdout=asyncio.subprocess.PIPE)
    try:
        yield GraphQLSSE(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_query_is_answered_and_completed(served: Served) -> None:
    token = served.api.token(await served.world.member("ada"))
    async with following(served, "{ viewer { member { handle } } }", {}, token) as client:
        assert (await client.next())["data"] == {"viewer": {"member": {"handle": "ada"}}}
        assert await client.next() == "complete"


async def test_what_is_wrong_with_a_document_reaches_the_client(served: Served) -> None:
    token = served.api.token(await served.world.member("ada"))
    async with following(served, "{ nothing }", {}, token) as client:
        assert "nothing" in (await client.next())["errors"][0]["message"]
        assert await client.next() == "complete"


async def test_a_token_that_is_no_good_is_an_error_after_the_clients_retries(served: Served) -> None:
    async with following(served, EVENTS, {}, "abc") as client:
        assert await client.next() == {"error": "Server responded with 401: Unauthorized"}


async def test_a_client_whose_token_ends_comes_back_with_a_new_one_and_misses_nothing(served: Served) -> None:
    ada = await served.world.member("ada")
    tokens = served.api.deployment.accounts.tokens
    short, _ = tokens.issue(Viewer(ada, 1), datetime.now(UTC), timedelta(seconds=2))
    async with following(
        served, EVENTS, {"after": Position(0, 0).text}, short, served.api.token(ada)
    ) as client:
        assert await client.cursors(1) == [Position(0, 0).text]
        await served.happens(ada, 2)
        seen = await client.cursors(2)
        await served.until(lambda: not served.streams)
        await served.happens(ada, 3)
        seen += await client.cursors(4)
        await served.happens(ada)
        seen += await client.cursors(1)
    # The fifth is there twice: with its event, and when all was replayed.
    assert seen == [Position(0, number).text for number in (1, 2, 3, 4, 5, 5, 6)]


async def test_a_client_that_leaves_ends_its_stream(served: Served) -> None:
    ada = await served.world.member("ada")
    async with following(served, EVENTS, {}, served.api.token(ada)):
        await served.until(lambda: served.streams)
    await served.until_none_is_open()
