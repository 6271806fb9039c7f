"""Ending connections: row 16 of the transition table."""

import pytest

from auth.closing import close
from rules import ids
from tests.clients import Json
from tests.clocks import Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.errors import invalid, not_found, not_permitted
from tests.connection_requests.people import Person
from tests.statements import counted
from tests.world import World

REMOVE, REMOVE_ALL = "removeConnection", "removeConnections"
FOLLOWS = """
    SELECT coalesce(array_agg(concat_ws(' ', follower_id, followee_id, origin) ORDER BY follower_id), '{}')
    FROM follows
"""
SIZES = "SELECT array_agg(connection_count ORDER BY id) FROM members"
NEIGHBOURS = "SELECT array_agg(cardinality(ids)) FROM adjacency"
THREAD = """
    query($id: ID!) {
      node(id: $id) { ... on Conversation { canWrite { allowed reason } lastMessage { body } } }
    }
"""


async def connected(one: Person, other: Person, **given: Json) -> Json:
    """Connect the two; what the other is answered."""
    request = await one.sends(other, followWhilePending=False)
    return await other.does("acceptConnectionRequest", requestId=request, **given)


async def test_a_removed_connection_is_gone_for_both(ada: Person, ben: Person, world: World) -> None:
    await connected(ada, ben)
    payload = await ada.does(REMOVE, memberId=ben.id)
    assert payload["removedConnectionId"] == "C_MS4y"
    assert payload["relationship"] == await ada.relationship(ben)
    for person, other in ((ada, ben), (ben, ada)):
        found = await person.relationship(other)
        assert (found["status"], found["connection"], found["following"]) == ("NONE", None, None)
    assert await world.value("SELECT count(*) FROM connections") == 0
    assert (await world.value(SIZES), await world.value(NEIGHBOURS)) == ([0, 0], [0, 0])


async def test_the_other_side_is_not_told(ada: Person, ben: Person) -> None:
    await connected(ada, ben)
    own, others, notified = await ada.log(), await ben.log(), await ben.notifications()
    await ada.does(REMOVE, memberId=ben.id)
    assert await ada.log() == [*own, "RELATIONSHIP_CHANGED"]
    assert (await ben.log(), await ben.notifications()) == (others, notified)


async def test_follows_that_came_with_the_connection_end_with_it(
    ada: Person, ben: Person, world: World
) -> None:
    await connected(ada, ben)
    await ada.does(REMOVE, memberId=ben.id)
    assert await world.value(FOLLOWS) == []


async def test_who_removes_may_go_on_following(ada: Person, ben: Person, world: World) -> None:
    await connected(ada, ben)
    payload = await ada.does(REMOVE, memberId=ben.id, keepFollowing=True)
    assert payload["relationship"]["following"] == {"origin": "MANUAL"}
    assert await world.value(FOLLOWS) == [f"{ada.number} {ben.number} MANUAL"]


async def test_follows_made_by_hand_stay(ada: Person, ben: Person, world: World) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, "accept")
    await ben.does(REMOVE, memberId=ada.id)
    assert await world.value(FOLLOWS) == [f"{ada.number} {ben.number} MANUAL"]


async def test_the_thread_can_be_read_but_not_written(ada: Person, ben: Person) -> None:
    thread = (await connected(ada, ben, welcomeMessage="Hello"))["conversation"]["id"]
    await ada.does(REMOVE, memberId=ben.id)
    for person in (ada, ben):
        found = (await person.ask(THREAD, id=thread)).data["node"]
        assert found["canWrite"] == {"allowed": False, "reason": "NOT_CONNECTED"}
        assert found["lastMessage"] == {"body": "Hello"}


@pytest.mark.parametrize("before", [True, False])
async def test_where_there_is_no_connection_nothing_changes(
    ada: Person, ben: Person, world: World, before: bool
) -> None:
    if before:
        await connected(ada, ben)
        await ben.does(REMOVE, memberId=ada.id)
    told = await ada.log(), await ben.log()
    payload = await ada.does(REMOVE, memberId=ben.id)
    assert (payload["removedConnectionId"], payload["relationship"]["status"]) == (None, "NONE")
    assert (await ada.log(), await ben.log()) == told
    assert await world.value("SELECT array_agg(remover_id) FROM removals") == (
        [ben.number] if before else None
    )


async def test_an_open_request_is_no_connection(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    await ben.does(REMOVE, memberId=ada.id)
    assert await ben.received() == [request]


async def test_two_who_parted_can_connect_again(ada: Person, ben: Person, clock: Clock, world: World) -> None:
    await connected(ada, ben)
    await ada.does(REMOVE, memberId=ben.id)
    clock.advance(days=1)
    await connected(ben, ada)
    assert (await ada.relationship(ben))["status"] == "CONNECTED"
    assert await world.value("SELECT count(*) FROM removals") == 0
    assert await world.value(SIZES) == [1, 1]


async def test_oneself_can_not_be_removed(ada: Person) -> None:
    expected = not_permitted("SELF") | {"field": ["memberId"]}
    assert await ada.refused(REMOVE, memberId=ada.id) == expected


@pytest.mark.parametrize("reason", ["blocked", "blocking", "closed", "unknown", "malformed"])
async def test_who_is_not_there_can_not_be_removed(
    ada: Person, ben: Person, world: World, reason: str
) -> None:
    await connected(ada, ben)
    member_id = {"unknown": "M_OTk", "malformed": "ben"}.get(reason, ben.id)
    if reason == "closed":
        async with world.connection() as connection, connection.transaction():
            await close(connection, ben.number)
    elif reason in {"blocked", "blocking"}:
        one, other = (ada, ben) if reason == "blocked" else (ben, ada)
        await one.does("blockMember", memberId=other.id)
    assert await ada.refused(REMOVE, memberId=member_id) == not_found("memberId", member_id)


async def test_many_are_removed_in_the_order_of_the_ids(
    ada: Person, newcomer: Newcomer, world: World
) -> None:
    friends = [await newcomer(f"friend-{number}") for number in range(4)]
    for friend in friends[:3]:
        await connected(ada, friend)
    stranger = friends[3]
    told = [await friend.log() for friend in friends]
    wanted = [friends[2].id, stranger.id, friends[0].id, "M_OTk", "x", friends[2].id, ada.id]
    payload = await ada.does(REMOVE_ALL, memberIds=wanted)
    statuses = [each and each["status"] for each in payload["relationships"]]
    assert statuses == ["NONE", "NONE", "NONE", None, None, "NONE", "SELF"]
    gone = [ids.encode("C", ada.number, friends[number].number) for number in (2, 0)]
    assert payload["removedConnectionIds"] == gone
    assert (await ada.relationship(friends[1]))["status"] == "CONNECTED"
    assert await world.value("SELECT connection_count FROM members WHERE id = $1", ada.number) == 1
    assert [await friend.log() for friend in friends] == told


async def test_fifty_are_removed_by_as_many_statements_as_one(ada: Person, newcomer: Newcomer) -> None:
    friends = [await newcomer(f"friend-{number}") for number in range(51)]
    for friend in friends:
        await ada.world.connect(ada.number, friend.number)
    sent = []
    for some in (friends[:1], friends[1:]):
        async with counted(ada.api.deployment.pool) as statements:
            payload = await ada.does(REMOVE_ALL, memberIds=[friend.id for friend in some])
        assert len(payload["removedConnectionIds"]) == len(some)
        sent.append(statements)
    assert len(sent[0]) == len(sent[1]), sent
    assert await ada.world.value("SELECT ids FROM adjacency WHERE member_id = $1", ada.number) == []


async def test_many_may_be_followed_on(ada: Person, ben: Person, cleo: Person, world: World) -> None:
    for other in (ben, cleo):
        await connected(ada, other)
    await ada.does(REMOVE_ALL, memberIds=[ben.id, cleo.id], keepFollowing=True)
    followed = [f"{ada.number} {other.number} MANUAL" for other in (ben, cleo)]
    assert sorted(await world.value(FOLLOWS)) == followed


async def test_of_many_those_who_are_blocked_show_it_to_the_blocker_alone(
    ada: Person, ben: Person, cleo: Person
) -> None:
    await ada.does("blockMember", memberId=ben.id)
    await cleo.does("blockMember", memberId=ada.id)
    payload = await ada.does(REMOVE_ALL, memberIds=[ben.id, cleo.id])
    assert [each and each["status"] for each in payload["relationships"]] == ["BLOCKING", None]


async def test_no_ids_remove_nothing_and_more_than_a_hundred_are_too_many(ada: Person, ben: Person) -> None:
    await connected(ada, ben)
    nothing: Json = {"relationships": [], "removedConnectionIds": []}
    assert await ada.does(REMOVE_ALL, memberIds=[]) == nothing
    refusal = await ada.refused(REMOVE_ALL, memberIds=[ben.id] * 101)
    assert refusal == invalid("TOO_LONG", "memberIds", "maxItems=100")
    assert (await ada.relationship(ben))["status"] == "CONNECTED"
