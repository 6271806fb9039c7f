"""Where two members stand, and what the one may do about it."""

from collections.abc import Mapping
from typing import Final

import pytest

from rules import ids
from tests.clients import Json
from tests.clocks import Clock, SetPolicy, after
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.world import World

OPEN: Final = {"allowed": True, "reason": None}
PROFILE: Final = """
    query($id: ID!) {
      member(id: $id) { primaryAction relationship { ...Stands } viewerFollow { id createdAt notify } }
    }
"""
RELATIONSHIP: Final = "query($id: ID!) { node(id: $id) { ... on Relationship { ...Stands } } }"
EMAIL: Final = "UPDATE members SET contact_email = 'ben@example.org', audiences = '{\"EMAIL\": \"MEMBERS\"}'"


def closed(reason: str) -> Json:
    return {"allowed": False, "reason": reason}


async def stand(ada: Person, other: Person, kind: str) -> None:
    """Bring the two there."""
    match kind:
        case "connected":
            await other.answers(await ada.sends(other), "accept")
        case "asked":
            await ada.sends(other)
        case "asking":
            await other.sends(ada)
        case "blocked":
            await ada.does("blockMember", memberId=other.id)


# Status, verdicts on connecting, writing and following, ways to get in touch, and the first button.
TABLE: Final[Mapping[str, tuple[str, Json, Json, Json, list[str], str]]] = {
    "stranger": ("NONE", OPEN, closed("NOT_CONNECTED"), OPEN, ["CONNECT", "FOLLOW"], "CONNECT"),
    "connected": ("CONNECTED", closed("ALREADY_CONNECTED"), OPEN, OPEN, ["MESSAGE"], "MESSAGE"),
    "asked": (
        "REQUEST_SENT",
        closed("ALREADY_PENDING"),
        closed("NOT_CONNECTED"),
        OPEN,
        [],
        "WITHDRAW_REQUEST",
    ),
    "asking": (
        "REQUEST_RECEIVED",
        OPEN,
        closed("NOT_CONNECTED"),
        OPEN,
        ["ACCEPT_REQUEST", "FOLLOW"],
        "ACCEPT_REQUEST",
    ),
}


@pytest.mark.parametrize("kind", TABLE)
async def test_a_relationship_says_what_may_be_done(ada: Person, ben: Person, kind: str) -> None:
    await stand(ada, ben, kind)
    profile = (await ada.ask(PROFILE, id=ben.id)).data["member"]
    found = profile["relationship"]
    status, connect, message, follow, ways, button = TABLE[kind]
    assert found == await ada.relationship(ben)
    assert (found["status"], profile["primaryAction"]) == (status, button)
    assert found["canConnect"] == {**connect, "availableAt": None}
    assert (found["canMessage"], found["canFollow"]) == (message, follow)
    assert [way["action"] for way in found["reachOptions"]] == ways


async def test_nobody_does_anything_with_themselves(ada: Person) -> None:
    profile = (await ada.ask(PROFILE, id=ada.id)).data["member"]
    found = profile["relationship"]
    assert (found["status"], profile["primaryAction"], found["reachOptions"]) == ("SELF", "NONE", [])
    for verdict in ("canConnect", "canMessage", "canFollow"):
        assert found[verdict] == found[verdict] | closed("SELF")


async def test_who_is_blocked_has_a_face_and_nothing_else(ada: Person, ben: Person) -> None:
    await ada.sends(ben)
    await stand(ada, ben, "blocked")
    found = await ada.relationship(ben)
    assert (found["status"], found["isBlocking"], found["reachOptions"]) == ("BLOCKING", True, [])
    assert found["sentRequest"] is found["connection"] is found["following"] is None
    for verdict in ("canConnect", "canMessage", "canFollow"):
        assert found[verdict] == found[verdict] | closed("BLOCKING")
    query = """
        query($ids: [ID!]!) {
          viewer {
            relationships(memberIds: $ids) {
              member { id handle displayName photoUrl headline givenName connectionCount primaryAction }
            }
          }
        }
    """
    [relationship] = (await ada.ask(query, ids=[ben.id])).data["viewer"]["relationships"]
    face = {"id": ben.id, "handle": "ben", "displayName": "Ben T.", "primaryAction": "NONE"}
    nothing_else = dict.fromkeys(("photoUrl", "headline", "givenName", "connectionCount"))
    assert relationship["member"] == face | nothing_else


async def test_to_who_is_blocked_nobody_is_there(ada: Person, ben: Person) -> None:
    await stand(ada, ben, "blocked")
    assert await ben.relationship(ada) is None
    assert (await ben.ask(RELATIONSHIP, id=ids.encode("REL", ben.number, ada.number))).data["node"] is None


async def test_a_connection_and_a_follow_are_the_same_wherever_they_are_read(
    ada: Person, ben: Person, clock: Clock
) -> None:
    clock.advance(days=1)
    await stand(ada, ben, "connected")
    fields = "id createdAt origin notify isPrivate isFavorite member { handle } target { id }"
    query = f"""
        query($id: ID!) {{
          connection: node(id: "C_MS4y") {{ ... on Connection {{ id connectedAt members {{ handle }} }} }}
          follow: node(id: "F_MS4y") {{ ... on Follow {{ {fields} }} }}
          member(id: $id) {{
            viewerFollow {{ {fields} }}
            relationship {{ connection {{ id connectedAt members {{ handle }} }} following {{ {fields} }} }}
          }}
        }}
    """
    data = (await ada.ask(query, id=ben.id)).data
    relationship = data["member"]["relationship"]
    assert relationship["connection"] == data["connection"]
    assert relationship["connection"]["connectedAt"] == after(days=1)
    assert relationship["following"] == data["follow"] == data["member"]["viewerFollow"]
    assert relationship["following"]["target"] == {"id": ben.id}
    assert (await ben.relationship(ada))["connection"]["id"] == "C_MS4y"


async def test_a_relationship_has_an_id_that_stays(ada: Person, ben: Person) -> None:
    before = (await ada.relationship(ben))["id"]
    assert before == ids.encode("REL", ada.number, ben.number)
    await stand(ada, ben, "connected")
    found = (await ada.ask(RELATIONSHIP, id=before)).data["node"]
    assert found == await ada.relationship(ben)
    assert (found["id"], found["status"]) == (before, "CONNECTED")


async def test_other_peoples_relationships_are_nobodys(ada: Person, ben: Person, cleo: Person) -> None:
    for numbers in ((2, 1), (2, 3), (1, 99), (1, 2**40), (1,), (1, 2, 3)):
        assert (await ada.ask(RELATIONSHIP, id=ids.encode("REL", *numbers))).data["node"] is None


async def test_nobody_signed_in_stands_nowhere(ada: Person) -> None:
    query = "query($id: ID!) { member(id: $id) { relationship { id } primaryAction } viewer { id } }"
    answer = await ada.api.ask(query, {"id": ada.id})
    assert answer.data == {"member": {"relationship": None, "primaryAction": "NONE"}, "viewer": None}


async def test_relationships_come_in_the_order_of_the_ids(ada: Person, newcomer: Newcomer) -> None:
    friends = [await newcomer(f"friend-{number}") for number in range(3)]
    wanted = [friends[number].id for number in (2, 0, 2, 1)]
    wanted.insert(1, "M_OTk")
    query = "query($ids: [ID!]!) { viewer { relationships(memberIds: $ids) { member { id } } } }"
    found = (await ada.ask(query, ids=wanted)).data["viewer"]["relationships"]
    assert [each and each["member"]["id"] for each in found] == [wanted[0], None, *wanted[2:]]
    assert (await ada.ask(query, ids=[])).data["viewer"]["relationships"] == []


async def test_more_than_a_hundred_are_too_many(ada: Person) -> None:
    query = "query($ids: [ID!]!) { viewer { relationships(memberIds: $ids) { id } } }"
    assert len((await ada.ask(query, ids=[ada.id] * 100)).data["viewer"]["relationships"]) == 100
    assert "BAD_USER_INPUT" in (await ada.ask(query, ids=[ada.id] * 101)).codes


async def test_who_wants_to_be_followed_first_is(ada: Person, ben: Person, world: World) -> None:
    await world.execute("UPDATE members SET follow_first = true WHERE id = $1", ben.number)
    assert (await ada.ask(PROFILE, id=ben.id)).data["member"]["primaryAction"] == "FOLLOW"
    await world.execute("INSERT INTO follows VALUES ($1, $2)", ada.number, ben.number)
    assert (await ada.ask(PROFILE, id=ben.id)).data["member"]["primaryAction"] == "CONNECT"


async def test_who_takes_no_requests_is_followed(ada: Person, ben: Person, world: World) -> None:
    await world.execute("UPDATE members SET who_can_request = 'NOBODY' WHERE id = $1", ben.number)
    assert (await ada.ask(PROFILE, id=ben.id)).data["member"]["primaryAction"] == "FOLLOW"
    await world.execute("UPDATE members SET who_can_follow = 'CONNECTIONS' WHERE id = $1", ben.number)
    profile = (await ada.ask(PROFILE, id=ben.id)).data["member"]
    assert (profile["primaryAction"], profile["relationship"]["reachOptions"]) == ("NONE", [])
    assert profile["relationship"]["canFollow"] == closed("RECIPIENT_DOES_NOT_ACCEPT")


async def test_who_shows_an_address_can_be_written_to(ada: Person, ben: Person, world: World) -> None:
    await world.execute(EMAIL)
    ways = (await ada.relationship(ben))["reachOptions"]
    assert [way["action"] for way in ways] == ["EMAIL", "CONNECT", "FOLLOW"]
    assert (await ada.relationship(ada))["reachOptions"] == []


async def test_where_messaging_is_free_strangers_may_write(
    ada: Person, ben: Person, policy: SetPolicy
) -> None:
    policy(messaging_requires_connection=False)
    found = await ada.relationship(ben)
    assert found["canMessage"] == OPEN
    assert found["reachOptions"][0] == {"action": "MESSAGE"}


async def test_a_mute_is_the_mutes_alone(ada: Person, ben: Person, clock: Clock) -> None:
    query = "query($ids: [ID!]!) { viewer { relationships(memberIds: $ids) { isMuting mutedUntil } } }"
    await ada.does("muteMember", memberId=ben.id, until=after(days=1))

    async def mutes(person: Person, other: Person) -> Json:
        return (await person.ask(query, ids=[other.id])).data["viewer"]["relationships"]

    assert await mutes(ada, ben) == [{"isMuting": True, "mutedUntil": after(days=1)}]
    assert await mutes(ben, ada) == [{"isMuting": False, "mutedUntil": None}]
    clock.advance(days=1)
    assert await mutes(ada, ben) == [{"isMuting": False, "mutedUntil": None}]


async def test_a_private_follow_is_not_told_to_the_followed(ada: Person, ben: Person, world: World) -> None:
    follow = "INSERT INTO follows (follower_id, followee_id, is_private) VALUES ($1, $2, true)"
    await world.execute(follow, ada.number, ben.number)
    assert not (await ben.relationship(ada))["isFollowedBy"]
    assert (await ada.relationship(ben))["following"] == {"origin": "MANUAL"}
