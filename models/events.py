"""The log of each member: events numbered without gaps in the order of commits.

Whoever writes what concerns a member first locks the member's inbox, see `LOCK`, and takes the next numbers
from it in the same transaction. So no event can become visible before one with a lower number.
"""

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, Table, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from models.database import Row, Statement
from models.introductions import OPEN
from models.metadata import instant, member_key, metadata
from rules.events import OFF_BY_DEFAULT
from rules.notifications import MOST_ACTORS

inboxes = Table(
    "inboxes",
    metadata,
    member_key(),
    Column("last_sequence", BigInteger, nullable=False, server_default=text("0")),
    comment="One for each open account, made with the member by a trigger and gone when it is closed",
)

events = Table(
    "events",
    metadata,
    member_key(),
    Column("sequence", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False, comment="See rules.events.EventKind"),
    Column("subject", Text, nullable=False, comment="Public id of what it is about"),
    Column("detail", Text, comment="What more is told of it, see rules.events.EventKind"),
    instant("occurred_at"),
    Index("events_occurred_at_idx", "occurred_at"),
)

log_epochs = Table(
    "log_epochs",
    metadata,
    Column("epoch", Integer, primary_key=True),
    instant("started_at"),
    comment="The last one is in every cursor; `rapport restart-log` starts another after a restore",
)


class InboxRow(Row):
    """A member whose inbox is held until the transaction ends."""

    member_id: int


# An account that was closed while this waited has no inbox any more: the row itself tells, because all else
# would be read as it was before the wait.
LOCK = Statement(
    text("""
    SELECT member_id FROM inboxes WHERE member_id = ANY(:member_ids) ORDER BY member_id FOR NO KEY UPDATE
    """).bindparams(bindparam("member_ids", type_=ARRAY(Integer))),
    InboxRow,
)

# The brokers of what is open between two, who are told where it makes the two connected.
LOCK_WITH_BROKERS = Statement(
    text(f"""
    SELECT member_id FROM inboxes WHERE member_id = ANY(CAST(:member_ids AS integer[]) || ARRAY(
        SELECT broker_id FROM introductions
        WHERE requester_id = ANY(:member_ids) AND target_id = ANY(:member_ids) AND requester_state {OPEN}
    ))
    ORDER BY member_id FOR NO KEY UPDATE
    """).bindparams(bindparam("member_ids", type_=ARRAY(Integer))),  # noqa: S608
    InboxRow,
)

# SQL: what `rules.notifications.is_on` says of the member and the notification.
_IS_ON = f"""
    coalesce(CAST(members.notifications ->> notification AS boolean), notification <> ALL (
        CAST('{{{",".join(sorted(OFF_BY_DEFAULT))}}}' AS text[])
    ))
"""
# Nothing is written of kinds that a member switched off. Grouping: while a notification is unread, another
# actor joins it and it moves to the front. (`array_remove` keeps their order; the `-` of intarray doesn't.)
APPEND = Statement(
    text(f"""
    WITH given AS (
        SELECT given.*, row_number() OVER (PARTITION BY member_id ORDER BY place) AS distance
        FROM unnest(:member_ids, :kinds, :subjects, :details, :notifications, :actor_ids) WITH ORDINALITY
            AS given (member_id, kind, subject, detail, notification, actor_id, place)
        JOIN members ON members.id = member_id
        WHERE notification IS NULL OR {_IS_ON}
    ), moved AS (
        UPDATE inboxes SET last_sequence = last_sequence + added
        FROM (SELECT member_id, count(*) AS added FROM given GROUP BY member_id) AS counted
        WHERE inboxes.member_id = counted.member_id
        RETURNING inboxes.member_id, last_sequence - added AS start
    ), numbered AS (
        SELECT given.*, start + distance AS sequence FROM given JOIN moved USING (member_id)
    ), notified AS (
        INSERT INTO notifications AS known (member_id, id, kind, subject, actor_ids, created_at, sequence)
        SELECT member_id, sequence, notification, subject, array_remove(ARRAY[actor_id], NULL), :now, sequence
        FROM numbered WHERE notification IS NOT NULL
        ON CONFLICT (member_id, kind, subject) WHERE read_at IS NULL DO UPDATE
        SET actor_ids = (
                excluded.actor_ids || array_remove(known.actor_ids, excluded.actor_ids[1])
            )[1:{MOST_ACTORS}],
            created_at = excluded.created_at, sequence = excluded.sequence
        RETURNING member_id, sequence, id
    )
    INSERT INTO events (member_id, sequence, kind, subject, detail, occurred_at)
    SELECT numbered.member_id, numbered.sequence, kind, coalesce(CAST(notified.id AS text), subject),
        detail, :now
    FROM numbered LEFT JOIN notified USING (member_id, sequence)
    """).bindparams(  # noqa: S608 - put together from constants
        bindparam("member_ids", type_=ARRAY(Integer)),
        *(bindparam(name, type_=ARRAY(Text)) for name in ("kinds", "subjects", "details", "notifications")),
        bindparam("actor_ids", type_=ARRAY(Integer)),
        bindparam("now", type_=DateTime(timezone=True)),
    ),
    Row,
)
