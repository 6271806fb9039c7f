"""What is over goes, and nothing else."""

import asyncio
from datetime import UTC, datetime, timedelta

from auth.housekeeping import housekeeping
from tests.world import World

NOW = datetime(2031, 7, 1, tzinfo=UTC)
MONTH, HOUR = timedelta(days=30), timedelta(hours=1)
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
    await clean(world)
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
    await clean(world)
    assert await world.value("SELECT array_agg(subject) FROM sign_in_failures") == ["fresh"]
    assert await world.value("SELECT array_agg(key) FROM idempotency_keys") == ["fresh"]


async def test_all_accounts_whose_grace_is_over_are_erased(world: World) -> None:
    for number in range(103):
        await world.member(f"member-{number}")
    await world.execute("UPDATE members SET closed_at = now() - interval '31 days' WHERE id > 1")
    await world.execute("UPDATE members SET closed_at = now() - interval '29 days' WHERE id = 103")
    await clean(world)
    assert await world.value("SELECT array_agg(id ORDER BY id) FROM members") == [1, 103]


async def test_what_two_do_at_once_is_done(world: World) -> None:
    await world.execute("INSERT INTO sign_in_failures VALUES ('old', now(), now())")
    await asyncio.gather(clean(world), clean(world))
    assert await world.value("SELECT count(*) FROM sign_in_failures") == 0


async def test_lifted_blocks_go_when_their_members_may_be_blocked_again(world: World) -> None:
    ada = await world.member("ada")
    for age in (timedelta(hours=48), timedelta(hours=47)):
        other = await world.member(f"other-{age.days}")
        await world.execute("INSERT INTO lifted_blocks VALUES ($1, $2, $3)", ada, other, NOW - age)
    await clean(world)
    assert await world.value("SELECT array_agg(lifted_at) FROM lifted_blocks") == [NOW - timedelta(hours=47)]


async def test_mutes_go_when_they_end(world: World) -> None:
    ada = await world.member("ada")
    for number, end in enumerate((NOW, NOW + HOUR, None)):
        other = await world.member(f"other-{number}")
        await world.execute("INSERT INTO mutes VALUES ($1, $2, $3, $4)", ada, other, NOW - MONTH, end)
    await clean(world)
    assert await world.value("SELECT array_agg(muted_until ORDER BY muted_id) FROM mutes") == [
        NOW + HOUR,
        None,
    ]


async def clean(world: World) -> None:
    await housekeeping(world.deployment.pool, world.deployment.policy, NOW)
