"""What the two members of a connection know of it: the request, and when they had to do with each other."""

import pytest

from auth.identity import OAuthScope
from tests.clocks import Clock, after
from tests.connection_requests.people import Person
from tests.messages.talk import asks_back, goes_on, writes
from tests.tags.labels import own

REQUEST = "query($id: ID!) { node(id: $id) { ... on Connection { relationType request { id } } } }"
SEEN = "query($id: ID!) { node(id: $id) { ... on Connection { request { state note ignored } } } }"
OF_BEN = """
    query($id: ID!) {
      member(id: $id) {
        connections {
          edges { node { handle } connection { relationType request { id } lastInteractionAt } }
        }
      }
    }
"""


async def test_both_know_from_which_request_it_came(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben, relationType="CLASSMATE", note="From school")
    await ben.answers(request, "accept")
    for person, other in ((ada, ben), (ben, ada)):
        found = await own(person, other)
        assert (found["relationType"], found["request"]) == ("CLASSMATE", {"id": request})
    seen = {"state": "ACCEPTED", "note": "From school"}
    for person, ignored in ((ada, None), (ben, False)):
        asked = (await person.ask(SEEN, id="C_MS4y")).data["node"]
        assert asked == {"request": seen | {"ignored": ignored}}


async def test_a_connection_without_a_request_has_none(ada: Person, ben: Person) -> None:
    await ada.world.connect(ada.number, ben.number)
    found = await own(ada, ben)
    assert (found["relationType"], found["request"]) == (None, None)


async def test_the_request_of_an_earlier_connection_is_not_this_ones(
    ada: Person, ben: Person, clock: Clock
) -> None:
    first = await ada.sends(ben, relationType="CLASSMATE")
    await ben.answers(first, "accept")
    await ada.does("removeConnection", memberId=ben.id)
    clock.advance(days=1)
    second = await ben.sends(ada, relationType="COLLEAGUE")
    await ada.answers(second, "accept")
    found = await own(ada, ben)
    assert (found["relationType"], found["request"]) == ("COLLEAGUE", {"id": second})
    await ada.world.execute("DELETE FROM connection_requests WHERE sender_id = $1", ben.number)
    assert (await own(ada, ben))["request"] is None


async def test_a_token_reads_the_request_by_the_scope_of_requests(ada: Person, ben: Person) -> None:
    await ben.answers(await ada.sends(ben, relationType="CLIENT"), "accept")
    network = ada.with_scopes(OAuthScope.NETWORK_READ)
    assert (await network.ask(REQUEST, id="C_MS4y")).codes == ["MISSING_SCOPE"]
    relation_type = REQUEST.replace("request { id }", "")
    assert (await network.ask(relation_type, id="C_MS4y")).data["node"] == {"relationType": "CLIENT"}


async def test_a_message_either_way_is_an_interaction(ada: Person, ben: Person, clock: Clock) -> None:
    await ada.world.connect(ada.number, ben.number)
    assert (await own(ada, ben))["lastInteractionAt"] is None
    for author, other in ((ada, ben), (ben, ada)):
        clock.advance(hours=1)
        await writes(author, other)
        for person, end in ((ada, ben), (ben, ada)):
            assert (await own(person, end))["lastInteractionAt"] == after(hours=1 if author is ada else 2)


async def test_a_welcome_is_one_and_what_was_said_before_is_none(
    ada: Person, ben: Person, cleo: Person, clock: Clock
) -> None:
    request, _ = await asks_back(ada, ben)
    await ben.answers(request, "accept")
    assert (await own(ada, ben))["lastInteractionAt"] is None
    await cleo.answers(await ada.sends(cleo), "accept", welcomeMessage="Hello")
    for person, other in ((ada, cleo), (cleo, ada)):
        assert (await own(person, other))["lastInteractionAt"] == after()


async def test_a_connection_that_begins_anew_begins_without_any(
    ada: Person, ben: Person, clock: Clock
) -> None:
    await ada.world.connect(ada.number, ben.number)
    await writes(ada, ben)
    await ada.does("removeConnection", memberId=ben.id)
    await ben.answers(await ada.sends(ben), "accept")
    assert (await own(ada, ben))["lastInteractionAt"] is None


async def test_what_does_not_reach_the_other_is_none_for_them(ada: Person, ben: Person, clock: Clock) -> None:
    request, conversation = await asks_back(ada, ben)
    await ben.answers(request, "decline", kind="DECLINE")
    await ada.world.connect(ada.number, ben.number)
    await goes_on(ada, conversation)
    assert (await own(ada, ben))["lastInteractionAt"] == after()
    assert (await own(ben, ada))["lastInteractionAt"] is None


@pytest.mark.parametrize("is_listed", [True, False])
async def test_third_parties_know_nothing_of_it(
    ada: Person, ben: Person, cleo: Person, is_listed: bool
) -> None:
    """Cleo, a connection of Ben or not, sees Ada in his list at most."""
    await ben.answers(await ada.sends(ben, relationType="CLIENT"), "accept", welcomeMessage="Hello")
    if is_listed:
        await ada.world.connect(ben.number, cleo.number)
    assert (await cleo.ask(REQUEST, id="C_MS4y")).data["node"] is None
    page = (await cleo.ask(OF_BEN, id=ben.id)).data["member"]["connections"]
    told = {edge["node"]["handle"]: edge["connection"] for edge in page["edges"]} if page else {}
    nothing = {"relationType": None, "request": None, "lastInteractionAt": None}
    assert told.get("ada") == (nothing if is_listed else None)
