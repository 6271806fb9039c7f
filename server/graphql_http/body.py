"""Reads the body of a request, within a size and a time."""

import asyncio

from starlette.requests import Request

from server.graphql_http.errors import HTTPError

# The rest of the body is not read, so the connection can't serve another request.
CLOSE = {"Connection": "close"}


async def read_body(request: Request, max_bytes: int, timeout: float) -> bytes:  # noqa: ASYNC109
    """The whole body: at most `max_bytes`, within `timeout` seconds. Raises a 413 or 408 error."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > len(str(max_bytes)) or int(declared) > max_bytes):
        raise _too_large(max_bytes)
    try:
        async with asyncio.timeout(timeout):
            return await _collected(request, max_bytes)
    except TimeoutError:
        message = f"The body did not arrive within {timeout:g} seconds."
        raise HTTPError(408, "REQUEST_TIMEOUT", message, CLOSE) from None


async def _collected(request: Request, max_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
    return bytes(body)


def _too_large(max_bytes: int) -> HTTPError:
    return HTTPError(413, "BODY_TOO_LARGE", f"The body is larger than {max_bytes:,} bytes.", CLOSE)
