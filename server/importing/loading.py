"""How imported members and their links are written.

Reads the tables that `staging` and `judging` made, and inserts what is new in the order of the primary keys.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import asyncpg
from rich.progress import Progress

from models.database import Connection
from server.importing.judging import statements
from server.importing.layouts import CONNECTIONS, FOLLOWS, LinkLayout
from server.importing.searching import DOCUMENTS_AT_ONCE, INDEXED, SEARCHED, UNINDEXED, UNSEARCHED
from server.importing.staging import Stage

WRITTEN_AT_ONCE: Final = 100_000
"""Rows of one INSERT: bounds what PostgreSQL queues for its foreign keys, and lets progress be seen."""

# Nobody else writes these tables until the import ends; everybody reads on. A pair's two rows may be apart,
# and followers are counted once for all rows instead of by a trigger once for each statement.
LOCK = """
LOCK TABLE inboxes IN EXCLUSIVE MODE;
LOCK TABLE handles, emails, members, connections, removals, adjacency, follows, blocks, connection_requests
    IN SHARE ROW EXCLUSIVE MODE;
ALTER TABLE follows DISABLE TRIGGER count_new_followers;
SET CONSTRAINTS connections_mirror_fkey DEFERRED
"""
MEMBERS = """
INSERT INTO members (id, connection_count, follower_count, {profile_names})
SELECT member_id, coalesce(cardinality(ids), 0), coalesce(followers, 0), {profile_names}
FROM staged_members JOIN member_keys USING (line)
LEFT JOIN new_neighbours USING (member_id) LEFT JOIN new_followers USING (member_id)
WHERE known IS NULL ORDER BY member_id
"""
HANDLES = """
INSERT INTO handles (handle, member_id)
SELECT handle, member_id FROM staged_members JOIN member_keys USING (line) WHERE known IS NULL ORDER BY handle
"""
EMAILS = """
INSERT INTO emails (email, member_id)
SELECT email_key, member_id FROM staged_members JOIN member_keys USING (line)
WHERE known IS NULL AND email_key IS NOT NULL ORDER BY email_key
"""
CREDENTIALS = """
INSERT INTO credentials (member_id, email, password_hash)
SELECT member_id, email, password_hash FROM staged_members JOIN member_keys USING (line)
WHERE known IS NULL AND email IS NOT NULL ORDER BY member_id
"""
POSITIONS = """
INSERT INTO positions (member_id, title, company_name, started_on, ended_on, description)
SELECT keyed.member_id, title, company_name, started_on, ended_on, description
FROM staged_positions JOIN member_keys AS keyed USING (line)
WHERE known IS NULL ORDER BY keyed.member_id, started_on
"""
ADJACENCY = """
INSERT INTO adjacency (member_id, ids) SELECT member_id, ids FROM new_neighbours ORDER BY member_id
ON CONFLICT (member_id) DO UPDATE SET ids = (
    SELECT array_agg(id ORDER BY id) FROM unnest(adjacency.ids || excluded.ids) AS id
)
"""
COUNTS = """
UPDATE members SET
    connection_count = connection_count + coalesce(cardinality(ids), 0),
    follower_count = follower_count + coalesce(followers, 0)
FROM new_neighbours FULL JOIN new_followers USING (member_id) JOIN member_keys USING (member_id)
WHERE member_id = id AND known IS NOT NULL
"""
# Who is connected has no request open any more, and no connection that ended.
AGREED = """
UPDATE connection_requests SET
    state = 'ACCEPTED', closed_at = now(), sender_state = 'ACCEPTED', sender_closed_at = now(),
    ignored = false, decline_kind = NULL, undelivered = false, lifted = false
FROM new_connections
WHERE (member_id, other_id) = (sender_id, recipient_id) AND sender_state = 'PENDING' AND expires_at > now()
"""
RENEWED = "DELETE FROM removals USING new_connections WHERE (member_id, other_id) = (low_id, high_id)"
DOCUMENTS = """
SELECT write_search_documents(array_agg(member_id)) FROM member_keys
WHERE known IS NULL AND member_id BETWEEN $1 AND $2
"""
NEW_IDS = """
SELECT count(*) AS rows, coalesce(min(member_id), 0) AS lowest, coalesce(max(member_id), 0) AS highest
FROM member_keys WHERE known IS NULL
"""
NO_DOCUMENTS = "SELECT NOT EXISTS (SELECT FROM search_documents)"
LINKS = "INSERT INTO {kind} SELECT * FROM new_{kind} WHERE {one} BETWEEN $1 AND $2"
SPAN = """
SELECT count(*) AS rows, coalesce(min({one}), 0) AS lowest, coalesce(max({one}), 0) AS highest FROM new_{kind}
"""
NEW_MEMBERS = "SELECT count(*) FROM member_keys WHERE known IS NULL"
COUNTED = """
SELECT 'members' AS kind, count(*) FILTER (WHERE known IS NULL) AS loaded, count(known) AS unchanged
FROM member_keys WHERE line IS NOT NULL
UNION ALL
SELECT 'connections', fresh, (SELECT count(*) FROM judged_connections WHERE reason IS NULL) - fresh
FROM (SELECT count(*) / 2 AS fresh FROM new_connections) AS counted
UNION ALL
SELECT 'follows', fresh, (SELECT count(*) FROM judged_follows WHERE reason IS NULL) - fresh
FROM (SELECT count(*) AS fresh FROM new_follows) AS counted
"""
ANALYZE = """
ANALYZE members, search_documents, known_words, inboxes, handles, emails, credentials, positions, connections,
    adjacency, follows
"""
LAST = (AGREED, RENEWED, SEARCHED, "ALTER TABLE follows ENABLE TRIGGER count_new_followers")


@dataclass(frozen=True, slots=True)
class Write:
    """One statement and about how many rows it writes."""

    text: str
    rows: int
    arguments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of a kind were new, and how many were there before."""

    loaded: int
    unchanged: int


async def lock(connection: Connection) -> None:
    """Be the only one to write members and links until the transaction ends; reading goes on.

    Mutations hold inboxes before anything else, so those that began are waited for and the others wait. Who
    makes a member comes to inboxes last, and may be met in a deadlock.
    """
    while True:
        try:
            async with connection.transaction():
                await connection.execute(LOCK)
            return
        except asyncpg.DeadlockDetectedError:
            continue


async def judge(stage: Stage, progress: Progress, *, keys_are_handles: bool = False) -> None:
    """Find out which staged rows are new; duplicates and unknown keys become rejects."""
    for statement in progress.track(statements(keys_are_handles=keys_are_handles), description="Checking"):
        await stage.connection.execute(statement)


async def load(stage: Stage, progress: Progress) -> dict[str, Loaded]:
    """Write what is new, and tell for each kind of file how many rows that were."""
    links = [*await _links(stage, CONNECTIONS), *await _links(stage, FOLLOWS)]
    rest = [*await _documents(stage), *(Write(text, 0) for text in LAST)]
    writes = [Write(UNSEARCHED, 0), *await _members(stage), *links, *rest]
    task = progress.add_task("Loading", total=sum(write.rows for write in writes))
    for write in writes:
        await stage.connection.execute(write.text, *write.arguments)
        progress.advance(task, write.rows)
    counted = await stage.connection.fetch(COUNTED)
    return {row["kind"]: Loaded(row["loaded"], row["unchanged"]) for row in counted}


async def analyze(connection: Connection) -> None:
    """Tell the planner of the new rows."""
    await connection.execute(ANALYZE)


async def _members(stage: Stage) -> list[Write]:
    rows = await stage.connection.fetchval(NEW_MEMBERS)
    members = MEMBERS.format(profile_names=stage.profile_names)
    rest = (HANDLES, EMAILS, CREDENTIALS, POSITIONS, ADJACENCY, COUNTS)
    return [Write(text, rows) for text in (members, *rest)]


async def _documents(stage: Stage) -> list[Write]:
    """What the new members are found by. Where there was nobody before, the index is made at the end."""
    span = await stage.connection.fetchrow(NEW_IDS)
    assert span is not None
    writes = [
        Write(DOCUMENTS, DOCUMENTS_AT_ONCE, limits) for limits in _ranges(DOCUMENTS_AT_ONCE, *span.values())
    ]
    if not span["rows"] or not await stage.connection.fetchval(NO_DOCUMENTS):
        return writes
    return [Write(UNINDEXED, 0), *writes, Write(INDEXED, span["rows"])]


async def _links(stage: Stage, layout: LinkLayout) -> list[Write]:
    names = {"kind": layout.kind, "one": layout.one_column}
    span = await stage.connection.fetchrow(SPAN.format(**names))
    assert span is not None
    text = LINKS.format(**names)
    return [Write(text, WRITTEN_AT_ONCE, limits) for limits in _ranges(WRITTEN_AT_ONCE, *span.values())]


def _ranges(at_once: int, rows: int, lowest: int, highest: int) -> Iterator[tuple[int, int]]:
    """Ranges of member ids with about `at_once` rows each."""
    width = -(-(highest - lowest + 1) * at_once // max(rows, 1))
    for first in range(lowest, highest + 1, width):
        yield first, min(first + width - 1, highest)
