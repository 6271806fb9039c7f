"""The life of an introduction: who moves it where, and what each is told."""

import pytest

from rules import ids
from tests.clocks import Clock, SetPolicy
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.introductions.meeting import Three, does, refused, sees
from tests.world import World

LAST = "query($id: ID!) { node(id: $id) { ... on Introduction { connection { lastInteractionAt } } } }"
LINK = "query($id: ID!) { node(id: $id) { ... on Connection { introduction { id state } } } }"
OPEN_STATES = {
    "requested": (),
    "forwarded": ("ben forward",),
    "accepted": ("ben forward", "cleo accept"),
    "declined by the broker": ("ben decline",),
    "declined by the target": ("ben forward", "cleo decline"),
    "cancelled": ("ada cancel",),
    "forwarded, then cancelled": ("ben forward", "ada cancel"),
    "declined, then cancelled": ("ben decline", "ada cancel"),
    "declined by the target, then cancelled": ("ben forward", "cleo decline", "ada cancel"),
}
MOVES = ("ada cancel", "ben forward", "ben decline", "cleo decline", "cleo accept")
ENDS = {
    "requested": (
        "CANCELLED CANCELLED None",
        "FORWARDED FORWARDED FORWARDED",
        "REQUESTED DECLINED_BY_BROKER None",
        "NOT_FOUND",
        "NOT_FOUND",
    ),
    "forwarded": (
        "CANCELLED CANCELLED CANCELLED",
        "FORWARDED FORWARDED FORWARDED",
        "INVALID_STATE FORWARDED",
        "FORWARDED DECLINED_BY_TARGET DECLINED_BY_TARGET",
        "ACCEPTED ACCEPTED ACCEPTED",
    ),
    "accepted": (
        *("INVALID_STATE ACCEPTED",) * 4,
        "ACCEPTED ACCEPTED ACCEPTED",
    ),
    "declined by the broker": (
        "CANCELLED DECLINED_BY_BROKER None",
        "INVALID_STATE DECLINED_BY_BROKER",
        "REQUESTED DECLINED_BY_BROKER None",
        "NOT_FOUND",
        "NOT_FOUND",
    ),
    "declined by the target": (
        "CANCELLED DECLINED_BY_TARGET DECLINED_BY_TARGET",
        "INVALID_STATE DECLINED_BY_TARGET",
        "INVALID_STATE DECLINED_BY_TARGET",
        "FORWARDED DECLINED_BY_TARGET DECLINED_BY_TARGET",
        "INVALID_STATE DECLINED_BY_TARGET",
    ),
    "cancelled": (
        "CANCELLED CANCELLED None",
        "INVALID_STATE CANCELLED",
        "INVALID_STATE CANCELLED",
        "NOT_FOUND",
        "NOT_FOUND",
    ),
    "forwarded, then cancelled": (
        "CANCELLED CANCELLED CANCELLED",
        *("INVALID_STATE CANCELLED",) * 4,
    ),
    "declined, then cancelled": (
        "CANCELLED DECLINED_BY_BROKER None",
        "INVALID_STATE DECLINED_BY_BROKER",
        "CANCELLED DECLINED_BY_BROKER None",
        "NOT_FOUND",
        "NOT_FOUND",
    ),
    "declined by the target, then cancelled": (
        "CANCELLED DECLINED_BY_TARGET DECLINED_BY_TARGET",
        "INVALID_STATE DECLINED_BY_TARGET",
        "INVALID_STATE DECLINED_BY_TARGET",
        "CANCELLED DECLINED_BY_TARGET DECLINED_BY_TARGET",
        "INVALID_STATE DECLINED_BY_TARGET",
    ),
}
"""How the three see it after each of MOVES, or why that is refused."""


async def outcome(three: Three, introduction: str, move: str) -> str:
    """How the three see the introduction after a move, or why it is refused."""
    handle, verb = move.split()
    mover = next(each for each in three if each.handle == handle)
    selected = "introduction { id }"
    answer = await mover.tries(f"{verb}Introduction", selected, introductionId=introduction)
    if errors := answer.data[f"{verb}Introduction"]["userErrors"]:
        return " ".join(filter(None, [errors[0]["code"], errors[0].get("currentState")]))
    return " ".join(map(str, await three.states(introduction)))


@pytest.mark.parametrize("state", OPEN_STATES)
@pytest.mark.parametrize("move", MOVES)
async def test_every_move_from_every_state(three: Three, state: str, move: str) -> None:
    introduction = await three.ask()
    for each in OPEN_STATES[state]:
        await outcome(three, introduction, each)
    assert await outcome(three, introduction, move) == ENDS[state][MOVES.index(move)]


async def test_what_is_asked_for_passed_on_and_accepted_connects_the_two(three: Three) -> None:
    ada, ben, cleo = three
    introduction = await three.ask()
    asked = await sees(ben, introduction)
    assert asked["viewerRole"] == "BROKER"
    assert asked["purpose"] == "ADVICE"
    assert [asked[name] for name in ("messageToBroker", "messageToTarget", "endorsementByBroker")] == [
        "You know Cleo well.",
        "I would like to learn from you.",
        None,
    ]
    await does(ben, "forward", introduction, endorsement=" She is good. ")
    told = await sees(cleo, introduction)
    assert (told["viewerRole"], told["messageToBroker"]) == ("TARGET", None)
    assert told["endorsementByBroker"] == "She is good."
    assert {told[role]["handle"] for role in ("requester", "broker", "target")} == {"ada", "ben", "cleo"}
    accepted = await cleo.does(
        "acceptIntroduction",
        "introduction { state connection { id } } connection { id connectedAt }",
        introductionId=introduction,
    )
    assert accepted["introduction"]["connection"]["id"] == accepted["connection"]["id"]
    for one, other in ((ada, cleo), (cleo, ada)):
        stands = await one.relationship(other)
        assert (stands["status"], stands["following"]) == ("CONNECTED", {"origin": "CONNECTED"})
        link = (await one.ask(LINK, id=stands["connection"]["id"])).data["node"]
        assert link == {"introduction": {"id": introduction, "state": "ACCEPTED"}}
    assert (await sees(ben, introduction))["connection"] is None


async def test_each_hears_of_it_when_it_is_their_turn(three: Three) -> None:
    ada, ben, cleo = three
    introduction = await three.ask()
    assert [await each.notifications() for each in three] == [[], ["INTRODUCTION_REQUESTED"], []]
    await does(ben, "forward", introduction)
    forwarded = ["INTRODUCTION_FORWARDED"]
    asked = ["INTRODUCTION_REQUESTED read"]
    assert [await each.notifications() for each in three] == [forwarded, asked, forwarded]
    await does(cleo, "accept", introduction)
    answered = "INTRODUCTION_ANSWERED"
    assert [await each.notifications() for each in three] == [
        [*forwarded, answered],
        [*asked, answered],
        ["INTRODUCTION_FORWARDED read"],
    ]
    notified = ["NOTIFICATION_CREATED"]
    assert await ada.log() == [*notified * 2, "RELATIONSHIP_CHANGED"]
    assert await ben.log() == notified * 2
    assert await cleo.log() == [*notified, "RELATIONSHIP_CHANGED"]


async def test_notifications_name_who_did_it_and_lead_to_the_introduction(three: Three) -> None:
    introduction = await three.forwarded()
    await does(three.cleo, "accept", introduction)
    query = "{ viewer { notifications { nodes { text subject { ... on Introduction { id } } } } } }"
    said = []
    for each in three:
        nodes = (await each.ask(query)).data["viewer"]["notifications"]["nodes"]
        assert all(node["subject"] == {"id": introduction} for node in nodes)
        said.append([node["text"] for node in nodes])
    passed_on, accepted = "Ben Tester passed on an introduction.", "Cleo Tester accepted an introduction."
    assert said == [
        [accepted, passed_on],
        [accepted, "Ada Tester asks you for an introduction."],
        [passed_on],
    ]


@pytest.mark.parametrize("before", [["forward"], ["decline"]])
async def test_a_repeated_move_changes_and_tells_nothing(three: Three, before: list[str]) -> None:
    introduction = await three.ask()
    await does(
        three.ben, before[0], introduction, **({"endorsement": "Good."} if "forward" in before else {})
    )
    was = [await each.log() for each in three]
    again = await does(three.ben, before[0], introduction)
    assert again["endorsementByBroker"] == ("Good." if "forward" in before else None)
    assert [await each.log() for each in three] == was


async def test_accepting_twice_is_answered_with_the_connection_while_there_is_one(three: Three) -> None:
    introduction = await three.forwarded()
    first = await three.cleo.does("acceptIntroduction", "connection { id }", introductionId=introduction)
    was = [await each.log() for each in three]
    again = await three.cleo.does("acceptIntroduction", "connection { id }", introductionId=introduction)
    assert again == first
    assert [await each.log() for each in three] == was
    await three.ada.does("removeConnection", memberId=three.cleo.id)
    error = await refused(three.cleo, "accept", introduction)
    assert (error["code"], error["currentState"]) == ("INVALID_STATE", "ACCEPTED")
    await three.cleo.answers(await three.ada.sends(three.cleo), "accept")
    link = (await three.ada.relationship(three.cleo))["connection"]["id"]
    assert (await three.ada.ask(LINK, id=link)).data["node"] == {"introduction": None}
    assert (await sees(three.ada, introduction))["connection"] is None


async def test_a_first_message_opens_the_thread_of_the_two(three: Three) -> None:
    ada, _, cleo = three
    introduction = await three.forwarded()
    accepted = await does(cleo, "accept", introduction, message=" Glad to meet you. ")
    seen = [await sees(each, introduction) for each in three]
    thread = accepted["conversation"]["id"]
    assert [each["conversation"] for each in seen] == [{"id": thread}, None, {"id": thread}]
    query = "query($id: ID!) { node(id: $id) { ... on Conversation { messages { nodes { body } } } } }"
    said = (await ada.ask(query, id=thread)).data["node"]["messages"]["nodes"]
    assert said == [{"body": "Glad to meet you."}]
    for each in (ada, cleo):
        found = (await each.ask(LAST, id=introduction)).data["node"]
        assert found["connection"]["lastInteractionAt"] is not None
    assert "MESSAGE_CHANGED" in await ada.log()


async def test_a_full_network_can_be_introduced_to_nobody(three: Three, policy: SetPolicy) -> None:
    introduction = await three.forwarded()
    policy(max_connections=1)
    error = await refused(three.cleo, "accept", introduction, message="Hello")
    assert (error["code"], error["viewerIsFull"]) == ("CAPACITY_REACHED", True)
    assert await three.states(introduction) == ["FORWARDED"] * 3
    assert await three.ada.world.value("SELECT count(*) FROM messages") == 0


@pytest.mark.parametrize("asks", ["ada", "cleo"])
async def test_what_either_asked_the_other_besides_is_agreed_to(three: Three, asks: str) -> None:
    ada, _, cleo = three
    introduction = await three.forwarded()
    request = await (ada.sends(cleo) if asks == "ada" else cleo.sends(ada))
    await does(cleo, "accept", introduction)
    assert [(await each.sees(request))["state"] for each in (ada, cleo)] == ["ACCEPTED"] * 2
    assert "CONNECTION_REQUEST_ACCEPTED" not in await ada.notifications()


async def test_also_a_request_that_was_declined_in_secret(three: Three) -> None:
    ada, _, cleo = three
    introduction = await three.forwarded()
    request = await ada.sends(cleo)
    await cleo.answers(request, "decline")
    await does(cleo, "accept", introduction)
    assert (await ada.sees(request))["state"] == "ACCEPTED"


@pytest.mark.parametrize("asks", ["ada", "cleo"])
async def test_what_either_declined_before_bars_nobody_any_more(
    three: Three, clock: Clock, asks: str
) -> None:
    ada, _, cleo = three
    sender, recipient = (ada, cleo) if asks == "ada" else (cleo, ada)
    request = await sender.sends(recipient)
    await recipient.answers(request, "decline")
    await sender.answers(request, "withdraw")
    clock.advance(hours=1)
    await does(cleo, "accept", await three.forwarded())
    await ada.does("removeConnection", memberId=cleo.id)
    again = await sender.sends(recipient)
    assert (await recipient.sees(again))["state"] == "PENDING"


@pytest.mark.parametrize("move", ["forward", "decline", "accept", "cancel"])
async def test_only_whose_move_it_is_may_make_it(
    three: Three, newcomer: Newcomer, world: World, move: str
) -> None:
    introduction = await three.forwarded()
    movers = {"forward": ["ben"], "decline": ["ben", "cleo"], "accept": ["cleo"], "cancel": ["ada"]}[move]
    everybody: list[Person] = [*three, await newcomer("dan")]
    for each in everybody:
        if each.handle not in movers:
            assert (await refused(each, move, introduction))["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "id", ["", "I_", "M_MQ", ids.encode("I", 1, 2, 3, 999), ids.encode("I", 1, 2**40, 3, 1), "I_MS4yLjM"]
)
async def test_an_id_of_nothing_is_refused(three: Three, id: str) -> None:
    for move in ("forward", "decline", "accept", "cancel"):
        for each in three:
            assert (await refused(each, move, id))["code"] == "NOT_FOUND"
