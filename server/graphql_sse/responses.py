"""Event streams that are known as a whole: an answer, or why there is none."""

from typing import Final

from starlette.responses import Response

from server.graphql_http import responses
from server.graphql_sse.events import COMPLETE, MEDIA_TYPE, next_event

HEADERS: Final = {
    **responses.HEADERS,
    "Content-Type": f"{MEDIA_TYPE}; charset=utf-8",
    # Proxies would keep results until there are many.
    "X-Accel-Buffering": "no",
}


def whole(content: object) -> Response:
    """The stream of one result."""
    return Response(next_event(responses.encoded(content)) + COMPLETE, headers=HEADERS)
