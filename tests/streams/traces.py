"""What two members left in the database, in words that are the same for all pairs who did the same."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from models.database import Connection
from rules import ids

EITHER: Final = "(($1::int, $2::int), ($2, $1))"
THREAD: Final = (
    "conversation_id = (SELECT id FROM conversations WHERE (low_id, high_id) IN (($1, $2), ($2, $1)))"
)
STATES: Final[Mapping[str, str]] = {
    "requests": f"""
        SELECT state, sender_state, ignored, undelivered FROM connection_requests
        WHERE (sender_id, recipient_id) IN {EITHER} ORDER BY id
    """,
    "connections": f"SELECT member_id = $1 FROM connections WHERE (member_id, other_id) IN {EITHER}",
    "follows": f"SELECT follower_id = $1 FROM follows WHERE (follower_id, followee_id) IN {EITHER}",
    "counts": """
        SELECT members.id = $1, connection_count, follower_count, cardinality(adjacency.ids)
        FROM members LEFT JOIN adjacency ON member_id = members.id WHERE members.id IN ($1, $2)
    """,
    "messages": f"SELECT author_id = $1, is_undelivered FROM messages WHERE {THREAD}",
    "numbers": f"SELECT number FROM messages WHERE {THREAD}",
    "last number": f"SELECT last_number FROM conversations WHERE (low_id, high_id) IN {EITHER}",
    "participations": f"SELECT member_id = $1, last_number, read_number FROM participations WHERE {THREAD}",
    "keys": "SELECT member_id = $1, key FROM idempotency_keys WHERE member_id IN ($1, $2)",
    "notifications": """
        SELECT member_id = $1, kind, cardinality(actor_ids), read_at IS NULL FROM notifications
        WHERE member_id IN ($1, $2)
    """,
    "notifications that no event tells": """
        SELECT notifications.* FROM notifications LEFT JOIN events USING (member_id, sequence)
        WHERE member_id IN ($1, $2) AND events.subject IS DISTINCT FROM notifications.id::text
    """,
    "numbers of events": """
        SELECT member_id = $1, sequence, last_sequence FROM events JOIN inboxes USING (member_id)
        WHERE member_id IN ($1, $2)
    """,
}
EVENTS: Final = "SELECT member_id, kind, subject, detail FROM events WHERE member_id IN ($1, $2)"
REQUESTS: Final = (
    f"SELECT id FROM connection_requests WHERE (sender_id, recipient_id) IN {EITHER} ORDER BY id"
)
KEPT: Final = """
SELECT client_key, low_id, high_id, conversation_id, number, body
FROM messages JOIN conversations ON conversations.id = conversation_id WHERE author_id IN ($1, $2)
"""
Trace = Mapping[str, Counter[Any]]


async def trace(connection: Connection, one: int, other: int) -> Trace:
    """Each state, and each event with what it is about."""
    requests = [row["id"] for row in await connection.fetch(REQUESTS, one, other)]
    left = {
        what: Counter(tuple(row) for row in await connection.fetch(query, one, other))
        for what, query in STATES.items()
    }
    events = await connection.fetch(EVENTS, one, other)
    left["events"] = Counter(
        (row["member_id"] == one, row["kind"], row["detail"], _subject(row["subject"], one, requests))
        for row in events
    )
    return left


async def kept(connection: Connection, one: int, other: int) -> dict[str, str]:
    """The public ids of what the two did, by the key of each step; a message's text is its key."""
    first, second = [row["id"] for row in await connection.fetch(REQUESTS, one, other)]
    rows = await connection.fetch(KEPT, one, other)
    assert all(row["client_key"] == row["body"] for row in rows)
    messages = {row["client_key"]: ids.encode("MSG", *tuple(row)[1:5]) for row in rows}
    requests = {
        "first": ids.encode("CR", one, other, first),
        "second": ids.encode("CR", one, other, second),
    }
    return messages | requests | {"connection": ids.encode("C", min(one, other), max(one, other))}


def _subject(subject: str, one: int, requests: list[int]) -> object:
    """Which of the pair's requests or messages it is, or whose relationship."""
    kind, numbers = ids.decode(subject) or ("a notification", ())
    match kind:
        case "CR":
            return kind, requests.index(numbers[-1])
        case "MSG":
            return kind, numbers[-1]
        case "REL":
            return kind, numbers[0] == one
    return kind
