"""Who hears of new followers, and what becomes of that when follows end."""

from typing import Final

import pytest

from rules import ids
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.notifications.inbox import handles, inbox, marks, texts, unread

KIND: Final = ["NEW_FOLLOWER"]


async def follows(follower: Person, followed: Person, **given: object) -> None:
    await follower.does("follow", "follow { id }", targetId=followed.id, **given)


async def unfollows(follower: Person, followed: Person) -> None:
    await follower.does("unfollow", "removedFollowId", targetId=followed.id)


async def test_by_default_nobody_hears_of_followers(ada: Person, ben: Person) -> None:
    await follows(ben, ada)
    assert (await inbox(ada), await ada.log()) == ([], [])
    assert await ben.log() == ["RELATIONSHIP_CHANGED"]


async def test_who_wants_to_hears_of_all_in_one(eager: Person, ben: Person, cleo: Person) -> None:
    await follows(ben, eager)
    assert texts(await inbox(eager)) == ["Ben T. follows you."]
    await follows(cleo, eager)
    [notification] = await inbox(eager)
    assert notification["text"] == "Cleo T. and Ben T. follow you."
    assert handles(notification) == ["cleo", "ben"]
    assert (await eager.log())[1:] == ["NOTIFICATION_CREATED"] * 2
    assert await unread(eager) == 1


async def test_who_follows_already_is_not_new(eager: Person, ben: Person) -> None:
    for _ in range(2):
        await follows(ben, eager)
        await ben.does("updateFollow", "follow { id }", targetId=eager.id, notify="ALL")
    assert len(await eager.log()) == 2


async def test_a_private_follow_is_not_told(eager: Person, ben: Person) -> None:
    await follows(ben, eager, isPrivate=True)
    assert (await inbox(eager), len(await eager.log())) == ([], 1)


async def test_a_muted_member_is_not_heard(eager: Person, ben: Person) -> None:
    await eager.does("muteMember", "relationship { id }", memberId=ben.id)
    await follows(ben, eager)
    assert await inbox(eager) == []


async def test_a_follow_that_comes_with_a_connection_or_a_request_is_not_told(
    eager: Person, ben: Person, cleo: Person
) -> None:
    await eager.answers(await ben.sends(eager), "accept")
    await cleo.answers(await eager.sends(cleo), "accept")
    assert await inbox(eager, KIND) == []


async def test_following_a_company_tells_nobody(eager: Person, ben: Person) -> None:
    made = "INSERT INTO companies (handle, name) VALUES ('acme', 'Acme') RETURNING id"
    acme = ids.encode("CO", await eager.world.value(made))
    for mutation, result in (("follow", "follow { id }"), ("unfollow", "removedFollowId")):
        await ben.does(mutation, result, targetId=acme)
    assert await inbox(eager) == []


async def ends(follower: Person, followed: Person, end: str) -> None:
    """End a follow, or make it one without a name."""
    match end:
        case "unfollow":
            await unfollows(follower, followed)
        case "remove":
            await followed.does("removeFollower", "removedFollowId", memberId=follower.id)
        case "hide":
            await follower.does("updateFollow", "follow { id }", targetId=followed.id, isPrivate=True)
        case "block":
            await followed.does("blockMember", "quota { id }", memberId=follower.id)
        case "being blocked":
            await follower.does("blockMember", "quota { id }", memberId=followed.id)


ENDS: Final = ("unfollow", "remove", "hide", "block", "being blocked")


@pytest.mark.parametrize("end", ENDS)
async def test_with_the_follow_its_follower_leaves_what_is_unread(
    eager: Person, ben: Person, newcomer: Newcomer, end: str
) -> None:
    others = [await newcomer(handle) for handle in ("eve", "kim")]
    for person in (others[0], ben, others[1]):
        await follows(person, eager)
    [before] = await inbox(eager)
    await ends(ben, eager, end)
    [left] = await inbox(eager)
    assert handles(left) == ["kim", "eve"]
    assert left["text"] == "Kim T. and Eve T. follow you."
    assert (left["id"], left["cursor"]) == (before["id"], before["cursor"])


@pytest.mark.parametrize("end", ENDS)
async def test_with_its_only_follow_it_vanishes(eager: Person, ben: Person, end: str) -> None:
    await follows(ben, eager)
    told = await eager.log()
    await ends(ben, eager, end)
    assert (await inbox(eager), await unread(eager)) == ([], 0)
    assert [entry for entry in (await eager.log())[len(told) :] if entry != "RELATIONSHIP_CHANGED"] == []


@pytest.mark.parametrize("end", ["unfollow", "remove", "hide"])
async def test_what_was_read_stays_and_is_about_nothing_more(eager: Person, ben: Person, end: str) -> None:
    """Also where the follow lives on without a name, so that the two can't be told apart."""
    await follows(ben, eager)
    [before] = await inbox(eager)
    await marks(eager, notificationIds=[before["id"]])
    await ends(ben, eager, end)
    [left] = await inbox(eager)
    assert (left["text"], left["subject"]) == ("Ben T. follows you.", None)


async def test_a_block_takes_back_what_was_read_for_good(eager: Person, ben: Person, cleo: Person) -> None:
    for person in (ben, cleo):
        await follows(person, eager)
    await marks(eager, notificationIds=[(await inbox(eager))[0]["id"]])
    for move in ("blockMember", "unblockMember"):
        await ben.does(move, "relationship { id }", memberId=eager.id)
    [left] = await inbox(eager)
    assert handles(left) == ["cleo"]


async def test_coming_back_is_new_again(eager: Person, ben: Person, cleo: Person) -> None:
    await follows(ben, eager)
    await follows(cleo, eager)
    await unfollows(ben, eager)
    await follows(ben, eager)
    [notification] = await inbox(eager)
    assert handles(notification) == ["ben", "cleo"]


async def test_others_notifications_stay(eager: Person, ben: Person, cleo: Person) -> None:
    await cleo.does(
        "updateNotificationPreferences",
        "settings { id }",
        preferences=[{"kind": "NEW_FOLLOWER", "enabled": True}],
    )
    await follows(ben, eager)
    await follows(ben, cleo)
    await unfollows(ben, eager)
    assert texts(await inbox(cleo)) == ["Ben T. follows you."]
