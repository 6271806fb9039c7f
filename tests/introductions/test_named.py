"""Requests to connect that name the introduction behind them."""

import pytest

from auth.identity import OAuthScope
from tests.clients import Json
from tests.clocks import Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.introductions.meeting import Three, does, sees

BEHIND = "query($id: ID!) { node(id: $id) { ... on ConnectionRequest { relationType introduction { id } } } }"
LINK = "query($id: ID!) { node(id: $id) { ... on Connection { introduction { id } } } }"


async def sends(three: Three, introduction: str, **given: Json) -> str:
    """Ada asks Cleo to connect, naming the introduction."""
    return await three.ada.sends(three.cleo, introductionId=introduction, **given)


async def link(three: Three) -> Json:
    """The introduction behind the connection of Ada and Cleo, as both see it."""
    found = []
    for one, other in ((three.ada, three.cleo), (three.cleo, three.ada)):
        public_id = (await one.relationship(other))["connection"]["id"]
        found.append((await one.ask(LINK, id=public_id)).data["node"]["introduction"])
    assert found[0] == found[1]
    return found[0]


async def test_the_two_see_what_is_behind_it_and_its_broker_no_request(three: Three) -> None:
    introduction = await three.forwarded()
    request = await sends(three, introduction)
    for each in (three.ada, three.cleo):
        node = (await each.ask(BEHIND, id=request)).data["node"]
        assert node == {"relationType": "INTRODUCED", "introduction": {"id": introduction}}
        assert (await sees(each, introduction))["resultingRequest"] == {"id": request}
    assert (await sees(three.ben, introduction))["resultingRequest"] is None


async def test_a_relation_that_is_named_stays(three: Three) -> None:
    request = await sends(three, await three.forwarded(), relationType="CLASSMATE")
    assert (await three.ada.sees(request))["relationType"] == "CLASSMATE"


@pytest.mark.parametrize("is_declined", [False, True])
async def test_accepting_it_accepts_the_introduction_even_if_declined(
    three: Three, is_declined: bool
) -> None:
    introduction = await three.forwarded()
    request = await sends(three, introduction)
    if is_declined:
        await does(three.cleo, "decline", introduction)
    await three.cleo.answers(request, "accept")
    assert await three.states(introduction) == ["ACCEPTED"] * 3
    assert await link(three) == {"id": introduction}
    assert (await three.ben.notifications())[-1] == "INTRODUCTION_ANSWERED"
    assert await three.ada.notifications() == [
        "INTRODUCTION_FORWARDED",
        "INTRODUCTION_ANSWERED",
        "CONNECTION_REQUEST_ACCEPTED",
    ]


async def test_also_when_the_recipient_asks_back(three: Three) -> None:
    introduction = await three.forwarded()
    await sends(three, introduction)
    await three.cleo.does("sendConnectionRequest", recipientId=three.ada.id)
    assert await three.states(introduction) == ["ACCEPTED"] * 3
    assert await link(three) == {"id": introduction}


async def test_one_that_is_over_by_then_is_not_behind_the_connection(three: Three, clock: Clock) -> None:
    introduction = await three.forwarded()
    request = await sends(three, introduction)
    clock.advance(days=30)
    await three.cleo.answers(request, "accept")
    assert await three.states(introduction) == ["EXPIRED"] * 3
    assert await link(three) is None


async def test_only_what_was_passed_on_to_the_recipient_can_be_named(
    three: Three, newcomer: Newcomer, clock: Clock
) -> None:
    introduction = await three.ask()

    async def refusal(sender: Person, recipient: Person, name: str = introduction) -> tuple[str, ...]:
        given = {"recipientId": recipient.id, "introductionId": name}
        error = await sender.refused("sendConnectionRequest", **given)
        return tuple(error[name] for name in ("code", "currentState") if name in error)

    assert await refusal(three.ada, three.cleo) == ("INVALID_STATE", "REQUESTED")
    await does(three.ben, "forward", introduction)
    dan = await newcomer("dan")
    for sender, recipient in ((three.ada, dan), (three.cleo, three.ada), (dan, three.cleo)):
        assert await refusal(sender, recipient) == ("NOT_FOUND",)
    assert await refusal(three.ada, three.cleo, "I_MS4yLjMuOTk5") == ("NOT_FOUND",)
    clock.advance(days=30)
    assert await refusal(three.ada, three.cleo) == ("INVALID_STATE", "EXPIRED")


async def test_a_decline_that_is_hidden_refuses_nothing(three: Three) -> None:
    introduction = await three.forwarded()
    await does(three.cleo, "decline", introduction)
    request = await sends(three, introduction)
    assert (await three.cleo.sees(request))["state"] == "PENDING"


async def test_the_last_request_that_names_it_is_the_resulting_one(three: Three, clock: Clock) -> None:
    introduction = await three.forwarded()
    first = await sends(three, introduction)
    await three.ada.answers(first, "withdraw")
    assert (await sees(three.ada, introduction))["resultingRequest"] == {"id": first}
    assert (await sees(three.cleo, introduction))["resultingRequest"] is None
    clock.advance(days=21)
    second = await sends(three, introduction)
    assert (await sees(three.cleo, introduction))["resultingRequest"] == {"id": second}


async def test_who_declined_it_is_not_told_that_the_requester_asks_again(three: Three, clock: Clock) -> None:
    introduction = await three.forwarded()
    first = await sends(three, introduction)
    await three.cleo.answers(first, "decline")
    await three.ada.answers(first, "withdraw")
    clock.advance(days=21)
    second = await sends(three, introduction)
    assert (await sees(three.ada, introduction))["resultingRequest"] == {"id": second}
    assert (await sees(three.cleo, introduction))["resultingRequest"] == {"id": first}


async def test_a_token_sees_across_only_with_both_scopes(three: Three) -> None:
    introduction = await three.forwarded()
    request = await sends(three, introduction)
    requests = three.cleo.with_scopes(OAuthScope.REQUESTS_READ)
    network = three.cleo.with_scopes(OAuthScope.NETWORK_READ)
    assert (await requests.ask(BEHIND, id=request)).codes == ["MISSING_SCOPE"]
    query = "query($id: ID!) { node(id: $id) { ... on Introduction { resultingRequest { id } } } }"
    assert (await network.ask(query, id=introduction)).codes == ["MISSING_SCOPE"]
    assert (await three.cleo.ask(query, id=introduction)).data["node"]["resultingRequest"] == {"id": request}


@pytest.mark.parametrize("is_named", [False, True])
async def test_what_it_names_backs_the_relation_that_it_claims(three: Three, is_named: bool) -> None:
    introduction = await three.forwarded()
    given = {"introductionId": introduction} if is_named else {"relationType": "INTRODUCED"}
    request = await three.ada.sends(three.cleo, **given)
    fact = "vetting { relationCorroborated }"
    listed = f"{{ viewer {{ receivedRequests {{ nodes {{ {fact} }} }} }} }}"
    node = f"query($id: ID!) {{ node(id: $id) {{ ... on ConnectionRequest {{ {fact} }} }} }}"
    wanted = {"vetting": {"relationCorroborated": True if is_named else None}}
    assert (await three.cleo.ask(node, id=request)).data["node"] == wanted
    assert (await three.cleo.ask(listed)).data["viewer"]["receivedRequests"]["nodes"] == [wanted]
