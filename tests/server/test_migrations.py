"""What becomes of messages and notifications on the way up and down."""

import asyncpg

from rules import ids
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

# Ada's second notification was retracted, and her last when the log had forgotten how it was told.
TOLD = f"""
    INSERT INTO members (id, handle, given_name, family_name)
    VALUES (1, 'ada', 'Ada', 'Tester'), (2, 'ben', 'Ben', 'Tester');
    UPDATE inboxes SET last_sequence = CASE member_id WHEN 1 THEN 9 ELSE 1 END;
    INSERT INTO notifications (member_id, id, kind, subject, actor_ids, sequence)
    VALUES (1, 7, 'NEW_FOLLOWER', 'M_1', '{{2}}', 5), (1, 2, 'NEW_FOLLOWER', 'M_2', '{{2}}', 8),
    (1, 30, 'NEW_FOLLOWER', 'M_3', '{{2}}', 6), (2, 1, 'NEW_FOLLOWER', 'M_4', '{{1}}', 1);
    INSERT INTO events (member_id, sequence, kind, subject, detail)
    VALUES (1, 3, 'SETTINGS_CHANGED', '30', NULL), (1, 4, 'NOTIFICATION_CREATED', '4', NULL),
    (1, 5, 'NOTIFICATION_CREATED', '7', NULL), (1, 6, 'NOTIFICATION_CREATED', '30', NULL),
    (1, 7, 'NOTIFICATIONS_READ', '{ids.encode("N", 1, 30)} {ids.encode("N", 1, 123)}', NULL),
    (1, 8, 'NOTIFICATION_CREATED', '2', NULL), (1, 9, 'NOTIFICATIONS_READ', '', '30'),
    (2, 1, 'NOTIFICATION_CREATED', '1', NULL)
"""
NUMBERS = "SELECT array_agg(id ORDER BY subject) FROM notifications WHERE member_id = $1"
SUBJECTS = "SELECT array_agg(subject ORDER BY sequence) FROM events WHERE member_id = $1"
NEXT = """
    INSERT INTO notifications (member_id, kind, subject, actor_ids, sequence)
    VALUES (2, 'NEW_FOLLOWER', 'M_5', '{1}', 2) RETURNING id
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


async def test_notifications_are_numbered_anew_in_their_order_for_each_member(empty: str) -> None:
    await migrations.upgrade(empty, "0015")
    connection = await asyncpg.connect(empty)
    await connection.execute(TOLD)
    await migrations.upgrade(empty)
    assert await connection.fetchval(NUMBERS, 1) == [3, 1, 4]
    read = f"{ids.encode('N', 1, 4)} {ids.encode('N', 1, 5)}"
    assert await connection.fetchval(SUBJECTS, 1) == ["30", "2", "3", "4", read, "1", ""]
    assert (await connection.fetchval(NUMBERS, 2), await connection.fetchval(SUBJECTS, 2)) == ([1], ["1"])
    await connection.close()


async def test_on_the_way_down_they_keep_their_numbers_and_no_log_names_the_next_one(empty: str) -> None:
    await migrations.upgrade(empty, "0015")
    connection = await asyncpg.connect(empty)
    await connection.execute(TOLD)
    await migrations.upgrade(empty)
    before = [await connection.fetchval(each, 1) for each in (NUMBERS, SUBJECTS)]
    await migrations.downgrade(empty, "0015")
    assert [await connection.fetchval(each, 1) for each in (NUMBERS, SUBJECTS)] == before
    assert await connection.fetchval(NEXT) == 10
    await migrations.upgrade(empty)
    assert await connection.fetchval(NUMBERS, 2) == [1, 2]
    await connection.close()
