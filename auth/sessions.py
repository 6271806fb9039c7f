"""Signed-in devices: opened, refreshed with tokens that work once, and ended."""

from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy import text

from auth.tokens import RefreshToken
from models.database import Connection, Row, Statement
from rules.accounts import MAX_SESSIONS, MAX_USER_AGENT


class SessionKeyRow(Row):
    """The id of a session."""

    id: int


class RefreshTokenRow(Row):
    """What is known of a refresh token."""

    used_at: datetime | None


class Redemption(Enum):
    """What became of a refresh token that was presented."""

    GRANTED = auto()
    UNKNOWN = auto()
    REUSED = auto()


OPEN = Statement(
    text("""
    INSERT INTO sessions (member_id, user_agent, expires_at, access_until)
    VALUES (:member_id, :user_agent,
        now() + CAST(:lifetime AS interval), now() + CAST(:access_lifetime AS interval))
    RETURNING id
    """),
    SessionKeyRow,
)
KEEP_TOKEN = Statement(
    text("""
    INSERT INTO refresh_tokens (member_id, session_id, digest) VALUES (:member_id, :session_id, :digest)
    """),
    Row,
)
LOCK = Statement(
    text("""
    SELECT id FROM sessions
    WHERE member_id = :member_id AND id = :session_id AND revoked_at IS NULL AND expires_at > now()
    FOR NO KEY UPDATE
    """),
    SessionKeyRow,
)
FIND_TOKEN = Statement(
    text("""
    SELECT used_at FROM refresh_tokens
    WHERE member_id = :member_id AND digest = :digest AND session_id = :session_id
    """),
    RefreshTokenRow,
)
# A used token is remembered for as long as its owner may still believe in it.
USE_TOKEN = Statement(
    text("""
    WITH used AS (
        UPDATE refresh_tokens SET used_at = now() WHERE member_id = :member_id AND digest = :digest
    ), forgotten AS (
        DELETE FROM refresh_tokens
        WHERE member_id = :member_id AND session_id = :session_id
            AND used_at < now() - CAST(:lifetime AS interval)
    )
    UPDATE sessions
    SET last_used_at = now(), expires_at = now() + CAST(:lifetime AS interval),
        access_until = now() + CAST(:access_lifetime AS interval)
    WHERE member_id = :member_id AND id = :session_id
    """),
    Row,
)
END = Statement(
    text("""
    UPDATE sessions SET revoked_at = now()
    WHERE member_id = :member_id AND id = :session_id AND revoked_at IS NULL AND expires_at > now()
    RETURNING id
    """),
    SessionKeyRow,
)
END_OTHERS = Statement(
    text("""
    UPDATE sessions SET revoked_at = now()
    WHERE member_id = :member_id AND revoked_at IS NULL AND id IS DISTINCT FROM CAST(:kept AS bigint)
    RETURNING id
    """),
    SessionKeyRow,
)
END_SURPLUS = Statement(
    text("""
    UPDATE sessions SET revoked_at = now()
    WHERE member_id = :member_id AND id IN (
        SELECT id FROM sessions
        WHERE member_id = :member_id AND revoked_at IS NULL AND expires_at > now()
        ORDER BY last_used_at DESC, id DESC OFFSET CAST(:most AS bigint)
    )
    RETURNING id
    """),
    SessionKeyRow,
)


async def open_session(
    connection: Connection,
    member_id: int,
    user_agent: str | None,
    lifetime: timedelta,
    access_lifetime: timedelta,
) -> int:
    """A new session of the member, which ends `lifetime` after its last refresh."""
    (opened,) = await OPEN.rows(
        connection,
        member_id=member_id,
        user_agent=user_agent and user_agent[:MAX_USER_AGENT],
        lifetime=lifetime,
        access_lifetime=access_lifetime,
    )
    return opened.id


async def keep(connection: Connection, token: RefreshToken) -> None:
    """Store what will prove the token."""
    await KEEP_TOKEN.rows(
        connection, member_id=token.member_id, session_id=token.session_id, digest=token.digest
    )


async def redeem(
    connection: Connection, token: RefreshToken, lifetime: timedelta, access_lifetime: timedelta
) -> Redemption:
    """Use a refresh token up; one that was used before ends its session, which must be committed."""
    session = {"member_id": token.member_id, "session_id": token.session_id}
    if not await LOCK.rows(connection, **session):
        return Redemption.UNKNOWN
    found = await FIND_TOKEN.rows(connection, digest=token.digest, **session)
    if not found:
        return Redemption.UNKNOWN
    if found[0].used_at:
        await END.rows(connection, **session)
        return Redemption.REUSED
    lifetimes = {"lifetime": lifetime, "access_lifetime": access_lifetime}
    await USE_TOKEN.rows(connection, digest=token.digest, **session, **lifetimes)
    return Redemption.GRANTED


async def end(connection: Connection, member_id: int, session_id: int) -> bool:
    """End one session; False where it is over or not the member's."""
    return bool(await END.rows(connection, member_id=member_id, session_id=session_id))


async def end_others(connection: Connection, member_id: int, kept: int | None = None) -> list[int]:
    """End all sessions of the member but `kept`; which ones."""
    return [row.id for row in await END_OTHERS.rows(connection, member_id=member_id, kept=kept)]


async def end_surplus(connection: Connection, member_id: int) -> list[int]:
    """End the sessions beyond the number that a member may have, least recently used first; which ones."""
    ended = await END_SURPLUS.rows(connection, member_id=member_id, most=MAX_SESSIONS)
    return [row.id for row in ended]
