"""Closing an account at once, and erasing it for good when its grace is over."""

from datetime import datetime, timedelta

from sqlalchemy import Integer, bindparam, text

from executor.errors import CodedError
from models.database import Connection, Row, Statement
from models.events import LOCK
from models.introductions import CANCEL_OF as CANCEL_INTRODUCTIONS_OF
from models.notifications import RETRACT_EACH
from models.safety import CANCEL_OF
from rules.introductions import notices_of_cancelled


def closed_account() -> CodedError:
    """The answer to what only an open account has, until its tokens are refused."""
    return CodedError("UNAUTHENTICATED", "The account is closed.")


class LinkedRow(Row):
    """A member whose row or requests change when an account is closed."""

    member_id: int


class ClosedRow(Row):
    """A closed account and since when it is."""

    id: int
    closed_at: datetime


LINKED = Statement(
    text("""
    SELECT :member_id AS member_id
    UNION SELECT other_id FROM connections WHERE member_id = :member_id
    UNION SELECT followee_id FROM follows WHERE follower_id = :member_id
    UNION SELECT CASE sender_id WHEN :member_id THEN recipient_id ELSE sender_id END FROM connection_requests
    WHERE (sender_id = :member_id OR recipient_id = :member_id)
    AND (state = 'PENDING' OR sender_state = 'PENDING')
    """).bindparams(bindparam("member_id", type_=Integer)),
    LinkedRow,
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
# Counts of followers follow by triggers. What others see of the account or in its name ends at once; what is
# the member's alone, like blocks, goes with the row. Messages stay with whom they were written to.
ENDS = [
    Statement(text(f"DELETE FROM {which}"), Row)  # noqa: S608 - those below
    for which in (
        "follows WHERE follower_id = :member_id OR followee_id = :member_id",
        "company_follows WHERE follower_id = :member_id",
        "mutes WHERE member_id = :member_id OR muted_id = :member_id",
        "administrators WHERE member_id = :member_id",
        "exports WHERE member_id = :member_id",
        "inboxes WHERE member_id = :member_id",
        "notifications WHERE cardinality(actor_ids) = 1 AND actor_ids[1] = :member_id",
    )
]
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
    await _hold_inboxes(connection, member_id)
    (closed,) = await CLOSE.rows(connection, member_id=member_id)
    await FORGET_PASSWORD.rows(connection, member_id=member_id)
    await CANCEL_OF.rows(connection, member_id=member_id, now=closed.closed_at)
    cancelled = await CANCEL_INTRODUCTIONS_OF.rows(connection, member_id=member_id, now=closed.closed_at)
    await RETRACT_EACH.rows(connection, **notices_of_cancelled(cancelled))
    for statement in (LEAVE_NETWORK, *ENDS):
        await statement.rows(connection, member_id=member_id)
    return closed.closed_at


async def _hold_inboxes(connection: Connection, member_id: int) -> None:
    """Lock all whose rows will change, as every writer does.

    Nobody comes to be linked with a member whose inbox is held. Who did after `LINKED` looked is changed
    without being held, which costs a second try at worst.
    """
    linked = await LINKED.rows(connection, member_id=member_id)
    await LOCK.rows(connection, member_ids=[row.member_id for row in linked])


async def erase(connection: Connection, grace: timedelta) -> int:
    """Delete up to 100 members, with all that is theirs, who closed their account so long ago; how many."""
    return len(await ERASE.rows(connection, grace=grace))
