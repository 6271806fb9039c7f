"""Following, changing a follow and ending it, as clients do it."""

import asyncio

import pytest

from rules.ids import encode
from tests.clients import Api, Json
from tests.follows.scenes import (
    FOLLOW,
    REMOVE_FOLLOWER,
    UNFOLLOW,
    UPDATE_FOLLOW,
    VIEWER_FOLLOW,
    ask,
    blocked,
    company,
    done,
    followed,
    followed_company,
    log,
    member_id,
    only_connections_follow,
)
from tests.world import World


@pytest.fixture
async def ada(world: World) -> int:
    return await world.member("ada")


@pytest.fixture
async def bob(world: World, ada: int) -> int:
    return await world.member("bob")


async def test_a_follow_says_who_follows_whom_and_how(api: Api, ada: int, bob: int) -> None:
    payload = await done(api, FOLLOW, ada, targetId=member_id(bob), notify="ALL")
    assert payload["userErrors"] == []
    assert payload["follow"].pop("createdAt")
    assert payload["follow"] == {
        "id": encode("F", ada, bob),
        "member": {"handle": "ada"},
        "target": {"__typename": "Member", "handle": "bob"},
        "origin": "MANUAL",
        "notify": "ALL",
        "isFavorite": False,
        "isPrivate": False,
    }


async def test_a_company_is_followed_alike(api: Api, world: World, ada: int) -> None:
    acme = await company(world, "acme")
    payload = await done(api, FOLLOW, ada, targetId=encode("CO", acme))
    follow = payload["follow"]
    assert follow["id"] == encode("CF", ada, acme)
    assert follow["target"] == {"__typename": "Company", "handle": "acme"}
    assert (follow["origin"], follow["notify"]) == ("MANUAL", "HIGHLIGHTS")
    assert await world.value("SELECT follower_count FROM companies") == 1


async def test_doing_it_twice_changes_nothing(api: Api, world: World, ada: int, bob: int) -> None:
    first = await done(api, FOLLOW, ada, targetId=member_id(bob))
    again = await done(api, FOLLOW, ada, targetId=member_id(bob), notify="NONE", isPrivate=True)
    assert again == first
    assert len(await log(world, ada)) == 1


async def test_only_the_followers_own_devices_hear_of_it(api: Api, world: World, ada: int, bob: int) -> None:
    changed = f"RELATIONSHIP_CHANGED {encode('REL', ada, bob)}"
    await done(api, FOLLOW, ada, targetId=member_id(bob))
    await done(api, UPDATE_FOLLOW, ada, targetId=member_id(bob), notify="NONE")
    await done(api, UNFOLLOW, ada, targetId=member_id(bob))
    assert await log(world, ada) == [changed] * 3
    assert await log(world, bob) == []
    assert await world.value("SELECT count(*) FROM notifications") == 0


async def test_following_a_company_is_no_event_of_a_relationship(api: Api, world: World, ada: int) -> None:
    acme = encode("CO", await company(world, "acme"))
    await done(api, FOLLOW, ada, targetId=acme)
    await done(api, UNFOLLOW, ada, targetId=acme)
    assert await log(world, ada) == []


async def test_nobody_follows_themselves(api: Api, ada: int) -> None:
    [error] = (await done(api, FOLLOW, ada, targetId=member_id(ada)))["userErrors"]
    assert (error["__typename"], error["reason"]) == ("NotPermittedError", "SELF")


async def test_outsiders_do_not_follow_who_lets_only_connections(
    api: Api, world: World, ada: int, bob: int
) -> None:
    await only_connections_follow(world, bob)
    payload = await done(api, FOLLOW, ada, targetId=member_id(bob))
    assert [error["reason"] for error in payload["userErrors"]] == ["RECIPIENT_DOES_NOT_ACCEPT"]
    assert await log(world, ada) == []
    await world.connect(ada, bob)
    assert (await done(api, FOLLOW, ada, targetId=member_id(bob)))["follow"]


DOCUMENTS = [
    (FOLLOW, "targetId"),
    (UPDATE_FOLLOW, "targetId"),
    (UNFOLLOW, "targetId"),
    (REMOVE_FOLLOWER, "memberId"),
]


@pytest.mark.parametrize(("document", "field"), DOCUMENTS)
async def test_hidden_and_missing_are_the_same_answer(
    api: Api, world: World, ada: int, bob: int, document: str, field: str
) -> None:
    blocker, closed = await world.member("blocker"), await world.member("closed", {"closed_at": None})
    await blocked(world, blocker, ada)
    await blocked(world, ada, bob)
    await world.execute("UPDATE members SET closed_at = now() WHERE id = $1", closed)
    ids = [*map(member_id, (blocker, bob, closed, 999)), encode("CO", 999), encode("F", 1, 2), "", "x"]
    for id in ids:
        [error] = (await done(api, document, ada, **{field: id}))["userErrors"]
        assert error == {
            "__typename": "NotFoundError", "code": "NOT_FOUND", "field": [field], "missingId": id,
        }  # fmt: skip


async def test_a_company_is_no_follower(api: Api, world: World, ada: int) -> None:
    acme = encode("CO", await company(world, "acme"))
    [error] = (await done(api, REMOVE_FOLLOWER, ada, memberId=acme))["userErrors"]
    assert error["code"] == "NOT_FOUND"


async def test_what_is_absent_or_null_stays(api: Api, ada: int, bob: int) -> None:
    first = (await done(api, FOLLOW, ada, targetId=member_id(bob), notify="NONE"))["follow"]
    payload = await done(api, UPDATE_FOLLOW, ada, targetId=member_id(bob), isFavorite=True, notify=None)
    assert payload["follow"] == first | {"isFavorite": True}


async def test_a_company_follow_changes_alike(api: Api, world: World, ada: int) -> None:
    acme = encode("CO", await company(world, "acme"))
    first = (await done(api, FOLLOW, ada, targetId=acme))["follow"]
    payload = await done(api, UPDATE_FOLLOW, ada, targetId=acme, notify="ALL", isFavorite=True)
    assert payload["follow"] == first | {"notify": "ALL", "isFavorite": True}


async def test_who_does_not_follow_has_nothing_to_change(api: Api, ada: int, bob: int) -> None:
    [error] = (await done(api, UPDATE_FOLLOW, ada, targetId=member_id(bob), notify="ALL"))["userErrors"]
    assert (error["code"], error["missingId"]) == ("NOT_FOUND", member_id(bob))


async def test_unfollowing_says_what_ended(api: Api, world: World, ada: int, bob: int) -> None:
    await followed(world, ada, bob)
    payload = await done(api, UNFOLLOW, ada, targetId=member_id(bob))
    assert payload["removedFollowId"] == encode("F", ada, bob)
    assert payload["target"] == {
        "__typename": "Member", "id": member_id(bob), "handle": "bob", "followerCount": 0,
        "viewerFollow": None,
    }  # fmt: skip


async def test_unfollowing_a_company_says_what_ended(api: Api, world: World, ada: int) -> None:
    acme = await company(world, "acme")
    await followed_company(world, ada, acme)
    payload = await done(api, UNFOLLOW, ada, targetId=encode("CO", acme))
    assert payload["removedFollowId"] == encode("CF", ada, acme)
    assert payload["target"]["followerCount"] == 0


async def test_unfollowing_again_changes_nothing(api: Api, world: World, ada: int, bob: int) -> None:
    payload = await done(api, UNFOLLOW, ada, targetId=member_id(bob))
    assert (payload["target"]["handle"], payload["removedFollowId"]) == ("bob", None)
    assert await log(world, ada) == []


async def test_connections_unfollow_and_stay_connected(api: Api, world: World, ada: int, bob: int) -> None:
    await world.connect(ada, bob)
    await followed(world, ada, bob, origin="CONNECTED")
    assert (await done(api, UNFOLLOW, ada, targetId=member_id(bob)))["removedFollowId"]
    assert await world.value("SELECT count(*) FROM connections") == 2


async def test_a_removed_follower_is_not_told_and_looks_like_one_who_left(
    api: Api, world: World, ada: int, bob: int
) -> None:
    await followed(world, ada, bob)
    payload = await done(api, REMOVE_FOLLOWER, bob, memberId=member_id(ada))
    assert payload == {"removedFollowId": encode("F", ada, bob), "userErrors": []}
    assert await log(world, ada) == []
    assert await log(world, bob) == [f"RELATIONSHIP_CHANGED {encode('REL', bob, ada)}"]
    member = (await ask(api, VIEWER_FOLLOW, ada, handle="bob"))["member"]
    assert member == {"followerCount": 0, "viewerFollow": None}


async def test_who_was_removed_gets_the_answers_of_one_who_left(
    api: Api, world: World, ada: int, bob: int
) -> None:
    eve = await world.member("eve")
    await followed(world, ada, bob)
    await followed(world, ada, eve)
    await done(api, REMOVE_FOLLOWER, bob, memberId=member_id(ada))
    await done(api, UNFOLLOW, ada, targetId=member_id(eve))
    for document in (UPDATE_FOLLOW, UNFOLLOW, FOLLOW):
        answers = [await done(api, document, ada, targetId=member_id(other)) for other in (bob, eve)]
        assert _shape(answers[0], "bob", bob) == _shape(answers[1], "eve", eve)


def _shape(answer: Json, handle: str, other: int) -> str:
    text = str({**answer, "follow": (answer.get("follow") or {}) | {"createdAt": None, "id": None}})
    return text.replace(handle, "HANDLE").replace(member_id(other), "ID")


async def test_removing_who_does_not_follow_changes_nothing(
    api: Api, world: World, ada: int, bob: int
) -> None:
    assert await done(api, REMOVE_FOLLOWER, bob, memberId=member_id(ada)) == {
        "removedFollowId": None,
        "userErrors": [],
    }
    assert await log(world, bob) == []


async def test_eight_follows_at_once_are_one(api: Api, world: World, ada: int, bob: int) -> None:
    payloads = await asyncio.gather(*(done(api, FOLLOW, ada, targetId=member_id(bob)) for _ in range(8)))
    assert [payload["userErrors"] for payload in payloads] == [[]] * 8
    assert await world.value("SELECT follower_count FROM members WHERE id = $1", bob) == 1
    assert len(await log(world, ada)) == 1


async def test_members_who_follow_each_other_at_once_do_not_wait_in_a_circle(
    api: Api, world: World, ada: int, bob: int
) -> None:
    for _ in range(20):
        await asyncio.gather(
            done(api, FOLLOW, ada, targetId=member_id(bob)),
            done(api, FOLLOW, bob, targetId=member_id(ada)),
            done(api, UNFOLLOW, ada, targetId=member_id(bob)),
            done(api, REMOVE_FOLLOWER, bob, memberId=member_id(ada)),
        )
    counted = (
        "SELECT bool_and(follower_count = (SELECT count(*) FROM follows WHERE followee_id = id)) FROM members"
    )
    assert await world.value(counted)


@pytest.mark.parametrize(("document", "field"), DOCUMENTS)
async def test_following_needs_its_scope(api: Api, ada: int, bob: int, document: str, field: str) -> None:
    text = document.replace("...Told", "id")
    input = {"input": {field: member_id(bob)}}
    reading = frozenset({"NETWORK_READ"})
    assert (await api.ask(text, input, member=ada, scopes=reading)).codes == ["MISSING_SCOPE"]
    assert (await api.ask(text, input)).codes == ["UNAUTHENTICATED"]


async def test_a_token_that_may_only_write_is_not_shown_the_follow(
    api: Api, world: World, ada: int, bob: int
) -> None:
    writing = frozenset({"NETWORK_WRITE"})
    document = FOLLOW.replace("...Told", "id")
    answer = await api.ask(document, {"input": {"targetId": member_id(bob)}}, member=ada, scopes=writing)
    assert answer.data["follow"] == {"follow": None, "userErrors": []}
    assert await world.value("SELECT count(*) FROM follows") == 1


STANDING = "relationship { status isFollowedBy following { id } canFollow { allowed reason } }"
WITH_STANDING = {
    "follow": "mutation($input: FollowInput!) { follow(input: $input) { %s } }",
    "unfollow": "mutation($input: UnfollowInput!) { unfollow(input: $input) { %s } }",
    "removeFollower": "mutation($input: RemoveFollowerInput!) { removeFollower(input: $input) { %s } }",
}


async def stands(api: Api, name: str, member: int, **input: Json) -> Json:
    return (await done(api, WITH_STANDING[name] % STANDING, member, **input))["relationship"]


async def test_each_answer_says_where_the_two_stand_now(api: Api, world: World, ada: int, bob: int) -> None:
    await followed(world, bob, ada)
    now = {"status": "NONE", "isFollowedBy": True, "canFollow": {"allowed": True, "reason": None}}
    own = {"following": {"id": encode("F", ada, bob)}}
    assert await stands(api, "follow", ada, targetId=member_id(bob)) == now | own
    gone = {"isFollowedBy": False}
    assert await stands(api, "removeFollower", ada, memberId=member_id(bob)) == now | own | gone
    await only_connections_follow(world, bob)
    no_more = {"canFollow": {"allowed": False, "reason": "RECIPIENT_DOES_NOT_ACCEPT"}, "following": None}
    assert await stands(api, "unfollow", ada, targetId=member_id(bob)) == now | gone | no_more


async def test_there_is_no_relationship_with_a_company(api: Api, world: World, ada: int) -> None:
    acme = encode("CO", await company(world, "acme"))
    for name in ("follow", "unfollow"):
        assert await stands(api, name, ada, targetId=acme) is None


async def test_a_private_follower_is_none_in_the_relationship(
    api: Api, world: World, ada: int, bob: int
) -> None:
    await followed(world, bob, ada, is_private=True)
    assert not (await stands(api, "follow", ada, targetId=member_id(bob)))["isFollowedBy"]
