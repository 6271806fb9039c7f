"""All sockets of a process: how many each member has, and which must end."""

from collections import Counter
from time import monotonic

from server.graphql_ws.closing import TOO_MANY_SOCKETS, Closed
from server.graphql_ws.sessions import Session
from server.streams.callers import Caller


class Register:
    """Knows every session from its handshake until it ends."""

    def __init__(self, per_member: int) -> None:
        self._per_member = per_member
        self._sessions: set[Session] = set()
        self._counts: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._sessions)

    def enter(self, session: Session) -> None:
        """A socket was opened."""
        self._sessions.add(session)

    def admit(self, session: Session, caller: Caller) -> None:
        """The socket is this caller's. Raises Closed where a member has as many as are allowed."""
        if caller.viewer is not None:
            if self._counts[caller.viewer.member_id] >= self._per_member:
                raise Closed(TOO_MANY_SOCKETS)
            self._counts[caller.viewer.member_id] += 1
        session.acknowledge(caller)

    def leave(self, session: Session) -> None:
        """The socket is closed."""
        self._sessions.discard(session)
        if session.caller is not None and session.caller.viewer is not None:
            member_id = session.caller.viewer.member_id
            self._counts[member_id] -= 1
            if not self._counts[member_id]:
                del self._counts[member_id]

    async def sweep(self) -> None:
        """End the sockets whose token is no longer good, and those that never began."""
        now = monotonic()
        for session in tuple(self._sessions):
            session.look_at(now)
