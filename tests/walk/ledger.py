"""What stands in the tables after a move: what members were told, and that the invariants hold."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg

from tests.walk.asking import Names
from tests.walk.facts import Numbers
from tests.walk.telling import Told
from tests.world import World

NEW_EVENTS: Final = """
SELECT events.*,
    notifications.kind AS told, notifications.subject AS of, notifications.actor_ids[1] AS actor_id
FROM unnest($1::int[], $2::bigint[]) AS known (member_id, known_sequence)
JOIN events ON events.member_id = known.member_id AND events.sequence > known_sequence
LEFT JOIN notifications ON events.kind = 'NOTIFICATION_CREATED'
    AND (notifications.member_id, notifications.sequence) = (events.member_id, events.sequence)
ORDER BY events.member_id, events.sequence
"""
NOTICES: Final = """
SELECT member_id, kind, subject, bool_and(read_at IS NOT NULL) AS is_read,
    array_agg(DISTINCT actor_ids[1]) AS actor_ids
FROM notifications WHERE member_id = ANY($1) AND actor_ids && $1::int[]
GROUP BY member_id, kind, subject
"""
REPORTS: Final = "SELECT reporter_id, member_id, count(*) AS count FROM reports GROUP BY 1, 2"

PAIR: Final = (
    "SELECT least(sender_id, recipient_id), greatest(sender_id, recipient_id) FROM connection_requests"
)
OPEN: Final = f"{PAIR} WHERE 'PENDING' IN (state, sender_state) AND expires_at > '%(now)s'"
VIOLATIONS: Final[Mapping[str, str]] = {
    "I1 and I2: at most one request of a pair is pending, in whichever view": f"""
        {OPEN} GROUP BY 1, 2 HAVING count(*) > 1
    """,
    "I1: nothing is pending between two who are connected": f"""
        {OPEN} INTERSECT SELECT member_id, other_id FROM connections
    """,
    "I1: a connection is two rows": """
        SELECT member_id, other_id FROM connections EXCEPT SELECT other_id, member_id FROM connections
    """,
    "I3: no request, connection or follow goes across a block": f"""
        ({OPEN} UNION SELECT least(member_id, other_id), greatest(member_id, other_id) FROM connections
            UNION SELECT least(follower_id, followee_id), greatest(follower_id, followee_id) FROM follows)
        INTERSECT SELECT least(blocker_id, blocked_id), greatest(blocker_id, blocked_id) FROM blocks
    """,
    "I4: each log is numbered without gaps": """
        SELECT inboxes.member_id, last_sequence FROM inboxes LEFT JOIN events USING (member_id)
        GROUP BY inboxes.member_id, last_sequence
        HAVING count(sequence) <> last_sequence OR coalesce(max(sequence), 0) <> last_sequence
    """,
    "I5: no network is too large, and whatever counts it agrees": """
        SELECT id, connection_count FROM members LEFT JOIN adjacency ON member_id = id
        WHERE connection_count > %(most)s OR connection_count <> cardinality(coalesce(ids, '{}'))
            OR coalesce(ids, '{}') <> ARRAY(
                SELECT other_id FROM connections WHERE connections.member_id = id ORDER BY other_id
            )
    """,
    "an open introduction hangs on two connections, without a third and without a block": """
        SELECT introductions.* FROM introductions LEFT JOIN blocks
            ON blocker_id IN (requester_id, broker_id, target_id)
            AND blocked_id IN (requester_id, broker_id, target_id)
        WHERE 'REQUESTED' || 'FORWARDED' LIKE '%%' || requester_state || '%%' AND expires_at > '%(now)s'
        AND (blocker_id IS NOT NULL OR ARRAY(
            SELECT ARRAY[member_id, other_id] FROM connections
            WHERE member_id IN (requester_id, broker_id, target_id)
            AND other_id IN (requester_id, broker_id, target_id) AND member_id < other_id
            ORDER BY member_id, other_id
        ) <> ARRAY(
            SELECT ARRAY[least(broker_id, each), greatest(broker_id, each)]
            FROM unnest(ARRAY[requester_id, target_id]) AS each ORDER BY 1
        ))
    """,
    "the introduction behind a connection was accepted": """
        SELECT connections.* FROM connections LEFT JOIN introductions
            ON id = introduction_id AND requester_id IN (member_id, other_id)
            AND target_id IN (member_id, other_id) AND (state, requester_state) = ('ACCEPTED', 'ACCEPTED')
        WHERE introduction_id IS NOT NULL AND id IS NULL
    """,
    "followers are counted as they are": """
        SELECT id, follower_count FROM members
        WHERE follower_count <> (SELECT count(*) FROM follows WHERE followee_id = id)
    """,
}


class Ledger:
    """Reads what members were told, in the words of the model."""

    def __init__(self, world: World, names: Names) -> None:
        self.world = world
        self.names = names
        self.handles = {number: name for name, number in names.members.items()}
        self.read = dict.fromkeys(names.members.values(), 0)

    async def news(self, now: datetime) -> list[Told]:
        """What was written into all logs since it was last asked, each at the instant `now`."""
        async with self.world.connection() as connection:
            rows = await connection.fetch(NEW_EVENTS, list(self.read), list(self.read.values()))
        for row in rows:
            assert row["occurred_at"] == now, f"{row} should be of {now}"
            self.read[row["member_id"]] = row["sequence"]
        return sorted(self._told(row) for row in rows)

    def _told(self, row: asyncpg.Record) -> Told:
        member, subject = self.handles[row["member_id"]], self.names.word(row["subject"])
        match row["kind"]:
            case "NOTIFICATION_CREATED" if row["actor_id"] is None:
                return member, row["kind"], row["told"]
            case "NOTIFICATION_CREATED":
                about = self.names.word(row["of"])
                return member, row["kind"], row["told"], about, self.handles[row["actor_id"]]
            case "MESSAGE_CHANGED" | "SETTINGS_CHANGED":
                return member, row["kind"]
            case "RELATIONSHIP_CHANGED":
                return member, row["kind"], subject
        return member, row["kind"], subject, row["detail"]

    async def notices(self, *members: str) -> dict[tuple[str, str, str], tuple[str, bool]]:
        """The notifications of these members about each other, and whether all of a kind are read."""
        numbers = [self.names.members[member] for member in members]
        async with self.world.connection() as connection:
            rows = await connection.fetch(NOTICES, numbers)
        return {
            (self.handles[row["member_id"]], row["kind"], self.names.word(row["subject"])): (
                ", ".join(self.handles[actor] for actor in row["actor_ids"]),
                row["is_read"],
            )
            for row in rows
        }

    async def reports(self) -> dict[tuple[str, str], int]:
        """How often who reported whom."""
        async with self.world.connection() as connection:
            rows = await connection.fetch(REPORTS)
        return {(self.handles[row[0]], self.handles[row[1]]): row["count"] for row in rows}

    async def violations(self, now: datetime, numbers: Numbers) -> dict[str, Sequence[Any]]:
        """The rows that break an invariant, by the invariant."""
        values = {"now": now.isoformat(), "most": numbers.max_connections}
        async with self.world.connection() as connection:
            found = {name: await connection.fetch(text % values) for name, text in VIOLATIONS.items()}
        return {name: rows for name, rows in found.items() if rows}
