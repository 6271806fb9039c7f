"""Requests and blocks of a made-up network, so that every state of a request can be seen.

The first member, whom one signs in as, has some of each; everybody else sends one request. Unlike the
careers, they are dated by the day on which the network is made: a request is open for half a year only.
"""

from datetime import datetime
from typing import Final

from models.database import Connection

# Whom each asks: no connection, and nobody twice. Which of them is decided by ids, so it is always the same.
REQUESTS: Final = """
WITH numbered AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS size FROM members
), asked AS (
    SELECT sender.id AS sender_id, recipient.id AS recipient_id, sender.place
    FROM numbered AS sender JOIN numbered AS recipient
    ON recipient.place = CASE
        WHEN sender.place % (1 + sender.size / 40) = 2 THEN 1
        WHEN sender.place = 1 THEN 0
        ELSE 1 + (sender.place * 37 + 11) % sender.size
    END
    UNION ALL
    SELECT first.id, recipient.id, recipient.place FROM numbered AS first JOIN numbered AS recipient
    ON first.place = 1 AND recipient.place % (1 + first.size / 12) = 3
), chosen AS (
    SELECT DISTINCT ON (least(sender_id, recipient_id), greatest(sender_id, recipient_id)) *
    FROM asked WHERE sender_id <> recipient_id AND NOT EXISTS (
        SELECT FROM connections WHERE member_id = sender_id AND other_id = recipient_id
    )
    ORDER BY least(sender_id, recipient_id), greatest(sender_id, recipient_id), sender_id
), dated AS (
    SELECT sender_id, recipient_id, row_number() OVER (ORDER BY recipient_id, place) % 12 AS kind,
        $1::timestamptz - (1 + place % 20) * interval '1 day' - place % 1000 * interval '1 minute' AS recently
    FROM chosen
), sent AS (
    SELECT *, CASE WHEN kind = 0 THEN recently - interval '190 days' ELSE recently END AS sent_at FROM dated
)
INSERT INTO connection_requests (
    sender_id, recipient_id, state, sender_state, ignored, decline_kind, closed_at, sender_closed_at,
    relation_type, note, sent_at, expires_at
)
SELECT sender_id, recipient_id,
    CASE kind WHEN 1 THEN 'DECLINED' WHEN 2 THEN 'WITHDRAWN' ELSE 'PENDING' END,
    CASE kind WHEN 2 THEN 'WITHDRAWN' ELSE 'PENDING' END,
    kind IN (3, 4),
    CASE kind WHEN 1 THEN 'NOT_NOW' END,
    CASE WHEN kind IN (1, 2) THEN sent_at + interval '1 day' END,
    CASE kind WHEN 2 THEN sent_at + interval '1 day' END,
    CASE WHEN kind % 3 = 0 THEN 'MET_AT_EVENT' WHEN kind % 3 = 1 THEN 'COLLEAGUE' ELSE 'UNSPECIFIED' END,
    CASE WHEN kind % 2 = 0 THEN 'It was good to talk to you. Shall we stay in touch?' END,
    sent_at, sent_at + interval '180 days'
FROM sent
"""

# Who is blocked has no ties to the blocker: of the first member those who came last, of one in a thousand
# others those who came just before.
BLOCKS: Final = """
INSERT INTO blocks (blocker_id, blocked_id, blocked_at, handle, display_name, photo_url)
SELECT blocker.id, other.id, $1::timestamptz, other.handle,
    concat_ws(' ', other.given_name, other.family_name), other.photo_url
FROM members AS blocker CROSS JOIN LATERAL (
    SELECT * FROM members AS other
    WHERE id < CASE blocker.id WHEN 1 THEN 2147483647 ELSE blocker.id END AND id <> blocker.id
    AND NOT EXISTS (SELECT FROM connections WHERE member_id = blocker.id AND other_id = other.id)
    AND NOT EXISTS (
        SELECT FROM follows
        WHERE (follower_id, followee_id) IN ((blocker.id, other.id), (other.id, blocker.id))
    )
    AND NOT EXISTS (
        SELECT FROM connection_requests
        WHERE (sender_id, recipient_id) IN ((blocker.id, other.id), (other.id, blocker.id))
    )
    ORDER BY id DESC LIMIT 2
) AS other
WHERE blocker.id = 1 OR blocker.id % 1000 = 999
"""


async def add(connection: Connection, now: datetime) -> None:
    """Requests of everybody, and two members whom the first one and some others block."""
    await connection.execute(REQUESTS, now)
    await connection.execute(BLOCKS, now)
