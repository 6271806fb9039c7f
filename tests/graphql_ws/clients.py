"""A client that speaks the protocol word by word."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson
from websockets import ConnectionClosed
from websockets.asyncio.client import ClientConnection

Json = Any
SECONDS = 20


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that has no event of its own."""
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.01)


class Client:
    """One socket of a test."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, message: Json) -> None:
        """Send one message."""
        await self.socket.send(orjson.dumps(message).decode())

    async def hear(self) -> Json:
        """The next message."""
        async with asyncio.timeout(SECONDS):
            return orjson.loads(await self.socket.recv())

    async def begin(self, payload: Json = None) -> "Client":
        """Be acknowledged."""
        await self.say({"type": "connection_init"} | ({} if payload is None else {"payload": payload}))
        assert await self.hear() == {"type": "connection_ack"}
        return self

    async def ask(self, id: str, query: str, /, **variables: Json) -> None:
        """Subscribe to an operation."""
        payload = {"query": query, "variables": variables}
        await self.say({"id": id, "type": "subscribe", "payload": payload})

    async def answer(self, id: str, query: str, /, **variables: Json) -> Json:
        """The result of a query or mutation."""
        await self.ask(id, query, **variables)
        result = await self.hear()
        assert (result["id"], result["type"]) == (id, "next"), result
        assert await self.hear() == {"id": id, "type": "complete"}
        return result["payload"]

    async def refusal(self, id: str, query: str) -> str:
        """The code with which an operation is refused."""
        await self.ask(id, query)
        message = await self.hear()
        assert (message["id"], message["type"]) == (id, "error"), message
        [error] = message["payload"]
        code: str = error["extensions"]["code"]
        return code

    async def is_alive(self) -> bool:
        """Whether the server still answers."""
        await self.say({"type": "ping"})
        return bool(await self.hear() == {"type": "pong"})

    async def closed(self) -> tuple[int, str]:
        """The code and reason with which the server closes, whatever comes before."""
        async with asyncio.timeout(SECONDS):
            with suppress(ConnectionClosed):
                while True:
                    await self.socket.recv()
        assert self.socket.close_code is not None
        return self.socket.close_code, self.socket.close_reason or ""
