"""Requests through third parties, whose tokens hold some scopes and not others."""

from collections.abc import Mapping
from typing import Final

import pytest

from auth.identity import OAuthScope
from tests.clients import Answer, Json
from tests.connection_requests.people import Person
from tests.world import World

ALL: Final = tuple(OAuthScope)
SEND: Final = "sendConnectionRequest"
LISTS: Final = ["receivedRequests { nodes { id } }", "sentRequests { nodes { id } }"]
QUOTAS: Final = ["requestQuota { used }", "quotas { used }"]


def without(person: Person, *scopes: OAuthScope) -> Person:
    """The member through a token that holds all scopes but these."""
    return person.with_scopes(*(scope for scope in ALL if scope not in scopes))


def is_refused(answer: Answer, scope: OAuthScope) -> bool:
    """Whether all of the operation is, for want of this scope alone."""
    extensions = [error["extensions"] for error in answer.errors]
    return extensions == [{"code": "MISSING_SCOPE", "anyOf": [[scope]]}] and "data" not in answer.body


def writing(mutation: str, selected: str = "userErrors { code }") -> str:
    """A mutation by its name."""
    of_input = f"{mutation[0].upper()}{mutation[1:]}Input!"
    return f"mutation($input: {of_input}) {{ {mutation}(input: $input) {{ {selected} }} }}"


@pytest.mark.parametrize("selected", [*LISTS, *QUOTAS])
async def test_lists_and_quotas_take_the_scope_to_read_requests(ada: Person, selected: str) -> None:
    query = f"{{ viewer {{ {selected} }} }}"
    assert is_refused(await without(ada, OAuthScope.REQUESTS_READ).ask(query), OAuthScope.REQUESTS_READ)
    assert (await ada.with_scopes(OAuthScope.REQUESTS_READ).ask(query)).data["viewer"]


async def test_without_the_scope_no_request_has_an_id(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    ask = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }"
    blind = without(ada, OAuthScope.REQUESTS_READ)
    assert (await blind.ask(ask, id=request)).data == {"node": None, "nodes": [None]}
    seeing = ada.with_scopes(OAuthScope.REQUESTS_READ)
    assert (await seeing.ask(ask, id=request)).data["node"] == {"id": request}
    assert (await blind.ask(ask, id="Q_MS4x")).data["node"] is None
    assert (await seeing.ask(ask, id="Q_MS4x")).data["node"]


@pytest.mark.parametrize("selected", ["sentRequest { id }", "receivedRequest { id }"])
async def test_a_relationship_shows_requests_to_who_may_read_them(
    ada: Person, ben: Person, selected: str
) -> None:
    query = f"query($id: ID!) {{ member(id: $id) {{ relationship {{ {selected} }} }} }}"
    answer = await without(ada, OAuthScope.REQUESTS_READ).ask(query, id=ben.id)
    assert is_refused(answer, OAuthScope.REQUESTS_READ)


ONE: Final = {"requestId": "CR_MS4yLjE"}
REQUESTS: Final[Mapping[str, Json]] = {
    **{f"{move}ConnectionRequest": ONE for move in ("remind", "withdraw", "accept", "ignore", "restore")},
    "declineConnectionRequest": ONE,
    "reportConnectionRequest": ONE,
    "liftDecline": ONE,
    "sendConnectionRequest": {"recipientId": "M_Mg"},
    "replyToConnectionRequest": {**ONE, "body": "Who?"},
    "answerConnectionRequests": {"answers": [{**ONE, "answer": "ACCEPT"}]},
}
REMOVALS: Final[Mapping[str, Json]] = {
    "removeConnection": {"memberId": "M_Mg"},
    "removeConnections": {"memberIds": ["M_Mg"]},
}
MUTATIONS: Final[Mapping[str, tuple[OAuthScope, Json]]] = {
    **{mutation: (OAuthScope.REQUESTS_WRITE, given) for mutation, given in REQUESTS.items()},
    **{mutation: (OAuthScope.NETWORK_WRITE, given) for mutation, given in REMOVALS.items()},
}


async def test_each_mutation_takes_its_scope_and_no_other(ada: Person) -> None:
    for mutation, (scope, given) in MUTATIONS.items():
        answer = await without(ada, scope).ask(writing(mutation), input=given)
        assert is_refused(answer, scope)
        assert (await ada.with_scopes(scope).ask(writing(mutation), input=given)).errors == []


async def test_who_writes_sees_what_they_wrote(ada: Person, ben: Person) -> None:
    """The request and the quota are the answer to the mutation; the relationship belongs to the network."""
    selected = "request { state recipient { handle displayName } } relationship { status } quota { used }"
    third_party = ada.with_scopes(OAuthScope.REQUESTS_WRITE)
    answer = await third_party.ask(writing(SEND, selected), input={"recipientId": ben.id})
    payload = answer.data[SEND]
    recipient = {"handle": "ben", "displayName": "Ben T."}
    assert payload["request"] == {"state": "PENDING", "recipient": recipient}
    assert (payload["relationship"], payload["quota"]) == (None, {"used": 1})


async def test_without_the_scope_of_the_network_nothing_is_told_of_it(ada: Person, ben: Person) -> None:
    blind = without(ada, OAuthScope.NETWORK_READ)
    query = "query($id: ID!) { member(id: $id) { handle relationship { status } primaryAction } }"
    expected = {"handle": "ben", "relationship": None, "primaryAction": "NONE"}
    assert (await blind.ask(query, id=ben.id)).data["member"] == expected
    relationships = "query($id: ID!) { viewer { relationships(memberIds: [$id]) { status } } }"
    assert is_refused(await blind.ask(relationships, id=ben.id), OAuthScope.NETWORK_READ)


async def test_who_accepts_without_the_scope_of_the_network_does_not_see_the_connection(
    ada: Person, ben: Person
) -> None:
    request = await ben.sends(ada)
    accepting = writing("acceptConnectionRequest", "request { state } connection { id } relationship { id }")
    blind = without(ada, OAuthScope.NETWORK_READ)
    payload = (await blind.ask(accepting, input={"requestId": request})).data["acceptConnectionRequest"]
    assert payload == {"request": {"state": "ACCEPTED"}, "connection": None, "relationship": None}


async def test_decisions_are_the_same_whatever_the_token_may_read(
    ada: Person, ben: Person, cleo: Person, world: World
) -> None:
    """What a token may not read is not told, but it is known: second degree, connections and blocks."""
    third_party = ada.with_scopes(OAuthScope.REQUESTS_WRITE)
    document = writing(SEND, "userErrors { code ... on NotPermittedError { reason } }")

    async def sends(other: Person) -> list[str]:
        payload = (await third_party.ask(document, input={"recipientId": other.id})).data[SEND]
        return [error.get("reason", error["code"]) for error in payload["userErrors"]]

    await world.execute("UPDATE members SET who_can_request = 'SECOND_DEGREE' WHERE id = $1", ben.number)
    assert await sends(ben) == ["RECIPIENT_DOES_NOT_ACCEPT"]
    await world.connect(ada.number, cleo.number)
    await world.connect(ben.number, cleo.number)
    assert await sends(cleo) == ["ALREADY_CONNECTED"]
    assert await sends(ben) == []
    await ben.does("blockMember", memberId=ada.id)
    assert await sends(ben) == ["NOT_FOUND"]


@pytest.mark.parametrize("origin", ["PROFILE", "SEARCH"])
async def test_the_server_says_that_a_third_party_sent_it(
    ada: Person, ben: Person, world: World, origin: str
) -> None:
    await ada.with_scopes(*ALL).sends(ben, origin=origin)
    assert await world.value("SELECT origin FROM connection_requests") == "THIRD_PARTY"


async def test_the_thread_takes_the_scope_to_read_messages(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    await ben.does("replyToConnectionRequest", requestId=request, body="Who?")
    query = "query($id: ID!) { node(id: $id) { ... on ConnectionRequest { conversation { id } } } }"
    blind = without(ada, OAuthScope.MESSAGES_READ)
    assert is_refused(await blind.ask(query, id=request), OAuthScope.MESSAGES_READ)
    seeing = ada.with_scopes(OAuthScope.MESSAGES_READ, OAuthScope.REQUESTS_READ)
    assert (await seeing.ask(query, id=request)).data["node"]["conversation"]
