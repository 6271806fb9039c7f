"""What is written into an event stream (HTML Standard, section 9.2)."""

from typing import Final

from server.streams.sinks import Result

MEDIA_TYPE: Final = "text/event-stream"
RETRY: Final = b"retry: 1000\n\n"
"""How many milliseconds a browser waits before it comes back."""
SIGN_OF_LIFE: Final = b":\n\n"
COMPLETE: Final = b"event: complete\ndata:\n\n"


def next_event(json: bytes, cursor: str | None = None) -> bytes:
    """One result. Its cursor is what a browser sends as `Last-Event-ID` when it comes back."""
    id = b"" if cursor is None else b"id: %b\n" % cursor.encode()
    return b"event: next\n%bdata: %b\n\n" % (id, json)


def shared_event(result: Result) -> bytes:
    """The event of a result that many streams get, written once."""
    if MEDIA_TYPE not in result.framed:
        result.framed[MEDIA_TYPE] = next_event(result.json, result.cursor)
    return result.framed[MEDIA_TYPE]


def comment(text: str) -> bytes:
    """What people may read and clients pass over."""
    return b": %b\n\n" % text.encode()
