from datetime import UTC, date, datetime, time

import asyncpg
import pytest
from rich.progress import Progress

from auth.passwords import Passwords
from rules.members import (
    EDUCATION_TEXTS,
    POSITION_TEXTS,
    PROFILE_TEXTS,
    SKILL_TEXTS,
    check_handle,
    check_period,
    check_texts,
)
from server.seeding import DEMO_HANDLE, DEMO_PASSWORD, Seeding, seed
from server.seeding.people import LARGE_FROM
from server.seeding.run import DEMO_DAY
from tests.importing.fingerprint import assert_links_agree, fingerprint
from tests.world import World

QUIET = Progress(disable=True)
# The share of connected pairs who shared an employer or a school, and of all pairs.
SHARED_PLACES = """
WITH places AS (
    SELECT member_id, company_name AS place, started_on, coalesce(ended_on, 'infinity') AS ended_on
    FROM positions
    UNION ALL
    SELECT member_id, school, started_on, coalesce(ended_on, 'infinity') FROM educations
), met AS (
    SELECT DISTINCT one.member_id, other.member_id AS other_id
    FROM places AS one JOIN places AS other USING (place)
    WHERE one.member_id <> other.member_id
    AND (one.started_on, one.ended_on) OVERLAPS (other.started_on, other.ended_on)
)
SELECT
    (SELECT avg(CASE WHEN met IS NULL THEN 0 ELSE 1 END)
     FROM connections LEFT JOIN met USING (member_id, other_id)) AS connected,
    (SELECT count(*) FROM met) / (count(*) * (count(*) - 1.0)) AS anybody
FROM members
"""
TRIANGLES = """
SELECT count(*) FROM connections AS one JOIN connections AS two ON two.member_id = one.other_id
JOIN connections AS three ON three.member_id = two.other_id AND three.other_id = one.member_id
"""
# How many of an ordinary member's connections know each other.
CLUSTERING = """
SELECT avg(known::float / (cardinality(ids) * (cardinality(ids) - 1)))
FROM adjacency CROSS JOIN LATERAL (
    SELECT sum(icount(adjacency.ids & friend.ids)) AS known FROM adjacency AS friend
    WHERE friend.member_id = ANY(adjacency.ids)
) AS friends
WHERE member_id % 10 = 0 AND cardinality(ids) BETWEEN 20 AND 60
"""
FUTURE = """
SELECT (SELECT count(*) FROM connections WHERE connected_at > $1)
     + (SELECT count(*) FROM follows WHERE followed_at > $1)
     + (SELECT count(*) FROM members WHERE joined_at > $1)
"""
TOO_EARLY = """
SELECT count(*) FROM connections JOIN members ON id IN (member_id, other_id) WHERE connected_at < joined_at
"""

# All that could be lost while indexes and triggers are off.
CATALOG = """
SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
WHERE relnamespace = 'public'::regnamespace AND indisvalid
UNION ALL
SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT concat_ws(' ', tgrelid::regclass, pg_get_triggerdef(oid), tgenabled) FROM pg_trigger
WHERE NOT tgisinternal
ORDER BY 1
"""


async def fetch(world: World, text: str) -> list[asyncpg.Record]:
    async with world.connection() as connection:
        return await connection.fetch(text)


async def test_the_demo_network_is_the_same_each_time(world: World, database_url: str) -> None:
    seeding = Seeding()
    assert await seeding.run(database_url, QUIET)
    first = await fingerprint(world, without="credentials")
    await world.execute("TRUNCATE members RESTART IDENTITY CASCADE")
    for table in ("positions", "educations", "skills", "connection_requests"):
        await world.execute(f"ALTER TABLE {table} ALTER id RESTART")
    assert await seeding.run(database_url, QUIET)
    assert await fingerprint(world, without="credentials") == first


async def test_another_seed_makes_another_network(world: World, database_url: str) -> None:
    await Seeding(members=20).run(database_url, QUIET)
    first = await fingerprint(world)
    await world.execute("TRUNCATE members RESTART IDENTITY CASCADE")
    await Seeding(members=20, seed=2).run(database_url, QUIET)
    assert (await fingerprint(world))["connections"] != first["connections"]
    assert await world.value("SELECT handle FROM members WHERE id = 1") == DEMO_HANDLE


async def test_where_members_are_nothing_is_made(world: World, database_url: str) -> None:
    await world.member("somebody")
    before = await fingerprint(world)
    assert not await seed(database_url)
    assert await fingerprint(world) == before


async def test_links_agree_and_nothing_happened_before_joining_or_after_today(
    world: World, database_url: str
) -> None:
    await seed(database_url)
    await assert_links_agree(world)
    assert await world.value(FUTURE, datetime.combine(DEMO_DAY, time(), UTC)) == 0
    assert await world.value(TOO_EARLY) == 0


async def test_no_index_key_or_trigger_is_lost_or_off(world: World, database_url: str) -> None:
    before = await fetch(world, CATALOG)
    await Seeding(members=20).run(database_url, QUIET)
    assert await fetch(world, CATALOG) == before
    assert len(before) > 100


async def test_a_seeding_that_fails_leaves_the_database_as_it_was(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [await fingerprint(world), await fetch(world, CATALOG)]
    monkeypatch.setattr("server.seeding.requests.REQUESTS", "SELECT 1 / 0 WHERE $1::timestamptz IS NOT NULL")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await Seeding(members=20).run(database_url, QUIET)
    assert [await fingerprint(world), await fetch(world, CATALOG)] == before


async def test_who_joins_afterwards_gets_the_next_id(world: World, database_url: str) -> None:
    await Seeding(members=20).run(database_url, QUIET)
    assert await world.member("somebody") == 21


async def test_a_large_network_is_dense_and_full_of_triangles_and_has_hubs(
    world: World, database_url: str
) -> None:
    await Seeding(members=LARGE_FROM).run(database_url, QUIET)
    await assert_links_agree(world)
    counts = sorted(row[0] for row in await fetch(world, "SELECT connection_count FROM members"))
    mean = sum(counts) / LARGE_FROM
    assert mean > 30
    assert counts[-1] > 40 * counts[LARGE_FROM // 2]
    assert (await fetch(world, CLUSTERING))[0][0] > 5 * mean / LARGE_FROM
    assert await world.value("SELECT count(DISTINCT company_name) FROM positions") > 500
    assert await world.value("SELECT count(*) FROM blocks WHERE blocker_id <> 1") == 6


async def test_who_shared_a_place_is_connected_more_often_and_friends_know_each_other(
    world: World, database_url: str
) -> None:
    await Seeding(members=600).run(database_url, QUIET)
    (shares,) = await fetch(world, SHARED_PLACES)
    assert shares["connected"] > 4 * shares["anybody"]
    pairs, members = await world.value("SELECT count(*) FROM connections") / 2, 600
    by_chance = (2 * pairs / members) ** 3
    assert await world.value(TRIANGLES) > 3 * by_chance


async def test_some_know_many_and_most_know_few(world: World, database_url: str) -> None:
    await Seeding(members=600).run(database_url, QUIET)
    counts = [row["connection_count"] for row in await fetch(world, "SELECT * FROM members ORDER BY 1")]
    median, most = sorted(counts)[len(counts) // 2], max(counts)
    assert most > 8 * median
    assert await world.value("SELECT connection_count FROM members WHERE handle = $1", DEMO_HANDLE) > 40


async def test_every_profile_keeps_the_rules(world: World, database_url: str) -> None:
    await seed(database_url)
    for member in await fetch(world, "SELECT * FROM members"):
        assert not [*check_handle(member["handle"]), *check_texts(dict(member), PROFILE_TEXTS)]
    for table, rules in (("positions", POSITION_TEXTS), ("educations", EDUCATION_TEXTS)):
        for row in await fetch(world, f"SELECT * FROM {table}"):
            assert not [*check_texts(dict(row), rules), *check_period(row["started_on"], row["ended_on"])]
    for row in await fetch(world, "SELECT member_id, array_agg(name) AS names FROM skills GROUP BY 1"):
        assert not list(check_texts(dict(row), SKILL_TEXTS))


async def test_privacy_and_careers_differ(world: World, database_url: str) -> None:
    await seed(database_url)
    columns = ("connections_visibility", "who_can_request", "profile_view_mode", "career_level", "location")
    for column in columns:
        assert await world.value(f"SELECT count(DISTINCT {column}) FROM members") >= 3, column
    assert await world.value("SELECT count(*) FROM members WHERE audiences IS NOT NULL") > 10
    assert await world.value("SELECT count(DISTINCT company_name) FROM positions") > 30


async def test_a_demo_member_signs_in(world: World, database_url: str, passwords: Passwords) -> None:
    await seed(database_url)
    stored = await world.value(
        "SELECT password_hash FROM credentials JOIN emails USING (member_id) WHERE emails.email = $1",
        f"{DEMO_HANDLE}@example.com",
    )
    assert await passwords.verify(stored, DEMO_PASSWORD)


@pytest.mark.parametrize("today", [date(2026, 8, 31), date(2026, 9, 1), date(2027, 2, 28)])
async def test_on_any_day_careers_are_in_the_past(world: World, database_url: str, today: date) -> None:
    await Seeding(members=100, today=today).run(database_url, QUIET)
    latest = "SELECT max(greatest(started_on, ended_on)) FROM positions"
    assert await world.value(latest) <= today


async def test_nobody_knows_more_people_than_the_rules_allow(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.seeding.ties.MOST_TIES", 20)
    monkeypatch.setattr("server.seeding.ties.MOST_CONNECTIONS", 30)
    await Seeding(members=400).run(database_url, QUIET)
    assert await world.value("SELECT max(connection_count) FROM members") == 30
