"""What is over and may go: closed accounts, ended sessions, forgotten guesses, old idempotency keys."""

from datetime import timedelta

from sqlalchemy import text

from auth.closing import erase
from models.database import Pool, Row, Statement


class LockRow(Row):
    """Whether this process does it."""

    is_ours: bool


TRY_LOCK = Statement(
    text("SELECT pg_try_advisory_xact_lock(hashtextextended('rapport.housekeeping', 0)) AS is_ours"), LockRow
)
# A minute more, because the clocks of a process and of the database may differ.
OVER = (
    """
    DELETE FROM sessions WHERE access_until < now() - interval '1 minute'
        AND (expires_at < now() OR revoked_at IS NOT NULL)
    """,
    "DELETE FROM sign_in_failures WHERE forgotten_at < now() AND blocked_until < now()",
    "DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'",
)


async def housekeeping(pool: Pool, erasure_grace: timedelta) -> None:
    """Delete it, unless another process is at it."""
    async with pool.acquire() as connection, connection.transaction():
        (lock,) = await TRY_LOCK.rows(connection)
        if not lock.is_ours:
            return
        for statement in OVER:
            await connection.execute(statement)
    async with pool.acquire() as connection:
        while await erase(connection, erasure_grace):
            pass
