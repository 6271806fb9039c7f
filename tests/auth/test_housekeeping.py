"""What is over goes, and nothing else."""

from datetime import timedelta

from auth.housekeeping import TRY_LOCK, housekeeping
from tests.world import World

MONTH = timedelta(days=30)
SESSION = """
INSERT INTO sessions (member_id, id, expires_at, access_until, revoked_at)
VALUES (1, $1, now() + $2::interval, now() + $3::interval, now() + $4::interval)
"""
KEY = """
INSERT INTO idempotency_keys (member_id, key, digest, created_at) VALUES (1, $1, '', now() + $2::interval)
"""
FUTURE, PAST = timedelta(days=1), timedelta(days=-1)


async def test_sessions_go_when_neither_token_is_good_any_more(world: World) -> None:
    await world.member("ada")
    kept = {1: (FUTURE, PAST, None), 2: (FUTURE, FUTURE, PAST), 3: (PAST, FUTURE, None)}
    gone = {4: (PAST, PAST, None), 5: (FUTURE, PAST, PAST)}
    for session_id, values in (kept | gone).items():
        await world.execute(SESSION, session_id, *values)
        await world.execute(
            "INSERT INTO refresh_tokens VALUES (1, $1::text::bytea, $2)", str(session_id), session_id
        )
    await housekeeping(world.deployment.pool, MONTH)
    assert await world.value("SELECT array_agg(id ORDER BY id) FROM sessions") == list(kept)
    assert await world.value("SELECT array_agg(session_id ORDER BY session_id) FROM refresh_tokens") == list(
        kept
    )


async def test_forgotten_guesses_and_old_keys_go(world: World) -> None:
    await world.member("ada")
    for subject, age in (("fresh", FUTURE), ("old", PAST)):
        await world.execute(
            "INSERT INTO sign_in_failures VALUES ($1, now() + $2::interval, now())", subject, age
        )
        await world.execute(KEY, subject, age)
    await housekeeping(world.deployment.pool, MONTH)
    assert await world.value("SELECT array_agg(subject) FROM sign_in_failures") == ["fresh"]
    assert await world.value("SELECT array_agg(key) FROM idempotency_keys") == ["fresh"]


async def test_all_accounts_whose_grace_is_over_are_erased(world: World) -> None:
    for number in range(103):
        await world.member(f"member-{number}")
    await world.execute("UPDATE members SET closed_at = now() - interval '31 days' WHERE id > 1")
    await world.execute("UPDATE members SET closed_at = now() - interval '29 days' WHERE id = 103")
    await housekeeping(world.deployment.pool, MONTH)
    assert await world.value("SELECT array_agg(id ORDER BY id) FROM members") == [1, 103]


async def test_one_process_at_a_time_does_it(world: World) -> None:
    await world.execute("INSERT INTO sign_in_failures VALUES ('old', now(), now())")
    async with world.connection() as connection, connection.transaction():
        await TRY_LOCK.rows(connection)
        await housekeeping(world.deployment.pool, MONTH)
        assert await world.value("SELECT count(*) FROM sign_in_failures") == 1
    await housekeeping(world.deployment.pool, MONTH)
    assert await world.value("SELECT count(*) FROM sign_in_failures") == 0
