"""Reads the body of a request, within a size and a time."""

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from server.graphql_http.errors import HTTPError

# Many clients look for an answer only once they have sent everything, and lose it if the connection is
# closed before; so this many times the largest size is read before the refusal.
PATIENCE = 32
CLOSE = {"Connection": "close"}


async def read_body(receive: Receive, max_bytes: int, timeout: float) -> bytes:  # noqa: ASYNC109
    """The whole body: at most `max_bytes`, within `timeout` seconds. Raises a 413 or 408 error.

    Most bodies are there already, and then no time is taken.
    """
    reading = _collected(receive, max_bytes)
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


async def _collected(receive: Receive, max_bytes: int) -> bytes:
    chunks, size, goes_on = [], 0, True
    while goes_on and size <= PATIENCE * max_bytes:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk, goes_on = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size <= max_bytes:
            chunks.append(chunk)
    if size > max_bytes:
        raise too_large(max_bytes)
    return b"".join(chunks)


def too_large(max_bytes: int) -> HTTPError:
    """The refusal of a larger body."""
    return HTTPError(413, "BODY_TOO_LARGE", f"The body is larger than {max_bytes:,} bytes.", CLOSE)
