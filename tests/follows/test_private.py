"""Private follows: counted, and never named to anybody but their follower."""

from datetime import UTC, datetime

import pytest

from rules.ids import decode, encode
from tests.clients import Api, Json
from tests.follows.scenes import (
    FOLLOW,
    FOLLOWERS,
    FOLLOWING,
    NODE,
    REMOVE_FOLLOWER,
    UPDATE_FOLLOW,
    ask,
    blocked,
    company,
    done,
    followed,
    followed_company,
    log,
    member_id,
    names,
    opened,
    targets,
)
from tests.world import World

ADA, BOB, EVE = 1, 2, 3
PAST = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def cast(world: World) -> None:
    """Bob follows Ada in private, Eve openly; everybody may see all lists."""
    for handle in ("ada", "bob", "eve"):
        await opened(world, await world.member(handle), followers="PUBLIC", following="PUBLIC")
    await followed(world, EVE, ADA)
    await followed(world, BOB, ADA, is_private=True)


async def followers(api: Api, viewer: int | None) -> Json:
    return (await ask(api, FOLLOWERS, viewer, handle="ada"))["member"]


async def unnamed(api: Api) -> Json:
    [row] = [row for row in (await followers(api, ADA))["followers"]["nodes"] if row["member"] is None]
    return row


async def test_the_owner_sees_a_row_without_a_name(api: Api) -> None:
    member = await followers(api, ADA)
    assert names(member["followers"]) == [None, "eve"]
    assert member["followerCount"] == member["followers"]["totalCount"] == 2
    row = await unnamed(api)
    assert row["isPrivate"]
    assert (row["origin"], row["notify"], row["isFavorite"]) == (None, None, None)
    assert row["target"]["handle"] == "ada"


async def test_to_others_it_counts_and_is_not_there(api: Api) -> None:
    for viewer in (BOB, EVE, None):
        member = await followers(api, viewer)
        assert (member["followerCount"], names(member["followers"])) == (2, ["eve"])
        assert member["followers"]["totalCount"] == 1


@pytest.mark.parametrize("viewer", [ADA, EVE, None])
async def test_it_is_not_in_what_its_follower_shows_to_follow(api: Api, viewer: int | None) -> None:
    page = (await ask(api, FOLLOWING, viewer, handle="bob"))["member"]["following"]
    assert (page["nodes"], page["totalCount"]) == ([], 0)


async def test_its_follower_sees_it_as_their_own(api: Api) -> None:
    [row] = (await ask(api, FOLLOWING, BOB, handle="bob"))["member"]["following"]["nodes"]
    assert (row["member"]["handle"], row["isPrivate"], row["id"]) == ("bob", True, encode("F", BOB, ADA))
    assert (await ask(api, NODE, BOB, id=row["id"]))["node"] == row


async def test_the_id_does_not_name_the_follower(api: Api) -> None:
    row = await unnamed(api)
    kind, (followee, *hidden) = decode(row["id"]) or ("", (0,))
    assert (kind, followee, len(hidden)) == ("FP", ADA, 5)
    assert min(hidden) > 1_000
    edges = (await followers(api, ADA))["followers"]["edges"]
    assert edges[0]["node"]["id"] == row["id"]


async def test_the_id_stays_the_same_and_refetches_the_row_for_the_owner_alone(
    api: Api, world: World
) -> None:
    row = await unnamed(api)
    assert await unnamed(api) == row
    assert (await ask(api, NODE, ADA, id=row["id"]))["node"] == row
    for viewer in (BOB, EVE, None):
        assert (await ask(api, NODE, viewer, id=row["id"]))["node"] is None


async def test_the_id_belongs_to_one_owner(api: Api, world: World) -> None:
    await followed(world, BOB, EVE, is_private=True)
    id = (await unnamed(api))["id"]
    _, numbers = decode(id) or ("", ())
    transplanted = encode("FP", EVE, *numbers[1:])
    assert (await ask(api, NODE, EVE, id=transplanted))["node"] is None
    [row] = (await ask(api, FOLLOWERS, EVE, handle="eve"))["member"]["followers"]["nodes"]
    assert row["id"] not in (id, transplanted)


async def test_a_made_up_id_is_of_nobody(api: Api) -> None:
    for id in (encode("FP", ADA, 1, 2, 3, 4, 5), encode("FP", ADA, 2**62, 2, 3, 4, 5), encode("FP", ADA)):
        assert (await ask(api, NODE, ADA, id=id))["node"] is None


@pytest.mark.parametrize("viewer", [ADA, EVE, None])
async def test_the_named_id_is_of_nobody_for_all_but_the_follower(api: Api, viewer: int | None) -> None:
    assert (await ask(api, NODE, viewer, id=encode("F", BOB, ADA)))["node"] is None


async def test_an_open_follow_has_no_unnamed_id(api: Api, world: World) -> None:
    id = (await unnamed(api))["id"]
    await world.execute("UPDATE follows SET is_private = false")
    assert (await ask(api, NODE, ADA, id=id))["node"] is None


async def test_removing_a_follower_does_not_tell_that_they_followed_in_private(
    api: Api, world: World
) -> None:
    payload = await done(api, REMOVE_FOLLOWER, ADA, memberId=member_id(BOB))
    assert payload == {"removedFollowId": None, "userErrors": []}
    assert (await followers(api, ADA))["followerCount"] == 2
    assert await log(world, ADA) == []


async def test_who_blocks_a_private_follower_of_another_learns_nothing_from_the_count(
    api: Api, world: World
) -> None:
    before = await followers(api, EVE)
    await blocked(world, EVE, BOB)
    assert await followers(api, EVE) == before
    await world.execute("UPDATE members SET who_can_follow = 'CONNECTIONS' WHERE id = $1", ADA)
    await world.connect(ADA, BOB)
    assert (await followers(api, EVE))["followerCount"] == 1


async def test_a_follow_that_turns_private_does_not_keep_the_date_that_would_name_it(
    api: Api, world: World
) -> None:
    await followed(world, ADA, EVE, followed_at=PAST)
    turned = (await done(api, UPDATE_FOLLOW, ADA, targetId=member_id(EVE), isPrivate=True))["follow"]
    assert turned["createdAt"] > "2026"
    again = (await done(api, UPDATE_FOLLOW, ADA, targetId=member_id(EVE), isPrivate=True))["follow"]
    assert again["createdAt"] == turned["createdAt"]
    opened_again = (await done(api, UPDATE_FOLLOW, ADA, targetId=member_id(EVE), isPrivate=False))["follow"]
    assert opened_again == turned | {"isPrivate": False}


async def test_a_company_followed_in_private_is_shown_to_the_follower_alone(api: Api, world: World) -> None:
    acme = await company(world, "acme")
    await followed_company(world, EVE, acme, is_private=True)
    seen = {
        viewer: targets((await ask(api, FOLLOWING, viewer, handle="eve"))["member"]["following"])
        for viewer in (EVE, ADA, None)
    }
    assert seen == {EVE: ["acme", "ada"], ADA: ["ada"], None: ["ada"]}
    id = encode("CF", EVE, acme)
    assert (await ask(api, NODE, EVE, id=id))["node"]["isPrivate"]
    assert (await ask(api, NODE, ADA, id=id))["node"] is None
    assert await world.value("SELECT follower_count FROM companies") == 1


async def test_a_follow_can_be_private_from_the_start(api: Api, world: World) -> None:
    payload = await done(api, FOLLOW, BOB, targetId=member_id(EVE), isPrivate=True)
    assert payload["follow"]["isPrivate"]
    page = (await ask(api, FOLLOWERS, EVE, handle="eve"))["member"]["followers"]
    assert names(page) == [None]
