"""Closing an account: gone at once, erased later."""

from datetime import UTC, datetime, timedelta

import pytest

from auth import closing
from auth.closing import erase
from executor.errors import CodedError
from loaders import members
from resolvers import accounts
from resolvers.accounts import CloseAccountPayload
from rules.accounts import PER_ACCOUNT
from rules.refusals import UserErrorCode
from tests.accounts.people import PASSWORD, asking_with, refresh_token_of, refusals, sign_in, sign_up
from tests.races import all_at_once
from tests.world import World

WRONG = [(UserErrorCode.INVALID_CREDENTIALS, ["password"])]
TABLES_OF_ADA = ("handles", "emails", "credentials", "sessions", "refresh_tokens", "adjacency", "connections")


async def close(world: World, member_id: int = 1, password: str = PASSWORD) -> CloseAccountPayload:
    """Close the account of this member."""
    return await accounts.close_account(world.context(member_id), password=password)


async def leave(world: World, member_id: int) -> datetime:
    """The same without a second try."""
    async with world.connection() as connection, connection.transaction():
        return await closing.close(connection, member_id)


async def network(world: World, member_id: int) -> tuple[int, int, list[int]]:
    """A member's connections, counted in the three places where they are kept."""
    rows = await world.value("SELECT count(*) FROM connections WHERE member_id = $1", member_id)
    count = await world.value("SELECT connection_count FROM members WHERE id = $1", member_id)
    neighbours = await world.value("SELECT ids FROM adjacency WHERE member_id = $1", member_id)
    return rows, count, neighbours or []


async def test_the_answer_tells_when_the_data_will_be_erased(world: World) -> None:
    await sign_up(world)
    payload = await close(world)
    assert payload.erased_at is not None
    expected = datetime.now(UTC) + world.deployment.policy.erasure_grace
    assert abs(payload.erased_at - expected) < timedelta(minutes=5)


async def test_a_closed_member_does_not_exist_for_anybody(world: World) -> None:
    await sign_up(world)
    await close(world)
    for ctx in (world.context(None), world.context(await world.member("bob")), world.context(1)):
        assert await members.load(ctx, 1) is None


async def test_the_networks_of_others_shrink(world: World) -> None:
    await sign_up(world)
    bob, eve = await world.member("bob"), await world.member("eve")
    for one, other in ((1, bob), (1, eve), (bob, eve)):
        await world.connect(one, other)
    await close(world)
    assert await network(world, 1) == (0, 0, [])
    assert await network(world, bob) == (1, 1, [eve])
    assert await network(world, eve) == (1, 1, [bob])


async def test_follows_in_both_directions_end(world: World) -> None:
    await sign_up(world)
    bob, eve = await world.member("bob"), await world.member("eve")
    for one, other in ((1, bob), (bob, 1), (bob, eve)):
        await world.execute("INSERT INTO follows (follower_id, followee_id) VALUES ($1, $2)", one, other)
    await close(world)
    assert await world.value("SELECT array_agg(follower_id) FROM follows") == [bob]


async def test_all_sessions_end_and_nobody_signs_in_again(world: World) -> None:
    here, there = await sign_up(world), await sign_in(world)
    await accounts.close_account(asking_with(world, here), password=PASSWORD)
    for dead in (here, there):
        with pytest.raises(CodedError):
            asking_with(world, dead)
    token = refresh_token_of(there)
    refreshed = await accounts.refresh_session(world.context(None), refresh_token=token)
    assert refusals(refreshed) == [(UserErrorCode.INVALID_CREDENTIALS, ["refresh_token"])]
    assert refusals(await sign_in(world)) == [(UserErrorCode.INVALID_CREDENTIALS, None)]


async def test_handle_and_address_stay_taken(world: World) -> None:
    await sign_up(world)
    await close(world)
    taken = [(UserErrorCode.TAKEN, ["email"]), (UserErrorCode.TAKEN, ["handle"])]
    assert refusals(await sign_up(world)) == taken


async def test_a_wrong_password_closes_nothing_and_counts_as_a_guess(world: World) -> None:
    await sign_up(world)
    for _ in range(PER_ACCOUNT.free):
        assert refusals(await close(world, password="a guess at it")) == WRONG
    assert refusals(await close(world)) == [(UserErrorCode.TOO_MANY_ATTEMPTS, None)]
    assert await members.load(world.context(1), 1)


async def test_closing_twice_at_once_closes_once(world: World) -> None:
    await sign_up(world)
    payloads = await all_at_once(world, "SELECT FROM credentials FOR UPDATE", close(world), close(world))
    assert sorted(map(refusals, payloads)) == [[], WRONG]


async def test_two_connected_members_close_at_once_without_a_deadlock(world: World) -> None:
    await sign_up(world, "ada")
    await sign_up(world, "bob")
    await world.connect(1, 2)
    both = leave(world, 1), leave(world, 2)
    await all_at_once(world, "SELECT FROM members FOR UPDATE", *both)
    assert await network(world, 1) == await network(world, 2) == (0, 0, [])


async def test_who_signs_in_while_the_account_closes_has_no_living_session(world: World) -> None:
    await sign_up(world)
    all_of_them = close(world), *(sign_in(world) for _ in range(3))
    await all_at_once(world, "SELECT FROM credentials FOR UPDATE", *all_of_them)
    assert await world.value("SELECT count(*) FROM sessions WHERE revoked_at IS NULL") == 0


async def test_an_account_is_erased_when_its_grace_is_over_and_not_before(world: World) -> None:
    await sign_up(world, "ada")
    await sign_up(world, "bob")
    await close(world, 1)
    async with world.connection() as connection:
        assert await erase(connection, timedelta(days=30)) == 0
        await world.execute("UPDATE members SET closed_at = now() - interval '31 days' WHERE id = 1")
        assert await erase(connection, timedelta(days=30)) == 1
    for table in TABLES_OF_ADA:
        assert await world.value(f"SELECT count(*) FROM {table} WHERE member_id = 1") == 0
    assert await world.value("SELECT array_agg(id) FROM members") == [2]
    assert not refusals(await sign_up(world, "ada"))
