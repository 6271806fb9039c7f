"""What becomes of messages on the way up and down."""

import asyncpg

from server import migrations

OLD = """
    INSERT INTO members (id, handle, given_name, family_name)
    VALUES (1, 'ada', 'Ada', 'Tester'), (2, 'ben', 'Ben', 'Tester');
    INSERT INTO conversations (id, low_id, high_id, last_number) VALUES (1, 1, 2, 5);
    INSERT INTO messages (conversation_id, number, author_id, body, sent_at)
    SELECT 1, number, 1, 'Hello', now() FROM generate_series(1, 5) AS number
"""
CHANGES = """
    UPDATE messages SET delivered_body = 'Hello', body = 'Unseen' WHERE number = 2;
    UPDATE messages SET delivered_body = 'Kept', body = NULL WHERE number = 3;
    UPDATE messages SET delivered_body = 'Unseen', body = 'Unseen!', is_undelivered = true WHERE number = 4;
    UPDATE messages SET body = NULL WHERE number = 5
"""

# The last message is for Ada's eyes alone: Ben heard last before they connected.
CONNECTED = """
    INSERT INTO participations (member_id, conversation_id, last_number, last_at)
    VALUES (1, 1, 5, '2026-01-03'), (2, 1, 4, '2026-01-01');
    INSERT INTO connections (member_id, other_id, connected_at)
    VALUES (1, 2, '2026-01-02'), (2, 1, '2026-01-02')
"""


async def test_messages_from_before_are_read(empty: str) -> None:
    await migrations.upgrade(empty, "0003")
    connection = await asyncpg.connect(empty)
    await connection.execute(OLD)
    await migrations.upgrade(empty)
    assert await connection.fetchval("SELECT array_agg(read_number) FROM participations") == [5, 5]
    await connection.close()


async def test_the_last_message_since_two_connected_is_their_last_interaction(empty: str) -> None:
    await migrations.upgrade(empty, "0004")
    connection = await asyncpg.connect(empty)
    await connection.execute(OLD)
    await connection.execute(CONNECTED)
    await migrations.upgrade(empty)
    found = await connection.fetchval(
        "SELECT array_agg(last_interaction_at IS NOT NULL ORDER BY member_id) FROM connections"
    )
    assert found == [True, False]
    await connection.close()


async def test_the_way_down_shows_nobody_what_did_not_reach_them(empty: str) -> None:
    await migrations.upgrade(empty)
    connection = await asyncpg.connect(empty)
    await connection.execute(OLD)
    await connection.execute(CHANGES)
    await migrations.downgrade(empty, "0003")
    bodies = await connection.fetchval("SELECT array_agg(body ORDER BY number) FROM messages")
    assert bodies == ["Hello", "Hello", "Kept", "", ""]
    await connection.close()
