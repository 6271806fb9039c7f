"""Reads the body of a request, within a size and a time."""

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any

from starlette.requests import Request

from server.graphql_http.errors import HTTPError

# Many clients look for an answer only once they have sent everything, and lose it if the connection is
# closed before; so this many times the largest size is read before the refusal.
PATIENCE = 32
CLOSE = {"Connection": "close"}


async def read_body(request: Request, max_bytes: int, timeout: float) -> bytes:  # noqa: ASYNC109
    """The whole body: at most `max_bytes`, within `timeout` seconds. Raises a 413 or 408 error.

    Most bodies are there already, and then no time is taken.
    """
    reading = _collected(request, max_bytes)
    try:
        waits_for = reading.send(None)
    except StopIteration as done:
        body: bytes = done.value
        return body
    try:
        async with asyncio.timeout(timeout):
            return await _rest(reading, waits_for)
    except TimeoutError:
        message = f"The body did not arrive within {timeout:g} seconds."
        raise HTTPError(408, "REQUEST_TIMEOUT", message, CLOSE) from None


@coroutine
def _rest(reading: Coroutine[Any, Any, bytes], waits_for: Any) -> Generator[Any, Any, bytes]:
    """Go on with a coroutine that has begun, and waits."""
    try:
        yield waits_for
    except BaseException:
        reading.close()
        raise
    return (yield from reading.__await__())


async def _collected(request: Request, max_bytes: int) -> bytes:
    body, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= max_bytes:
            body += chunk
        if size > PATIENCE * max_bytes:
            break
    if size > max_bytes:
        raise HTTPError(413, "BODY_TOO_LARGE", f"The body is larger than {max_bytes:,} bytes.", CLOSE)
    return bytes(body)
