"""Signing in, and failing to."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from argon2 import PasswordHasher

from auth.accounts import Accounts
from auth.passwords import Passwords
from models.pool import open_pool
from rules.accounts import MAX_SESSIONS, PER_ACCOUNT
from rules.refusals import UserErrorCode
from tests.accounts.people import PASSWORD, Refusal, asking_with, refusals, sign_in, sign_up, viewer_of
from tests.world import World

WRONG: list[Refusal] = [(UserErrorCode.INVALID_CREDENTIALS, None)]
TOO_MANY: list[Refusal] = [(UserErrorCode.TOO_MANY_ATTEMPTS, None)]


class CountingHasher(PasswordHasher):
    """Counts what costs time."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, *args: Any) -> Any:
        self.verified += 1
        return super().verify(*args)


async def test_address_and_password_give_a_session(world: World) -> None:
    ada = viewer_of(await sign_up(world, "ada"))
    payload = await sign_in(world)
    assert asking_with(world, payload).member_id == ada.member_id
    assert viewer_of(payload).session_id != ada.session_id


@pytest.mark.parametrize(
    "email", ["nobody@example.org", "", "no address", "a\x00@example.org", "\ud800@b.org"]
)
async def test_an_unknown_address_is_answered_like_a_wrong_password(world: World, email: str) -> None:
    await sign_up(world, "ada")
    wrong = await sign_in(world, password="not the password")
    assert (await sign_in(world, email)).user_errors == wrong.user_errors
    assert refusals(wrong) == WRONG


async def test_an_unknown_address_takes_the_same_work_as_a_wrong_password(
    world: World, database_url: str
) -> None:
    await sign_up(world, "ada")
    await world.member("imported")
    await world.execute("INSERT INTO emails VALUES ('imported@example.org', 2)")
    await world.execute("INSERT INTO credentials VALUES (2, 'imported@example.org', NULL)")
    emails = ("ada@example.org", "nobody@example.org", "imported@example.org")
    work = [await work_of_a_failure(world, database_url, email) for email in emails]
    assert work[0] == work[1] == work[2]
    assert work[0][0] == 1


async def work_of_a_failure(world: World, database_url: str, email: str) -> tuple[int, list[str]]:
    """How many hashes were verified and which statements run; one connection must do for all of it."""
    hasher, statements = CountingHasher(), list[str]()
    passwords = Passwords(1, hasher)
    accounts = Accounts(
        world.deployment.accounts.tokens, passwords, world.deployment.accounts.session_lifetime
    )
    async with open_pool(database_url, size=1) as pool:
        async with pool.acquire() as connection:
            connection.add_query_logger(lambda query: statements.append(query.query))
        there = World(replace(world.deployment, pool=pool, accounts=accounts))
        assert refusals(await sign_in(there, email, "not the password", "192.0.2.1")) == WRONG
    passwords.close()
    return hasher.verified, statements


async def test_guesses_at_one_account_must_wait_after_a_few(world: World) -> None:
    await sign_up(world, "ada")
    for _ in range(PER_ACCOUNT.free):
        assert refusals(await sign_in(world, password="a guess")) == WRONG
    blocked = await sign_in(world)
    assert refusals(blocked) == TOO_MANY
    assert getattr(blocked.user_errors[0], "constraint", None) == "retryAfter=PT1S"


async def test_guesses_at_once_are_no_way_around_the_wait(world: World) -> None:
    await sign_up(world, "ada")
    payloads = await asyncio.gather(*(sign_in(world, password="a guess") for _ in range(20)))
    assert [refusals(payload) for payload in payloads].count(WRONG) == PER_ACCOUNT.free


async def test_an_account_that_does_not_exist_is_slowed_down_the_same(world: World) -> None:
    for _ in range(PER_ACCOUNT.free):
        assert refusals(await sign_in(world, "nobody@example.org")) == WRONG
    assert refusals(await sign_in(world, "Nobody@example.org")) == TOO_MANY


async def test_a_success_clears_the_guesses_at_the_account(world: World) -> None:
    await sign_up(world, "ada")
    for _ in range(3):
        for _ in range(PER_ACCOUNT.free - 1):
            assert refusals(await sign_in(world, password="a guess")) == WRONG
        assert not refusals(await sign_in(world))


async def test_a_hash_of_other_parameters_is_renewed(world: World) -> None:
    await sign_up(world, "ada")
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    await world.execute("UPDATE credentials SET password_hash = $1", old)
    assert not refusals(await sign_in(world))
    assert "m=8,t=1" in await world.value("SELECT password_hash FROM credentials")
    assert not refusals(await sign_in(world))


async def test_a_password_is_known_however_its_letters_are_composed(world: World) -> None:
    await sign_up(world, "ada", password="geh\u00f6ren \u212bngstr\u00f6m")
    assert not refusals(await sign_in(world, password="geho\u0308ren A\u030angstro\u0308m"))


async def test_the_session_used_least_recently_ends_when_there_are_too_many(world: World) -> None:
    first = await sign_up(world, "ada")
    await world.execute(
        "INSERT INTO sessions (member_id, expires_at, access_until)"
        " SELECT 1, now() + interval '1 day', now() FROM generate_series(2, $1)",
        MAX_SESSIONS,
    )
    await sign_in(world)
    assert await world.value("SELECT count(*) FROM sessions WHERE revoked_at IS NULL") == MAX_SESSIONS
    assert viewer_of(first).session_id in world.deployment.accounts.revocations
