"""Guesses that are counted and slowed down."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from auth.throttle import guess, subjects
from rules.accounts import LONGEST_BLOCK, PER_ACCOUNT, PER_ADDRESS, Guesses, block_after, too_many_attempts
from rules.refusals import Refused, UserErrorCode
from tests.races import until_waiting
from tests.world import World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class WrongError(Exception):
    """A guess was wrong."""


async def fail(world: World, address: str, email: str | None = None) -> None:
    """Guess wrong."""
    with suppress(WrongError):
        async with guess(world.deployment.pool, subjects(address, email)):
            raise WrongError


async def succeed(world: World, address: str, email: str | None = None) -> None:
    """Guess right."""
    async with guess(world.deployment.pool, subjects(address, email)):
        pass


def failures(count: int, start: datetime = NOW) -> Iterator[Guesses]:
    """What is remembered after each failure, one right after another."""
    guesses = Guesses(start, start)
    for _ in range(count):
        guesses = guesses.after_failure(PER_ACCOUNT, NOW)
        yield guesses


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [block_after(failures, free=5).total_seconds() for failures in range(17)]
    assert waits == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert block_after(10**9, free=5) == LONGEST_BLOCK


def test_failures_add_up() -> None:
    waits = [(guesses.blocked_until - NOW).total_seconds() for guesses in failures(8)]
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8]


def test_one_failure_is_forgotten_in_each_interval() -> None:
    *_, last = failures(8)
    later = NOW + 5 * PER_ACCOUNT.forgets_one_in
    assert last.after_failure(PER_ACCOUNT, later).blocked_until == later
    much_later = NOW + timedelta(days=400)
    unknown = Guesses(much_later, much_later)
    assert last.after_failure(PER_ACCOUNT, much_later) == unknown.after_failure(PER_ACCOUNT, much_later)


def test_the_wait_that_is_told_is_never_too_short() -> None:
    refusal = too_many_attempts(NOW + timedelta(seconds=1, microseconds=1), NOW)
    assert refusal.code is UserErrorCode.TOO_MANY_ATTEMPTS
    assert refusal.constraint == "retryAfter=PT2S"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::1", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ],
)
def test_an_ipv6_network_counts_as_one_address(one: str, other: str, same: bool) -> None:
    assert (subjects(one) == subjects(other)) is same


def test_an_unknown_address_counts_for_nothing() -> None:
    assert subjects("") == subjects("unix:") == []


def test_addresses_of_accounts_are_not_stored() -> None:
    assert "ada" not in subjects("", "ada@example.org")[0].key


async def test_one_address_that_tries_many_accounts_must_wait(world: World) -> None:
    for number in range(PER_ADDRESS.free):
        await fail(world, "192.0.2.1", f"{number}@example.org")
    with pytest.raises(Refused):
        await fail(world, "192.0.2.1", "one.more@example.org")
    await fail(world, "192.0.2.2", "one.more@example.org")


async def test_many_people_can_sign_in_from_one_address(world: World) -> None:
    for number in range(PER_ADDRESS.free + 10):
        await succeed(world, "192.0.2.1", f"{number}@example.org")


async def test_a_success_does_not_clear_the_guesses_of_its_address(world: World) -> None:
    for number in range(PER_ADDRESS.free):
        await fail(world, "192.0.2.1", f"{number}@example.org")
        if number < PER_ADDRESS.free - 1:
            await succeed(world, "192.0.2.1", "own@example.org")
    with pytest.raises(Refused):
        await succeed(world, "192.0.2.1", "own@example.org")


async def test_a_refused_guess_is_not_counted(world: World) -> None:
    for _ in range(PER_ACCOUNT.free):
        await fail(world, "192.0.2.1", "ada@example.org")
    stored = await world.value("SELECT array_agg(s ORDER BY subject)::text FROM sign_in_failures AS s")
    for _ in range(3):
        with pytest.raises(Refused):
            await fail(world, "192.0.2.1", "ada@example.org")
    assert stored == await world.value(
        "SELECT array_agg(s ORDER BY subject)::text FROM sign_in_failures AS s"
    )


async def test_guesses_that_queue_up_are_not_refused_for_it(world: World) -> None:
    await fail(world, "", "ada@example.org")
    async with world.connection() as connection, connection.transaction():
        await connection.execute("SELECT FROM sign_in_failures FOR UPDATE")
        queued = asyncio.create_task(fail(world, "", "ada@example.org"))
        await until_waiting(world, 1)
        await connection.execute("UPDATE sign_in_failures SET blocked_until = clock_timestamp()")
    await queued


async def test_the_wait_ends(world: World) -> None:
    for _ in range(PER_ACCOUNT.free):
        await fail(world, "", "ada@example.org")
    await world.execute("UPDATE sign_in_failures SET blocked_until = now()")
    await succeed(world, "", "ada@example.org")
    assert await world.value("SELECT count(*) FROM sign_in_failures") == 0
