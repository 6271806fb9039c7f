"""What each kind of notification is about, and when that is null."""

from typing import Final

import pytest

from auth.identity import OAuthScope
from rules import ids
from rules.events import NotificationKind
from rules.terms import QuotaKind
from server.jobs.expiry import announce_expiry
from tests.clients import Json
from tests.clocks import Clock
from tests.connection_requests.people import Person
from tests.messages.threads import say
from tests.notifications.inbox import inbox, told

READ: Final = OAuthScope.NOTIFICATIONS_READ


async def about(person: Person, kind: str) -> Json:
    """The subject of their one notification of a kind."""
    [notification] = await inbox(person, [kind])
    return notification["subject"]


async def test_what_a_recipient_hears_is_about_the_request(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    clock.advance(days=14)
    await ada.answers(request, "remind")
    clock.advance(days=160)
    await announce_expiry(ben.api.deployment)
    subject = {"__typename": "ConnectionRequest", "id": request, "state": "PENDING"}
    found = {each["kind"]: each["subject"] for each in await inbox(ben)}
    kinds = ("RECEIVED", "REMINDER", "EXPIRING")
    assert found == {f"CONNECTION_REQUEST_{kind}": subject for kind in kinds}


async def test_a_reply_is_about_the_request(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, "reply", body="Who are you?")
    found = await about(ada, "CONNECTION_REQUEST_REPLIED")
    assert found == {"__typename": "ConnectionRequest", "id": request, "state": "PENDING"}


async def test_an_acceptance_is_about_the_connection_and_then_about_the_request(
    ada: Person, ben: Person
) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, "accept")
    kind, pair = "CONNECTION_REQUEST_ACCEPTED", ids.encode("C", ada.number, ben.number)
    assert await about(ada, kind) == {"__typename": "Connection", "id": pair}
    await ben.does("removeConnection", memberId=ada.id, keepFollowing=False)
    accepted = {"__typename": "ConnectionRequest", "id": request, "state": "ACCEPTED"}
    assert await about(ada, kind) == accepted


async def test_a_new_follower_is_about_the_newest_follow(eager: Person, ben: Person, cleo: Person) -> None:
    for person in (ben, cleo):
        await person.does("follow", "follow { id }", targetId=eager.id)
    follow = {"__typename": "Follow", "id": ids.encode("F", cleo.number, eager.number)}
    assert await about(eager, "NEW_FOLLOWER") == follow | {"member": {"handle": "cleo"}}


async def test_a_message_is_about_the_newest_one_of_its_conversation(ada: Person, ben: Person) -> None:
    await ada.world.connect(ada.number, ben.number)
    for body in ("Hello", "Are you there?"):
        message = await say(ada.world, ada.number, ben.number, body)
        conversation = ids.encode("CV", *message.key[:3])
        await told(ben, NotificationKind.MESSAGE_RECEIVED, conversation, ada)
    [notification] = await inbox(ben, ["MESSAGE_RECEIVED"])
    assert notification["text"] == "Ada Tester wrote to you."
    newest = {"__typename": "Message", "id": ids.encode("MSG", *message.key), "body": "Are you there?"}
    assert notification["subject"] == newest


async def test_a_notice_is_about_the_allowance_and_has_no_actor(ada: Person) -> None:
    quota = ids.encode("Q", ada.number, list(QuotaKind).index(QuotaKind.WEEKLY_REQUESTS) + 1)
    await told(ada, NotificationKind.QUOTA_NOTICE, quota)
    [notification] = await inbox(ada)
    assert (notification["actors"], notification["actorCount"]) == ([], 0)
    assert notification["subject"] == {"__typename": "Quota", "id": quota, "kind": "WEEKLY_REQUESTS"}
    assert notification["text"] == "You can't send requests to connect for the time being."


SCOPES: Final = {
    NotificationKind.CONNECTION_REQUEST_RECEIVED: {OAuthScope.REQUESTS_READ},
    NotificationKind.CONNECTION_REQUEST_ACCEPTED: {OAuthScope.NETWORK_READ, OAuthScope.REQUESTS_READ},
    NotificationKind.NEW_FOLLOWER: {OAuthScope.NETWORK_READ},
    NotificationKind.MESSAGE_RECEIVED: {OAuthScope.MESSAGES_READ},
    NotificationKind.QUOTA_NOTICE: {OAuthScope.REQUESTS_READ},
    NotificationKind.EXPORT_READY: {OAuthScope.EXPORT},
}


@pytest.mark.parametrize("kind", SCOPES)
async def test_a_subject_takes_the_scope_of_its_kind(
    eager: Person, ben: Person, kind: NotificationKind
) -> None:
    """Whatever the notification says, the object itself opens to the scope that it needs elsewhere."""
    await all_kinds(eager, ben)
    for scope in OAuthScope:
        [found] = await inbox(eager.with_scopes(READ, scope), [kind])
        assert bool(found["subject"]) == (scope in SCOPES[kind]), scope


async def all_kinds(ada: Person, ben: Person) -> None:
    """Ada hears of Ben in all ways whose subjects differ."""
    await ben.does("follow", "follow { id }", targetId=ada.id)
    request = await ben.sends(ada)
    await ada.answers(request, "accept")
    message = await say(ada.world, ben.number, ada.number, "Hello")
    conversation, quota = ids.encode("CV", *message.key[:3]), ids.encode("Q", ada.number, 1)
    await told(ada, NotificationKind.CONNECTION_REQUEST_ACCEPTED, request, ben)
    await told(ada, NotificationKind.MESSAGE_RECEIVED, conversation, ben)
    await told(ada, NotificationKind.QUOTA_NOTICE, quota)
    export = (await ada.does("startNetworkExport"))["export"]["id"]
    await told(ada, NotificationKind.EXPORT_READY, export)


async def test_a_subject_that_is_gone_or_hidden_is_null(eager: Person, ben: Person, cleo: Person) -> None:
    gone = ids.encode("CR", ben.number, eager.number, 99)
    await told(eager, NotificationKind.CONNECTION_REQUEST_RECEIVED, gone, ben)
    others = ids.encode("CV", ben.number, cleo.number, 1)
    await told(eager, NotificationKind.MESSAGE_RECEIVED, others, ben)
    await told(eager, NotificationKind.QUOTA_NOTICE, ids.encode("Q", ben.number, 1))
    await told(eager, NotificationKind.EXPORT_READY, (await ben.does("startNetworkExport"))["export"]["id"])
    await ben.does("follow", "follow { id }", targetId=eager.id)
    await eager.world.execute("UPDATE members SET who_can_follow = 'CONNECTIONS'")
    assert [each["subject"] for each in await inbox(eager)] == [None] * 5
