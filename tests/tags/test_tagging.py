"""Tags and notes on connections, and what becomes of them when the connection ends."""

from collections.abc import Awaitable, Callable

import pytest

from auth.closing import close
from tests.clients import Json
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.errors import invalid, not_found
from tests.connection_requests.people import Person
from tests.races import all_at_once
from tests.statements import counted
from tests.tags.labels import own, tag, tags
from tests.world import World

LIST = """
    query($first: Int) {
      viewer {
        tags { connectionCount }
        connections(first: $first) {
          nodes { handle }
          edges {
            connection { relationType tags { name } privateNote lastInteractionAt request { state } }
          }
        }
      }
    }
"""
OTHERS_LIST = """
    query($id: ID!) {
      member(id: $id) { connections { edges { node { handle } connection { tags { name } privateNote } } } }
    }
"""


async def close_account(_: Person, other: Person) -> None:
    async with other.world.connection() as connection, connection.transaction():
        await close(connection, other.number)


ENDS: dict[str, Callable[[Person, Person], Awaitable[object]]] = {
    "removed": lambda one, other: one.does("removeConnection", memberId=other.id),
    "removed among others": lambda one, other: one.does("removeConnections", memberIds=[other.id]),
    "removed by the other": lambda one, other: other.does("removeConnection", memberId=one.id),
    "blocked": lambda one, other: one.does("blockMember", memberId=other.id),
    "being blocked": lambda one, other: other.does("blockMember", memberId=one.id),
    "closed": close_account,
}


async def test_who_accepts_may_tag_the_new_connection(ada: Person, ben: Person) -> None:
    labels = [await tag(ben, "Lund"), await tag(ben, "Golf")]
    await ben.answers(await ada.sends(ben), "accept", tagIds=[*labels, labels[0]])
    assert (await own(ben, ada))["tags"] == ["Golf", "Lund"]
    assert (await own(ada, ben))["tags"] == []


async def test_with_a_tag_that_is_anothers_nothing_is_accepted(ada: Person, ben: Person) -> None:
    label, request = await tag(ada, "Lund"), await ada.sends(ben)
    for wrong, refusal in [
        ([label], not_found("tagIds", label)),
        (["T_x"] * 101, invalid("TOO_LONG", "tagIds", "maxItems=100")),
    ]:
        assert await ben.refused("acceptConnectionRequest", requestId=request, tagIds=wrong) == refusal
    assert (await ben.sees(request))["state"] == "PENDING"
    assert await own(ben, ada) is None


async def test_many_connections_are_tagged_at_once(
    ada: Person, ben: Person, cleo: Person, world: World
) -> None:
    for other in (ben, cleo):
        await world.connect(ada.number, other.number)
    lund, golf = await tag(ada, "Lund"), await tag(ada, "golf")
    members = [cleo.id, ben.id]
    payload = await ada.does("tagConnections", memberIds=members, addTagIds=[lund, golf])
    assert [each["tags"] for each in payload["connections"]] == [[{"name": "golf"}, {"name": "Lund"}]] * 2
    changes: Json = {"addTagIds": [lund], "removeTagIds": [lund, golf]}
    payload = await ada.does("tagConnections", memberIds=[ben.id], **changes)
    assert [each["tags"] for each in payload["connections"]] == [[{"name": "Lund"}]]
    assert await tags(ada) == {"golf": 1, "Lund": 2}


async def test_who_is_no_connection_is_passed_over(ada: Person, ben: Person, cleo: Person) -> None:
    await ada.world.connect(ada.number, cleo.number)
    label = await tag(ada, "Lund")
    members = [ben.id, cleo.id, "M_OTk", "x", ada.id, cleo.id]
    payload = await ada.does("tagConnections", memberIds=members, addTagIds=[label])
    assert [each and each["tags"] for each in payload["connections"]] == [
        *(None, [{"name": "Lund"}], None, None, None, [{"name": "Lund"}])
    ]
    assert await tags(ada) == {"Lund": 1}


@pytest.mark.parametrize("field", ["memberIds", "addTagIds", "removeTagIds"])
async def test_more_than_a_hundred_are_too_many(ada: Person, field: str) -> None:
    given = {"memberIds": [], field: ["x"] * 101}
    refusal = await ada.refused("tagConnections", **given)
    assert refusal == invalid("TOO_LONG", field, "maxItems=100")


async def test_an_unknown_tag_changes_nothing(ada: Person, ben: Person) -> None:
    await ada.world.connect(ada.number, ben.number)
    label = await tag(ada, "Lund")
    await ada.does("tagConnections", memberIds=[ben.id], addTagIds=[label])
    given: Json = {"removeTagIds": [label], "addTagIds": ["T_eA"]}
    refusal = await ada.refused("tagConnections", memberIds=[ben.id], **given)
    assert refusal == not_found("addTagIds", "T_eA")
    assert await tags(ada) == {"Lund": 1}


async def test_own_devices_alone_hear_of_what_changed(ada: Person, ben: Person, cleo: Person) -> None:
    for other in (ben, cleo):
        await ada.world.connect(ada.number, other.number)
    label = await tag(ada, "Lund")
    await ada.does("tagConnections", memberIds=[ben.id], addTagIds=[label])
    await ada.does("tagConnections", memberIds=[ben.id, cleo.id], addTagIds=[label])
    await ada.does("setConnectionNote", memberId=ben.id, note="Met at the fair.")
    assert await ada.log() == ["RELATIONSHIP_CHANGED"] * 3
    assert (await ben.log(), await cleo.log()) == ([], [])


async def test_a_note_is_written_changed_and_cleared(ada: Person, ben: Person) -> None:
    await ada.world.connect(ada.number, ben.number)
    for note, kept in [(" Met at the fair. ", "Met at the fair."), ("Lund", "Lund"), (None, None)]:
        payload = await ada.does("setConnectionNote", memberId=ben.id, note=note)
        assert payload == {"connection": {"privateNote": kept}}
        assert (await own(ada, ben))["privateNote"] == kept
        assert (await own(ben, ada))["privateNote"] is None


async def test_a_note_is_refused_where_it_is_too_long_or_has_nowhere_to_be(ada: Person, ben: Person) -> None:
    note = "setConnectionNote"
    assert await ada.refused(note, memberId=ben.id, note="Hm.") == not_found("memberId", ben.id)
    assert await ada.refused(note, memberId="x", note="Hm.") == not_found("memberId", "x")
    await ada.world.connect(ada.number, ben.number)
    refusal = await ada.refused(note, memberId=ben.id, note="x" * 1001)
    assert refusal == invalid("TOO_LONG", "note", "maxLength=1000")


@pytest.mark.parametrize("end", ENDS)
async def test_tags_and_notes_of_both_end_with_the_connection(ada: Person, ben: Person, end: str) -> None:
    await ada.world.connect(ada.number, ben.number)
    labels = {}
    for one, other in ((ada, ben), (ben, ada)):
        labels[one] = await tag(one, "Lund")
        await one.does("tagConnections", memberIds=[other.id], addTagIds=[labels[one]])
        await one.does("setConnectionNote", memberId=other.id, note="Hm.")
    await ENDS[end](ada, ben)
    assert await ada.world.value("SELECT count(*) FROM taggings") == 0
    assert await tags(ada) == {"Lund": 0}
    await ada.world.execute("DELETE FROM blocks")
    await ada.world.connect(ada.number, ben.number)
    for one, other in ((ada, ben), (ben, ada)):
        found = await own(one, other)
        assert found is None or (found["tags"], found["privateNote"]) == ([], None)


async def test_a_connection_that_is_removed_meanwhile_is_not_tagged(ada: Person, ben: Person) -> None:
    await ada.world.connect(ada.number, ben.number)
    label = await tag(ada, "Lund")
    lock = f"SELECT FROM inboxes WHERE member_id = {ada.number} FOR UPDATE"
    runners = [
        ben.tries("removeConnection", memberId=ada.id),
        ada.tries("tagConnections", memberIds=[ben.id], addTagIds=[label]),
    ]
    for answer in await all_at_once(ada.world, lock, *runners):
        assert not answer.errors
    assert await tags(ada) == {"Lund": 0}


async def test_in_the_lists_of_others_only_ones_own_connections_carry_them(
    ada: Person, ben: Person, cleo: Person
) -> None:
    """Ben's list, as Ada sees it, has herself and Cleo; she has tags on both."""
    for one, other in ((ada, ben), (ben, cleo), (ada, cleo)):
        await ada.world.connect(one.number, other.number)
    label = await tag(ada, "Lund")
    await ada.does("tagConnections", memberIds=[ben.id, cleo.id], addTagIds=[label])
    await ada.does("setConnectionNote", memberId=ben.id, note="Hm.")
    edges = (await ada.ask(OTHERS_LIST, id=ben.id)).data["member"]["connections"]["edges"]
    assert {edge["node"]["handle"]: edge["connection"] for edge in edges} == {
        "ada": {"tags": [{"name": "Lund"}], "privateNote": "Hm."},
        "cleo": {"tags": [], "privateNote": None},
    }


async def test_fifty_connections_cost_as_many_statements_as_one(ada: Person, newcomer: Newcomer) -> None:
    friends = [await newcomer(f"friend-{number}") for number in range(50)]
    for friend in friends:
        await ada.world.connect(ada.number, friend.number)
    labels = [await tag(ada, f"tag {number}") for number in range(3)]
    sent = []
    for count in (1, 50):
        members = [friend.id for friend in friends[:count]]
        async with counted(ada.api.deployment.pool) as written:
            await ada.does("tagConnections", memberIds=members, addTagIds=labels[:2], removeTagIds=labels[2:])
        async with counted(ada.api.deployment.pool) as read:
            await ada.ask(LIST, first=count)
        sent.append((len(written), len(read)))
    assert sent[0] == sent[1], sent
    assert sent[0][1] == 6, read
