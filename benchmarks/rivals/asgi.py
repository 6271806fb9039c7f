"""How the rivals in Python serve: Uvicorn with uvloop and httptools, as `rapport serve` does."""

import os
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import orjson
import uvicorn

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Answering(Protocol):
    """Answers the operations that it knows by name, about one member."""

    async def open(self) -> None:
        """Get ready."""

    async def close(self) -> None:
        """Give everything back."""

    async def answer(self, operation: str, member_id: int) -> bytes:
        """The JSON of the response."""


class Bare:
    """An ASGI application with no framework: POST {"query": name, "variables": {"id": member}}."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        content = b"{}"
        if scope["method"] == "POST":
            asked = orjson.loads(await _body(receive))
            content = await self._answering.answer(asked["query"], asked["variables"]["id"])
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._answering.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._answering.close()
        await send({"type": "lifespan.shutdown.complete"})


def run(app: Any) -> None:
    """Serve on the loopback at `PORT` until a signal."""
    uvicorn.run(
        app,
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
    )


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    return body
