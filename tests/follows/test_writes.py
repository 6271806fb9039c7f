"""What connecting, parting and blocking do to follows, and what keeps the counts."""

from datetime import UTC, datetime

import asyncpg
import pytest

from models.database import Statement
from models.follows import END_ALL, END_CONNECTED, FOLLOW, FOLLOW_EACH_OTHER, FollowedRow
from tests.follows.scenes import blocked, followed
from tests.world import World

NOW = datetime(2026, 1, 1, tzinfo=UTC)
Follows = dict[tuple[int, int], str]


@pytest.fixture
async def two(world: World) -> tuple[int, int]:
    return await world.member("ada"), await world.member("bob")


async def run(world: World, statement: Statement[FollowedRow], **values: object) -> set[tuple[int, int]]:
    async with world.connection() as connection:
        rows = await statement.rows(connection, **values)
    return {(row.follower_id, row.followee_id) for row in rows}


async def all_follows(world: World) -> Follows:
    async with world.connection() as connection:
        rows = await connection.fetch("SELECT follower_id, followee_id, origin FROM follows")
    return {(row["follower_id"], row["followee_id"]): row["origin"] for row in rows}


async def counts(world: World, *members: int) -> list[int]:
    return [await world.value("SELECT follower_count FROM members WHERE id = $1", each) for each in members]


async def follow(world: World, follower: int, followee: int, notify: str = "ALL") -> set[tuple[int, int]]:
    terms = {"origin": "MANUAL", "notify": notify, "is_private": False, "now": NOW}
    return await run(world, FOLLOW, follower_id=follower, followee_id=followee, **terms)


async def test_a_follow_is_made_once(world: World, two: tuple[int, int]) -> None:
    ada, bob = two
    assert await follow(world, ada, bob) == {(ada, bob)}
    assert await follow(world, ada, bob, notify="NONE") == set()
    assert await world.value("SELECT (notify, followed_at) FROM follows") == ("ALL", NOW)
    assert await counts(world, ada, bob) == [0, 1]


@pytest.mark.parametrize(("ada_follows", "bob_follows"), [(True, True), (True, False), (False, False)])
async def test_connecting_makes_the_directions_wanted(
    world: World, two: tuple[int, int], ada_follows: bool, bob_follows: bool
) -> None:
    ada, bob = two
    wanted = {"one_follows": ada_follows, "other_follows": bob_follows, "now": NOW}
    made = await run(world, FOLLOW_EACH_OTHER, one=ada, other=bob, **wanted)
    directions = {(ada, bob): ada_follows, (bob, ada): bob_follows}
    assert made == {direction for direction, is_wanted in directions.items() if is_wanted}
    assert await all_follows(world) == dict.fromkeys(made, "CONNECTED")


async def test_connecting_leaves_a_follow_made_by_hand_as_it_is(world: World, two: tuple[int, int]) -> None:
    ada, bob = two
    await followed(world, ada, bob, is_private=True)
    both = {"one_follows": True, "other_follows": True, "now": NOW}
    assert await run(world, FOLLOW_EACH_OTHER, one=ada, other=bob, **both) == {(bob, ada)}
    assert await all_follows(world) == {(ada, bob): "MANUAL", (bob, ada): "CONNECTED"}
    assert await world.value("SELECT is_private FROM follows WHERE follower_id = $1", ada)


async def test_parting_ends_what_connecting_made_and_nothing_else(world: World, two: tuple[int, int]) -> None:
    ada, bob = two
    await followed(world, ada, bob, origin="CONNECTED")
    await followed(world, bob, ada, origin="MANUAL")
    assert await run(world, END_CONNECTED, one=ada, others=[bob], keeper=None) == {(ada, bob)}
    assert await all_follows(world) == {(bob, ada): "MANUAL"}
    assert await counts(world, ada, bob) == [1, 0]


async def test_who_keeps_following_does_so_by_hand(world: World, two: tuple[int, int]) -> None:
    ada, bob = two
    await followed(world, ada, bob, origin="CONNECTED")
    await followed(world, bob, ada, origin="CONNECTED")
    assert await run(world, END_CONNECTED, one=ada, others=[bob], keeper=ada) == {(bob, ada)}
    assert await all_follows(world) == {(ada, bob): "MANUAL"}


async def test_a_block_ends_both_directions_of_any_origin(world: World, two: tuple[int, int]) -> None:
    ada, bob = two
    eve = await world.member("eve")
    await followed(world, ada, bob, origin="CONNECTED")
    await followed(world, bob, ada)
    await followed(world, eve, ada)
    assert await run(world, END_ALL, one=bob, other=ada) == {(ada, bob), (bob, ada)}
    assert await all_follows(world) == {(eve, ada): "MANUAL"}
    assert await counts(world, ada, bob) == [1, 0]


async def test_no_follow_is_made_across_a_block(world: World, two: tuple[int, int]) -> None:
    ada, bob = two
    await blocked(world, bob, ada)
    with pytest.raises(asyncpg.CheckViolationError, match="no link across a block"):
        await follow(world, ada, bob)
