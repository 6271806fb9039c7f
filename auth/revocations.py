"""The sessions that ended while their access tokens would still be good, kept in memory by every process."""

from collections.abc import Iterable

from sqlalchemy import text

from models.database import Row, Statement
from models.pool import Pool


class RevokedRow(Row):
    """Ids of sessions."""

    ids: list[int]


# A minute more, because the clocks of a process and of the database may differ.
FIND = Statement(
    text("""
    SELECT coalesce(array_agg(id), '{}') AS ids FROM sessions
    WHERE revoked_at IS NOT NULL AND access_until > now() - interval '1 minute'
    """),
    RevokedRow,
)


class Revocations:
    """A set of session ids, as new as its last `refresh`; what this process ends itself is in it at once."""

    def __init__(self) -> None:
        self._sessions: frozenset[int] = frozenset()
        self._added: set[int] = set()

    def __contains__(self, session_id: int) -> bool:
        return session_id in self._sessions or session_id in self._added

    def add(self, session_ids: Iterable[int]) -> None:
        """Sessions whose end is committed."""
        self._added.update(session_ids)

    async def refresh(self, pool: Pool) -> None:
        """Read the set anew. When that fails, the last one stays in force."""
        seen = frozenset(self._added)
        async with pool.acquire() as connection:
            (revoked,) = await FIND.rows(connection)
        self._sessions = frozenset(revoked.ids)
        # What was added while the query ran may have been too late for it.
        self._added -= seen
