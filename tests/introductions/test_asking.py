"""Asking for an introduction: along which connections, how often, and what refuses it."""

import pytest

from auth.identity import OAuthScope
from tests.clients import Json
from tests.clocks import Clock, SetPolicy, after
from tests.connection_requests.conftest import Newcomer
from tests.introductions.meeting import Three, does, facts, sees, way
from tests.world import World

ASK = "requestIntroduction"


async def refusal(three: Three, **given: Json) -> Json:
    """The facts of the error with which asking is refused."""
    answer = await three.ada.tries(ASK, "introduction { id }", **three.given(**given))
    return facts(answer.data[ASK])


async def test_whom_to_ask_is_the_shared_connection_known_longest_who_was_not_asked(
    three: Three, newcomer: Newcomer, world: World
) -> None:
    ada, _, cleo = three
    dan = await newcomer("dan")
    await world.connect(ada.number, dan.number)
    await world.connect(dan.number, cleo.number)
    assert await way(ada, cleo) == ["ben"]
    introduction = await three.ask()
    assert await way(ada, cleo) == ["dan"]
    await three.ask(brokerId=dan.id)
    assert await way(ada, cleo) == ["ALREADY_PENDING"]
    await does(ada, "cancel", introduction)
    assert await way(ada, cleo) == ["ben"]


async def test_who_tells_nobody_of_their_connections_leads_nowhere(three: Three) -> None:
    ada, ben, cleo = three
    await ben.does("updatePrivacy", "settings { id }", connectionsVisibility="NOBODY")
    assert await way(ada, cleo) == ["NO_PATH"]
    error = await refusal(three)
    assert (error["code"], error["reason"], error["field"]) == ("NOT_PERMITTED", "NO_PATH", ["brokerId"])
    await ben.does("updatePrivacy", "settings { id }", connectionsVisibility="ONLY_ME")
    assert await way(ada, cleo) == ["ben"]


async def test_nor_does_anybody_lead_to_who_tells_nobody_whom_they_know(three: Three) -> None:
    await three.cleo.does("updatePrivacy", "settings { id }", connectionsVisibility="NOBODY")
    assert await way(three.ada, three.cleo) == ["NO_PATH"]
    assert (await refusal(three))["reason"] == "NO_PATH"


async def test_the_verdict_names_what_the_mutation_refuses(three: Three, newcomer: Newcomer) -> None:
    ada, ben, cleo = three
    dan = await newcomer("dan")
    assert await way(ada, ada, ben, dan) == ["SELF", "ALREADY_CONNECTED", "NO_PATH"]
    assert (await refusal(three, targetId=ada.id))["reason"] == "SELF"
    assert (await refusal(three, targetId=ben.id))["reason"] == "ALREADY_CONNECTED"
    assert (await refusal(three, targetId=dan.id))["reason"] == "NO_PATH"
    for broker in (ada, cleo, dan):
        assert (await refusal(three, brokerId=broker.id))["reason"] == "NO_PATH"


async def test_a_member_who_does_not_exist_for_the_viewer_is_not_found(
    three: Three, newcomer: Newcomer
) -> None:
    ada, _, cleo = three
    dan = await newcomer("dan")
    for missing in ("M_OTk5", ""):
        assert (await refusal(three, targetId=missing))["missingId"] == missing
        assert (await refusal(three, brokerId=missing))["field"] == ["brokerId"]
    await cleo.does("blockMember", memberId=ada.id)
    assert (await refusal(three))["code"] == "NOT_FOUND"
    assert await way(ada, cleo) == [None]
    await ada.does("blockMember", memberId=dan.id)
    assert await way(ada, dan) == ["BLOCKING"]
    assert (await refusal(three, targetId=dan.id))["code"] == "NOT_FOUND"


async def test_one_that_is_open_is_not_asked_for_again(three: Three) -> None:
    await three.ask()
    assert (await refusal(three))["reason"] == "ALREADY_PENDING"


async def test_one_that_ran_out_can_be_asked_for_again(three: Three, clock: Clock) -> None:
    first = await three.forwarded()
    clock.advance(days=30)
    second = await three.ask()
    assert await three.states(first) == ["EXPIRED"] * 3
    assert await three.states(second) == ["REQUESTED", "REQUESTED", None]
    assert await three.cleo.notifications() == ["INTRODUCTION_FORWARDED read"]


async def test_no_more_are_asked_for_than_the_rules_allow(
    three: Three, clock: Clock, policy: SetPolicy
) -> None:
    policy(introduction_limit=2)
    for _ in range(2):
        await does(three.ada, "cancel", await three.ask())
        clock.advance(hours=1)
    assert await way(three.ada, three.cleo) == ["QUOTA"]
    error = await refusal(three)
    assert (error["code"], error["quota"]["kind"], error["quota"]["used"]) == (
        "QUOTA_EXCEEDED",
        "INTRODUCTIONS",
        2,
    )
    assert error["quota"]["nextReleaseAt"] == after(days=7)
    clock.advance(days=7, hours=-2)
    assert (await three.ada.quota("INTRODUCTIONS"))["remaining"] == 1
    await three.ask()


@pytest.mark.parametrize("field", ["messageToBroker", "messageToTarget"])
async def test_messages_have_words_and_not_too_many(three: Three, field: str) -> None:
    for text, code in (("", "REQUIRED"), ("  ", "REQUIRED"), ("x" * 2_001, "TOO_LONG"), ("\x00", "INVALID")):
        error = await refusal(three, **{field: text})
        assert (error["code"], error["field"]) == (code, [field])
    introduction = await three.ask(**{field: f" {'x' * 2_000} "})
    assert (await sees(three.ada, introduction))[field] == "x" * 2_000
    answer = await three.ben.tries(
        "forwardIntroduction", "introduction { id }", introductionId=introduction, endorsement="x" * 2_001
    )
    assert facts(answer.data["forwardIntroduction"])["field"] == ["endorsement"]


async def test_a_key_has_one_effect_and_the_first_answer(three: Three) -> None:
    first = await three.ask(idempotencyKey="one")
    await does(three.ben, "forward", first)
    assert await three.ask(idempotencyKey="one") == first
    assert await three.ben.notifications() == ["INTRODUCTION_REQUESTED read"]
    error = await refusal(three, idempotencyKey="one", purpose="OTHER")
    assert error["code"] == "IDEMPOTENCY_CONFLICT"


async def test_a_refused_one_leaves_its_key_free(three: Three) -> None:
    await three.ben.does("updatePrivacy", "settings { id }", connectionsVisibility="NOBODY")
    await refusal(three, idempotencyKey="one")
    await three.ben.does("updatePrivacy", "settings { id }", connectionsVisibility="NETWORK")
    await three.ask(idempotencyKey="one")


async def test_the_scopes_of_a_token_are_asked_for(three: Three) -> None:
    reader = three.ada.with_scopes(OAuthScope.NETWORK_READ, OAuthScope.PROFILE_READ)
    writer = three.ada.with_scopes(OAuthScope.NETWORK_WRITE)
    answer = await reader.tries(ASK, "introduction { id }", **three.given())
    assert answer.codes == ["MISSING_SCOPE"]
    made = await writer.does(ASK, "introduction { id state }", **three.given())
    introduction = made["introduction"]["id"]
    assert made["introduction"]["state"] == "REQUESTED"
    assert (await reader.ask("{ viewer { introductions { totalCount } } }")).data["viewer"] == {
        "introductions": {"totalCount": 1}
    }
    for person, is_seen in ((reader, True), (writer, False), (three.ada.with_scopes(), False)):
        answer = await person.ask(
            "query($id: ID!) { node(id: $id) { ... on Introduction { state } } }", id=introduction
        )
        assert (answer.data["node"] is not None) is is_seen
