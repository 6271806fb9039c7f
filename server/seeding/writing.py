"""How a made-up network is written: into empty tables without indexes, in the order of their keys."""

from collections.abc import Sequence
from typing import Final

from rich.progress import Progress

from models.database import Connection
from server.importing.searching import DOCUMENTS_AT_ONCE, INDEXED, UNINDEXED
from server.seeding import rows
from server.seeding.people import Person
from server.seeding.ties import Tie

FILLED: Final = (
    *("members", "inboxes", "handles", "emails", "credentials", "positions", "educations", "skills"),
    *("connections", "adjacency", "follows"),
)
PROFILE: Final = ", ".join(rows.PROFILE)

# Members wait for their counts; ties come with the newcomer and not in the order of the keys.
STAGE: Final = f"""
CREATE TEMP TABLE invented_members ON COMMIT DROP AS
SELECT members.id, emails.email AS email_key, credentials.email, password_hash,
    {", ".join(f"members.{name}" for name in rows.PROFILE)}
FROM members, credentials, emails WITH NO DATA;
CREATE TEMP TABLE invented_connections (one integer, other integer, since integer) ON COMMIT DROP;
CREATE TEMP TABLE invented_follows (one integer, other integer, since integer) ON COMMIT DROP
"""  # noqa: S608 - the names are constants
TIE_COLUMNS: Final = ("one", "other", "since")

# What the triggers look for is not there yet, or is looked up once for all rows.
CONNECTIONS: Final = """
ALTER TABLE connections DISABLE TRIGGER USER;
INSERT INTO connections (member_id, other_id, connected_at)
SELECT one, other, to_timestamp(since) FROM invented_connections
UNION ALL
SELECT other, one, to_timestamp(since) FROM invented_connections
ORDER BY 1, 2;
ALTER TABLE connections ENABLE TRIGGER USER;
DROP TABLE invented_connections
"""
FOLLOWS: Final = """
ALTER TABLE follows DISABLE TRIGGER USER;
INSERT INTO follows (follower_id, followee_id, followed_at)
SELECT one, other, to_timestamp(since) FROM invented_follows ORDER BY 1, 2;
ALTER TABLE follows ENABLE TRIGGER USER
"""
ADJACENCY: Final = """
ALTER TABLE adjacency DISABLE TRIGGER USER;
INSERT INTO adjacency (member_id, ids, silent_ids)
SELECT member_id, array_agg(other_id ORDER BY other_id),
    coalesce(array_agg(other_id ORDER BY other_id) FILTER (WHERE silent.id IS NOT NULL), '{}')
FROM connections LEFT JOIN invented_members AS silent
ON silent.id = other_id AND connections_visibility = 'NOBODY'
GROUP BY member_id ORDER BY member_id;
ALTER TABLE adjacency ENABLE TRIGGER USER
"""
MEMBERS: Final = f"""
INSERT INTO members (id, connection_count, follower_count, {PROFILE})
SELECT id, coalesce(cardinality(ids), 0), coalesce(followers, 0), {PROFILE}
FROM invented_members LEFT JOIN adjacency ON member_id = id
LEFT JOIN (SELECT followee_id, count(*) AS followers FROM follows GROUP BY 1) AS followed ON followee_id = id
ORDER BY id;
SELECT setval(pg_get_serial_sequence('members', 'id'), max(id)) FROM members
"""  # noqa: S608 - the names are constants
ACCOUNTS: Final = """
INSERT INTO handles (handle, member_id) SELECT handle, id FROM invented_members;
INSERT INTO emails (email, member_id) SELECT email_key, id FROM invented_members;
INSERT INTO credentials (member_id, email, password_hash)
SELECT id, email, password_hash FROM invented_members
"""
DOCUMENTS: Final = """
SELECT write_search_documents(array_agg(id)) FROM generate_series($1::int, $2::int) AS id
"""
STEPS: Final = (CONNECTIONS, FOLLOWS, ADJACENCY, MEMBERS, ACCOUNTS)


async def stage(connection: Connection) -> None:
    """Make the temporary tables; they go with the transaction."""
    await connection.execute(STAGE)


async def write_people(connection: Connection, people: Sequence[Person], password_hash: str) -> None:
    """Stage members and write their profiles."""
    for table, columns, records in (
        ("invented_members", rows.MEMBER_COLUMNS, [rows.member_row(each, password_hash) for each in people]),
        ("positions", rows.POSITION_COLUMNS, [row for each in people for row in rows.position_rows(each)]),
        ("educations", rows.EDUCATION_COLUMNS, [rows.education_row(each) for each in people]),
        ("skills", rows.SKILL_COLUMNS, [row for each in people for row in rows.skill_rows(each)]),
    ):
        await connection.copy_records_to_table(table, records=records, columns=columns)


async def write_ties(connection: Connection, table: str, ties: Sequence[Tie]) -> None:
    """Stage connections or follows."""
    records = [(one + 1, other + 1, since) for one, other, since in ties]
    await connection.copy_records_to_table(table, records=records, columns=TIE_COLUMNS)


async def write_documents(connection: Connection, members: int, progress: Progress) -> None:
    """Write what the members are found by; their tables have their keys again."""
    await connection.execute(UNINDEXED)
    task = progress.add_task("Writing search documents", total=members)
    for first in range(1, members + 1, DOCUMENTS_AT_ONCE):
        last = min(first + DOCUMENTS_AT_ONCE - 1, members)
        await connection.execute(DOCUMENTS, first, last)
        progress.update(task, completed=last)
    await connection.execute(INDEXED)


async def finish(connection: Connection, progress: Progress) -> None:
    """Write what was staged."""
    for step in progress.track(STEPS, description="Writing"):
        await connection.execute(step)
