"""The rows that all servers read: a seeded network in which nothing is hidden from who asks.

Rivals know no rules of visibility, so their answers are only the same where these hide nothing. All members
keep the default privacy; a member looks at themselves, at their connections, at those of these, and at
senders of requests with whom they share a connection.
"""

from typing import Final

import asyncpg

from server import migrations, postgres
from server.importing.progress import bars
from server.seeding import Seeding

MEMBERS: Final = 2_000
ASKED_FOR: Final = 64
FEWEST_CONNECTIONS: Final = 50
REQUESTS_FOR_EACH: Final = 15
"""One in five of them is ignored, so a page of ten is a part of what is pending."""

PUBLIC: Final = (
    "DELETE FROM blocks",
    "DELETE FROM connection_requests",
    """
    UPDATE members SET audiences = NULL, connections_visibility = DEFAULT, who_can_request = DEFAULT,
        require_note = DEFAULT, who_can_follow = DEFAULT
    """,
)
CHOSEN: Final = """
SELECT id FROM members WHERE connection_count >= $1 AND closed_at IS NULL ORDER BY id LIMIT $2
"""
REQUESTS: Final = """
WITH strangers AS (
    SELECT mine.member_id AS recipient_id, theirs.other_id AS sender_id
    FROM connections AS mine JOIN connections AS theirs ON theirs.member_id = mine.other_id
    WHERE mine.member_id = ANY ($1::int[]) AND theirs.other_id <> ALL ($1::int[]) AND NOT EXISTS (
        SELECT FROM connections WHERE member_id = mine.member_id AND other_id = theirs.other_id
    )
    GROUP BY 1, 2
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY recipient_id ORDER BY sender_id) AS place FROM strangers
)
INSERT INTO connection_requests (sender_id, recipient_id, ignored, note, sent_at, expires_at)
SELECT sender_id, recipient_id, place % 5 = 0,
    CASE WHEN place % 2 = 0 THEN 'It was good to talk to you. Shall we stay in touch?' END,
    date_trunc('second', now()) - place * interval '5 hours', now() + interval '100 days'
FROM numbered WHERE place <= $2
"""


async def network(url: str) -> tuple[str, list[int]]:
    """A migrated and seeded database of a server, and the ids of the members to ask for."""
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE DATABASE operations")
    await connection.close()
    database = postgres.with_database(url, "operations")
    await migrations.upgrade(database)
    with bars() as progress:
        await Seeding(MEMBERS).run(database, progress)
    return database, await _opened(database)


async def _opened(database: str) -> list[int]:
    connection = await asyncpg.connect(database)
    for statement in PUBLIC:
        await connection.execute(statement)
    rows = await connection.fetch(CHOSEN, FEWEST_CONNECTIONS, ASKED_FOR)
    chosen = [row["id"] for row in rows]
    await connection.execute(REQUESTS, chosen, REQUESTS_FOR_EACH)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return chosen
