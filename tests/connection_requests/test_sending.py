"""Asking to connect: rows 1 and 2 of the transition table."""

import pytest

from auth.closing import close
from tests.clients import Json
from tests.clocks import START, after
from tests.connection_requests.errors import invalid, not_found, not_permitted
from tests.connection_requests.people import Person
from tests.world import World

SEND = "sendConnectionRequest"
WHO_FOLLOWS = "SELECT array_agg(follower_id || ' ' || origin ORDER BY follower_id) FROM follows"


async def test_a_request_waits_for_an_answer(ada: Person, ben: Person) -> None:
    given = {"relationType": "MET_AT_EVENT", "relationDetail": "Fair, May", "note": "  It was nice.\n"}
    sent = await ada.does(SEND, recipientId=ben.id, **given)
    assert (sent["created"], sent["connection"]) == (True, None)
    assert sent["relationship"]["status"] == "REQUEST_SENT"
    both = {
        "id": sent["request"]["id"],
        "state": "PENDING",
        "relationType": "MET_AT_EVENT",
        "relationDetail": "Fair, May",
        "note": "It was nice.",
        "sentAt": after(),
        "expiresAt": after(days=180),
        "closedAt": None,
        "remindersSent": 0,
        "reminder": None,
        "declineKind": None,
        "sender": {"handle": "ada"},
        "recipient": {"handle": "ben"},
    }
    reminds = {"allowed": False, "reason": "COOLDOWN", "availableAt": after(days=14)}
    sender = {"ignored": None, "canRemind": reminds, "availableEvents": ["WITHDRAW"]}
    answers = ["ACCEPT", "IGNORE", "REPLY", "DECLINE", "REPORT"]
    recipient = {"ignored": False, "canRemind": None, "availableEvents": answers}
    assert sent["request"] == await ada.sees(both["id"]) == both | sender
    assert await ben.sees(both["id"]) == both | recipient
    assert (await ben.relationship(ada))["status"] == "REQUEST_RECEIVED"


async def test_nothing_but_the_recipient_has_to_be_given(ada: Person, ben: Person, world: World) -> None:
    seen = await ada.sees(await ada.sends(ben))
    assert (seen["relationType"], seen["relationDetail"], seen["note"]) == ("UNSPECIFIED", None, None)
    assert await world.value("SELECT origin FROM connection_requests") == "PROFILE"


async def test_who_asks_follows_meanwhile(ada: Person, ben: Person, world: World) -> None:
    sent = await ada.does(SEND, recipientId=ben.id)
    assert sent["relationship"]["following"] == {"origin": "MANUAL"}
    assert await world.value(WHO_FOLLOWS) == [f"{ada.number} MANUAL"]
    assert (await ben.relationship(ada))["isFollowedBy"]


async def test_who_asks_need_not_follow(ada: Person, ben: Person, world: World) -> None:
    await ada.sends(ben, followWhilePending=False)
    assert await world.value(WHO_FOLLOWS) is None


async def test_who_lets_only_connections_follow_is_asked_without(
    ada: Person, ben: Person, world: World
) -> None:
    await world.execute("UPDATE members SET who_can_follow = 'CONNECTIONS'")
    sent = await ada.does(SEND, recipientId=ben.id)
    assert (sent["created"], sent["relationship"]["following"]) == (True, None)


async def test_a_follow_that_was_there_stays_as_it_is(ada: Person, ben: Person, world: World) -> None:
    follow = "mutation($i: FollowInput!) { follow(input: $i) { userErrors { code } } }"
    await ada.ask(follow, i={"targetId": ben.id, "isPrivate": True, "notify": "ALL"})
    await ada.sends(ben)
    assert await world.value("SELECT (notify, is_private) FROM follows") == ("ALL", True)


async def test_asking_again_gives_the_request_that_is_open(ada: Person, ben: Person) -> None:
    first = await ada.does(SEND, recipientId=ben.id, note="First")
    again = await ada.does(SEND, recipientId=ben.id, note="Second")
    assert again == first | {"created": False}
    assert again["quota"]["used"] == 1
    assert await ben.log() == ["CONNECTION_REQUEST_CHANGED SEND", "NOTIFICATION_CREATED"]


async def test_oneself_can_not_be_asked(ada: Person) -> None:
    assert await ada.refused(SEND, recipientId=ada.id) == not_permitted("SELF")


async def test_a_connection_can_not_be_asked(ada: Person, ben: Person, world: World) -> None:
    await world.connect(ada.number, ben.number)
    assert await ada.refused(SEND, recipientId=ben.id) == not_permitted("ALREADY_CONNECTED")


@pytest.mark.parametrize("blocker", ["ada", "ben"])
async def test_across_a_block_nobody_is_there(ada: Person, ben: Person, blocker: str) -> None:
    one, other = (ada, ben) if blocker == "ada" else (ben, ada)
    await one.does("blockMember", memberId=other.id)
    assert await ada.refused(SEND, recipientId=ben.id) == not_found("recipientId", ben.id)


async def test_a_closed_account_is_not_there(ada: Person, ben: Person, world: World) -> None:
    async with world.connection() as connection, connection.transaction():
        await close(connection, ben.number)
    assert await ada.refused(SEND, recipientId=ben.id) == not_found("recipientId", ben.id)


async def test_an_id_of_nobody_is_not_found(ada: Person, ben: Person) -> None:
    for recipient in ("M_OTk", "M_", "ben", "CO_Mg", "M_MS4y", "M_MjE0NzQ4MzY0OA"):
        assert await ada.refused(SEND, recipientId=recipient) == not_found("recipientId", recipient)


async def test_where_it_was_sent_from_is_kept(ada: Person, ben: Person, world: World) -> None:
    await ada.sends(ben, origin="SEARCH")
    assert await world.value("SELECT origin FROM connection_requests") == "SEARCH"


async def test_only_the_server_says_that_a_third_party_sent_it(ada: Person, ben: Person) -> None:
    refusal = await ada.refused(SEND, recipientId=ben.id, origin="THIRD_PARTY")
    assert refusal == invalid("INVALID", "origin")


async def test_who_was_asked_already_connects_by_asking_back(ada: Person, ben: Person, world: World) -> None:
    request = await ada.sends(ben)
    back = await ben.does(SEND, recipientId=ada.id, note="Gladly.")
    assert (back["created"], back["connection"]["id"]) == (False, "C_MS4y")
    assert back["request"]["id"] == request
    assert (back["request"]["state"], back["request"]["note"]) == ("ACCEPTED", None)
    assert (back["quota"]["used"], back["relationship"]["status"]) == (0, "CONNECTED")
    assert await world.value("SELECT connected_at FROM connections LIMIT 1") == START
    assert await world.value("SELECT count(*) FROM connection_requests") == 1
    assert await world.value(WHO_FOLLOWS) == [f"{ada.number} MANUAL", f"{ben.number} CONNECTED"]


async def test_asking_back_needs_no_leave(ada: Person, ben: Person, world: World) -> None:
    """Whoever asked is asked back, whatever they demand of others."""
    await ada.sends(ben)
    await world.execute("UPDATE members SET who_can_request = 'NOBODY', require_note = true")
    assert (await ben.does(SEND, recipientId=ada.id))["connection"]


@pytest.mark.parametrize("given", [{}, {"kind": "NOT_NOW"}, {"kind": "DONT_KNOW"}])
async def test_asking_back_after_a_hidden_decline_connects(ada: Person, ben: Person, given: Json) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, "decline", **given)
    assert (await ben.does(SEND, recipientId=ada.id))["connection"]
    for person in (ada, ben):
        seen = await person.sees(request)
        assert (seen["state"], seen["declineKind"], seen["closedAt"]) == ("ACCEPTED", None, after())


async def test_asking_back_may_leave_out_following(ada: Person, ben: Person, world: World) -> None:
    await ada.sends(ben)
    await ben.does(SEND, recipientId=ada.id, followWhilePending=False)
    assert await world.value(WHO_FOLLOWS) == [f"{ada.number} MANUAL"]
