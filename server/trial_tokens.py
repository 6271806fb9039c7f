"""Access tokens for trying things, handed out on the command line by whoever has the server's key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from auth.identity import Viewer
from auth.sessions import open_session
from auth.tokens import AccessTokens
from models.database import Connection, Row, Statement
from server.failure import Failure

USER_AGENT = "rapport token"


class HandleRow(Row):
    """A member by the name that people type."""

    member_id: int
    handle: str


class DemoMemberRow(Row):
    """A member worth trying."""

    handle: str
    given_name: str
    family_name: str
    connection_count: int


FIND = Statement(
    text("""
    SELECT member_id, handles.handle FROM handles JOIN members ON members.id = member_id
    WHERE handles.handle = ANY (CAST(:handles AS text[])) AND closed_at IS NULL
    """),
    HandleRow,
)
BEST_CONNECTED = Statement(
    text("""
    SELECT handle, given_name, family_name, connection_count FROM members WHERE closed_at IS NULL
    ORDER BY connection_count DESC, id LIMIT :first
    """),
    DemoMemberRow,
)


@dataclass(frozen=True, slots=True)
class TrialTokens:
    """Makes tokens that are good for `lifetime` and, unless `scopes` is None, for these scopes alone."""

    tokens: AccessTokens
    lifetime: timedelta = timedelta(days=1)
    scopes: frozenset[str] | None = None

    async def issue(self, connection: Connection, handles: Sequence[str]) -> list[str]:
        """A token for each handle, in order. Raises Failure for one that nobody has."""
        found = {row.handle: row.member_id for row in await FIND.rows(connection, handles=list(handles))}
        unknown = [handle for handle in handles if handle not in found]
        if unknown:
            raise Failure(f"no member has the handle {', '.join(unknown)}")
        return [await self._issue(connection, found[handle]) for handle in handles]

    async def _issue(self, connection: Connection, member_id: int) -> str:
        session = await open_session(connection, member_id, USER_AGENT, self.lifetime, self.lifetime)
        token, _ = self.tokens.issue(
            Viewer(member_id, session, self.scopes), datetime.now(UTC), self.lifetime
        )
        return token


async def demo_members(connection: Connection, first: int = 5) -> list[DemoMemberRow]:
    """The members with the largest networks."""
    return await BEST_CONNECTED.rows(connection, first=first)
