"""The client that most front ends use."""

import asyncio
import shutil
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import orjson

from tests.conditions import require
from tests.graphql_ws.conftest import Toy

FOLDER = Path(__file__).parent.parent / "node"


async def lines(output: asyncio.StreamReader, count: int) -> list[Any]:
    """What the client prints next."""
    async with asyncio.timeout(30):
        return [orjson.loads(await output.readline()) for _ in range(count)]


async def test_it_asks_follows_and_comes_back_with_a_fresh_token(it: Toy) -> None:
    require(shutil.which("node"), "Node is not installed")
    require((FOLDER / "node_modules" / "graphql-ws").exists(), "`npm ci` was not run in tests/node")
    tokens = [it.token(3, session_id=session_id) for session_id in (7, 8)]
    command = [str(shutil.which("node")), "use_socket.mjs", it.server.url, *tokens]
    process = await asyncio.create_subprocess_exec(*command, cwd=FOLDER, stdout=PIPE)
    assert process.stdout is not None
    assert await lines(process.stdout, 5) == [
        {"data": {"me": 3}},
        "complete",
        {"data": {"slow": "late"}},
        "complete",
        {"refused": "GRAPHQL_VALIDATION_FAILED"},
    ]
    it.streams.put(1)
    assert await lines(process.stdout, 1) == [{"data": {"ticks": 1}}]

    it.revoke()
    closed = {"closed": 4403, "reason": "the access token is no longer valid"}
    assert await lines(process.stdout, 1) == [closed]
    await it.streams.opened(1)
    it.streams.put("end")
    assert await lines(process.stdout, 2) == [{"data": {"ticks": "end"}}, "complete"]
    assert await process.wait() == 0
