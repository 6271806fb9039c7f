"""Forgets the oldest events of each log, always from its beginning."""

from sqlalchemy import DateTime, bindparam, text

from models.database import Row, Statement

# Clocks of several machines differ, so an event may be older than one before it: it waits for that one, or
# readers would find a hole. It is nearly young enough itself, so no batch is full of those that wait. Locks
# are taken in one order, so that two who do this at once don't wait for each other.
FORGET = Statement(
    text("""
    WITH due AS (
        SELECT DISTINCT member_id
        FROM (SELECT member_id FROM events WHERE occurred_at < :end ORDER BY occurred_at LIMIT 100) AS oldest
    ), judged AS (
        SELECT member_id, sequence,
            bool_and(occurred_at < :end) OVER (PARTITION BY member_id ORDER BY sequence) AS is_over
        FROM due CROSS JOIN LATERAL (
            SELECT sequence, occurred_at FROM events
            WHERE events.member_id = due.member_id ORDER BY sequence LIMIT 100
        ) AS first
    ), held AS (
        SELECT member_id, sequence FROM events JOIN judged USING (member_id, sequence)
        WHERE is_over ORDER BY member_id, sequence FOR UPDATE OF events
    )
    DELETE FROM events USING held
    WHERE events.member_id = held.member_id AND events.sequence = held.sequence
    RETURNING events.member_id
    """).bindparams(bindparam("end", type_=DateTime(timezone=True))),
    Row,
)
"""The next ones that happened before `end`; at most 100 of each of 100 members."""
