"""Closing an account at once, and erasing it for good when its grace is over."""

from datetime import datetime, timedelta

from sqlalchemy import text

from models.database import Connection, Row, Statement


class ClosedRow(Row):
    """A closed account and since when it is."""

    id: int
    closed_at: datetime


# In the order that every writer takes, so that two of them never wait for each other.
LOCK_NETWORK = Statement(
    text("""
    SELECT id FROM members
    WHERE id = :member_id OR id IN (SELECT other_id FROM connections WHERE member_id = :member_id)
    ORDER BY id FOR NO KEY UPDATE
    """),
    Row,
)
CLOSE = Statement(
    text("""
    UPDATE members SET closed_at = now(), connection_count = 0
    WHERE id = :member_id RETURNING id, closed_at
    """),
    ClosedRow,
)
LEAVE_NETWORK = Statement(
    text("""
    WITH own AS (
        DELETE FROM connections WHERE member_id = :member_id RETURNING other_id
    ), mirrored AS (
        DELETE FROM connections USING own
        WHERE connections.member_id = own.other_id AND connections.other_id = :member_id
        RETURNING connections.member_id AS id
    ), forgotten AS (
        DELETE FROM adjacency WHERE member_id = :member_id
    ), thinned AS (
        UPDATE adjacency SET ids = array_remove(ids, :member_id) FROM mirrored
        WHERE adjacency.member_id = mirrored.id
    )
    UPDATE members SET connection_count = connection_count - 1 FROM mirrored WHERE members.id = mirrored.id
    """),
    Row,
)
FORGET_PASSWORD = Statement(
    text("UPDATE credentials SET password_hash = NULL WHERE member_id = :member_id"), Row
)
LEAVE_FOLLOWS = Statement(
    text("DELETE FROM follows WHERE follower_id = :member_id OR followee_id = :member_id"), Row
)
ERASE = Statement(
    text("""
    DELETE FROM members WHERE id IN (
        SELECT id FROM members WHERE closed_at <= now() - CAST(:grace AS interval)
        ORDER BY closed_at LIMIT 100 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, closed_at
    """),
    ClosedRow,
)


async def close(connection: Connection, member_id: int) -> datetime:
    """Take the member out of everybody's network; since when. The credentials must be locked.

    The password goes at once, so that nobody signs in again; handle and address stay taken until the erasure.
    """
    await LOCK_NETWORK.rows(connection, member_id=member_id)
    (closed,) = await CLOSE.rows(connection, member_id=member_id)
    await FORGET_PASSWORD.rows(connection, member_id=member_id)
    await LEAVE_NETWORK.rows(connection, member_id=member_id)
    await LEAVE_FOLLOWS.rows(connection, member_id=member_id)
    return closed.closed_at


async def erase(connection: Connection, grace: timedelta) -> int:
    """Delete up to 100 members, with all that is theirs, who closed their account so long ago; how many."""
    return len(await ERASE.rows(connection, grace=grace))
