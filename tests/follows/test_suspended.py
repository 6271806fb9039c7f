"""Follows from outside while only connections may follow: they rest, and come back."""

import pytest

from rules.ids import encode
from tests.clients import Api, Json
from tests.follows.scenes import (
    FOLLOW,
    FOLLOWERS,
    FOLLOWING,
    NODE,
    UNFOLLOW,
    VIEWER_FOLLOW,
    ask,
    done,
    followed,
    member_id,
    names,
    only_connections_follow,
    opened,
    targets,
)
from tests.world import World

ADA, BOB, EVE, KIM = 1, 2, 3, 4
UPDATE_PRIVACY = """
    mutation($input: UpdatePrivacyInput!) {
      updatePrivacy(input: $input) { settings { whoCanFollow } userErrors { code } }
    }
"""


@pytest.fixture(autouse=True)
async def cast(world: World) -> None:
    """Bob, a connection, and Eve, an outsider, follow Ada; everybody may see all lists."""
    for handle in ("ada", "bob", "eve", "kim"):
        await opened(world, await world.member(handle), followers="PUBLIC", following="PUBLIC")
    await world.connect(ADA, BOB)
    await followed(world, BOB, ADA)
    await followed(world, EVE, ADA)


async def followers(api: Api, viewer: int | None) -> Json:
    return (await ask(api, FOLLOWERS, viewer, handle="ada"))["member"]


async def following_of_eve(api: Api, viewer: int | None) -> Json:
    return (await ask(api, FOLLOWING, viewer, handle="eve"))["member"]["following"]


@pytest.mark.parametrize("viewer", [ADA, BOB, EVE, KIM, None])
async def test_a_suspended_follow_is_neither_listed_nor_counted_and_comes_back(
    api: Api, viewer: int | None
) -> None:
    before = await followers(api, viewer)
    assert (names(before["followers"]), before["followerCount"]) == (["eve", "bob"], 2)
    await done(api, UPDATE_PRIVACY, ADA, whoCanFollow="CONNECTIONS")
    suspended = await followers(api, viewer)
    assert names(suspended["followers"]) == ["bob"]
    assert suspended["followerCount"] == suspended["followers"]["totalCount"] == 1
    await done(api, UPDATE_PRIVACY, ADA, whoCanFollow="ANYONE")
    assert await followers(api, viewer) == before


async def test_its_follower_still_has_it(api: Api, world: World) -> None:
    await only_connections_follow(world, ADA)
    page = await following_of_eve(api, EVE)
    assert (targets(page), page["totalCount"]) == (["ada"], 1)
    follow = (await ask(api, VIEWER_FOLLOW, EVE, handle="ada"))["member"]["viewerFollow"]
    assert follow["id"] == encode("F", EVE, ADA)
    assert (await ask(api, NODE, EVE, id=follow["id"]))["node"] == follow


@pytest.mark.parametrize("viewer", [ADA, BOB, KIM, None])
async def test_nobody_else_sees_it_anywhere(api: Api, world: World, viewer: int | None) -> None:
    id = encode("F", EVE, ADA)
    assert (await ask(api, NODE, viewer, id=id))["node"]
    await only_connections_follow(world, ADA)
    page = await following_of_eve(api, viewer)
    assert (page["nodes"], page["totalCount"]) == ([], 0)
    assert (await ask(api, NODE, viewer, id=id))["node"] is None


async def test_a_suspended_private_follow_has_no_row_either(api: Api, world: World) -> None:
    await world.execute("UPDATE follows SET is_private = true")
    rows = (await followers(api, ADA))["followers"]["nodes"]
    assert len(rows) == 2
    await only_connections_follow(world, ADA)
    [left] = (await followers(api, ADA))["followers"]["nodes"]
    [gone] = [row["id"] for row in rows if row["id"] != left["id"]]
    assert (await ask(api, NODE, ADA, id=gone))["node"] is None


async def test_it_opens_nothing_that_is_for_followers(api: Api, world: World) -> None:
    await opened(world, ADA, summary="FOLLOWERS")
    await world.execute("UPDATE members SET summary = 'About me' WHERE id = $1", ADA)
    document = 'query { member(handle: "ada") { summary } }'
    assert await ask(api, document, EVE) == {"member": {"summary": "About me"}}
    await only_connections_follow(world, ADA)
    assert await ask(api, document, EVE) == {"member": {"summary": None}}


async def test_it_can_be_ended_and_then_not_made_anew(api: Api, world: World) -> None:
    await only_connections_follow(world, ADA)
    [error] = (await done(api, FOLLOW, EVE, targetId=member_id(ADA)))["userErrors"]
    assert error["reason"] == "RECIPIENT_DOES_NOT_ACCEPT"
    assert (await done(api, UNFOLLOW, EVE, targetId=member_id(ADA)))["removedFollowId"]
    await only_connections_follow(world, ADA, "ANYONE")
    assert names((await followers(api, ADA))["followers"]) == ["bob"]


async def test_connecting_brings_it_back(api: Api, world: World) -> None:
    await only_connections_follow(world, ADA)
    await world.connect(ADA, EVE)
    assert names((await followers(api, KIM))["followers"]) == ["eve", "bob"]
