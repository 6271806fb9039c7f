"""All event streams of a process: how many each member has, and which must end."""

from collections import Counter
from typing import Protocol

from server.graphql_http.errors import HTTPError
from server.streams.callers import Caller


class Registered(Protocol):
    """An open stream."""

    caller: Caller

    def end_if_revoked(self) -> None:
        """End unless the caller's token is still good."""


class Register:
    """Knows every stream from before it subscribes until it has ended."""

    def __init__(self, per_member: int) -> None:
        self._per_member = per_member
        self._streams: set[Registered] = set()
        self._counts: Counter[int] = Counter()

    def enter(self, stream: Registered) -> None:
        """A stream is opened. Raises a 429 error where its member has as many as are allowed."""
        member_id = _member_id(stream)
        if self._counts[member_id] >= self._per_member:
            message = f"A member may have {self._per_member} streams at once."
            raise HTTPError(429, "TOO_MANY_STREAMS", message)
        self._counts[member_id] += 1
        self._streams.add(stream)

    def leave(self, stream: Registered) -> None:
        """A stream has ended; safe to repeat."""
        if stream in self._streams:
            self._streams.remove(stream)
            member_id = _member_id(stream)
            self._counts[member_id] -= 1
            if not self._counts[member_id]:
                del self._counts[member_id]

    async def sweep(self) -> None:
        """End the streams whose token is no longer good."""
        for stream in tuple(self._streams):
            stream.end_if_revoked()


def _member_id(stream: Registered) -> int:
    assert stream.caller.viewer is not None
    return stream.caller.viewer.member_id
