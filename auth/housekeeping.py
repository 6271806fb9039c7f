"""What is over and may go: closed accounts, ended sessions and whatever else nobody asks for."""

from datetime import datetime

from sqlalchemy import DateTime, bindparam, text

from auth.closing import erase
from models.database import Row, Statement
from models.exports import EXPIRE, FORGET
from models.pool import Pool
from rules.exports import LISTED
from rules.policy import NetworkPolicy

# A minute more for sessions, because the clocks of a process and of the database may differ.
OVER = (
    """
    DELETE FROM sessions WHERE access_until < now() - interval '1 minute'
        AND (expires_at < now() OR revoked_at IS NOT NULL)
    """,
    "DELETE FROM sign_in_failures WHERE forgotten_at < now() AND blocked_until < now()",
    "DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'",
    "DELETE FROM suggestion_lists WHERE made_at < now() - interval '1 hour'",
    "DELETE FROM pgqueuer_log WHERE created < now() - interval '7 days'",
    "DELETE FROM pgqueuer_statistics WHERE created < now() - interval '7 days'",
)
END = bindparam("end", type_=DateTime(timezone=True))
LIFTED_BLOCKS = Statement(text("DELETE FROM lifted_blocks WHERE lifted_at <= :end").bindparams(END), Row)
MUTES = Statement(text("DELETE FROM mutes WHERE muted_until <= :end").bindparams(END), Row)


async def housekeeping(pool: Pool, policy: NetworkPolicy, now: datetime) -> None:
    """Delete it. Safe to repeat and to do twice at once."""
    async with pool.acquire() as connection:
        for statement in OVER:
            await connection.execute(statement)
        await LIFTED_BLOCKS.rows(connection, end=now - policy.reblock_wait)
        await MUTES.rows(connection, end=now)
        await EXPIRE.rows(connection, now=now)
        await FORGET.rows(connection, end=now - max(LISTED, policy.export_window))
        while await erase(connection, policy.erasure_grace):
            pass
