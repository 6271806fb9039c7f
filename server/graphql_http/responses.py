"""What goes back to the client: always JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError
from starlette.types import Receive, Scope, Send

from server.graphql_http.errors import HTTPError, challenge
from server.graphql_http.media_types import GRAPHQL_RESPONSE, JSON

# What one viewer is told must not be kept for another, and must not be taken for a script or a page.
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
DENIED = {
    "UNAUTHENTICATED": (401, challenge()),
    "MISSING_SCOPE": (403, challenge("insufficient_scope")),
}


Field = tuple[bytes, bytes]


@dataclass(eq=False, slots=True)
class Reply:
    """A response that is known as a whole, as an ASGI application."""

    body: bytes
    status: int
    headers: list[Field]

    def fields(self) -> list[Field]:
        """All fields of its head."""
        return [*self.headers, (b"content-length", b"%d" % len(self.body))]

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Send it, also as the refusal of a WebSocket."""
        kind = "websocket.http.response" if scope["type"] == "websocket" else "http.response"
        await send({"type": f"{kind}.start", "status": self.status, "headers": self.fields()})
        await send({"type": f"{kind}.body", "body": self.body})


def answer(result: ExecutionResult, media_type: str) -> Reply:
    """The response to an operation that has run, if only to fail: its data may be null, but is there."""
    return _response(content_of(result), 200, media_type)


def content_of(result: ExecutionResult) -> dict[str, Any]:
    """The response's content, errors first."""
    content: dict[str, Any] = {"data": result.data}
    if result.errors:
        content = {"errors": [error.formatted for error in result.errors], **content}
    if result.extensions:
        content["extensions"] = result.extensions
    return content


def refusal(errors: Sequence[GraphQLError], media_type: str) -> Reply:
    """The response to a well-formed request whose operation does not run.

    Its status tells so where the media type is GraphQL's own. It is 200 where it is plain JSON, which
    clients can't tell from that of any machine on the way unless the status is 200.
    """
    code = (errors[0].extensions or {}).get("code")
    status, headers = DENIED.get(str(code), (400, {}))
    content = {"errors": [error.formatted for error in errors]}
    if media_type == GRAPHQL_RESPONSE:
        return _response(content, status, media_type, headers)
    return _response(content, 200, media_type)


def rejection(error: HTTPError, media_type: str = JSON) -> Reply:
    """The response to what is not a well-formed request, or is not allowed at all."""
    return _response({"errors": [error.formatted]}, error.status, media_type, error.headers)


def failure(error: GraphQLError, media_type: str = JSON) -> Reply:
    """The response where the server failed before or after the operation."""
    return _response({"errors": [error.formatted]}, 500, media_type)


def _response(
    content: object, status: int, media_type: str, headers: Mapping[str, str] | None = None
) -> Reply:
    fields = _fields(media_type)
    return Reply(encoded(content), status, [*fields, *_encoded(headers)] if headers else fields)


@cache
def _fields(media_type: str) -> list[tuple[bytes, bytes]]:
    return _encoded({**HEADERS, "Content-Type": f"{media_type}; charset=utf-8"})


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def encoded(content: object) -> bytes:
    """Content as JSON. Raises TypeError for what is no JSON at all."""
    try:
        return orjson.dumps(content)
    except TypeError:
        # orjson refuses integers of more than 64 bits and lone surrogates, which JSON can write.
        return json.dumps(content, separators=(",", ":")).encode()
