"""Signals that a member types, which are passed on and never kept."""

from datetime import timedelta

import pytest

from rules import ids
from rules.events import TypingSignal
from rules.messages import TYPING_SHOWN
from tests.clocks import Clock
from tests.connection_requests.errors import not_found
from tests.connection_requests.people import Person
from tests.messages.talk import asks_back, blocks, hides_receipts, meet, not_allowed, removes, writes
from tests.statements import counted


async def types(person: Person, conversation: str) -> bool:
    return bool((await person.does("signalTyping", "accepted", conversationId=conversation))["accepted"])


def key(conversation: str) -> int:
    return (ids.decode_as("CV", conversation) or ())[2]


async def test_the_signal_is_passed_on_for_a_few_seconds(
    ada: Person, ben: Person, clock: Clock, signals: list[TypingSignal]
) -> None:
    await meet(ada, ben)
    conversation = (await writes(ada, ben))["conversation"]["id"]
    assert await types(ada, conversation)
    assert signals == [TypingSignal(key(conversation), ada.number, clock.now + TYPING_SHOWN)]
    assert timedelta(seconds=2) < TYPING_SHOWN < timedelta(seconds=20)


@pytest.mark.parametrize("hiding", ["ada", "ben"])
async def test_whether_the_other_shares_receipts_is_not_told(
    ada: Person, ben: Person, hiding: str, signals: list[TypingSignal]
) -> None:
    await meet(ada, ben)
    conversation = (await writes(ada, ben))["conversation"]["id"]
    await hides_receipts(ada if hiding == "ada" else ben)
    assert await types(ada, conversation)
    assert signals == []


async def test_a_declined_sender_types_for_nobody(
    ada: Person, ben: Person, signals: list[TypingSignal]
) -> None:
    request, conversation = await asks_back(ada, ben)
    assert await types(ada, conversation)
    await ben.answers(request, "decline", kind="DECLINE")
    assert await types(ada, conversation)
    assert len(signals) == 1
    refusal = await ben.refused("signalTyping", conversationId=conversation)
    assert refusal == not_allowed("CLOSED", "CONNECT", "FOLLOW")


async def test_where_one_may_not_write_one_does_not_type(
    ada: Person, ben: Person, signals: list[TypingSignal]
) -> None:
    await meet(ada, ben)
    conversation = (await writes(ada, ben))["conversation"]["id"]
    for ends in (removes, blocks):
        await ends(ben, ada)
        refusal = await ada.refused("signalTyping", conversationId=conversation)
        assert refusal["reason"] == "NOT_CONNECTED"
    assert signals == []


async def test_others_do_not_find_the_conversation(ada: Person, ben: Person, cleo: Person) -> None:
    await meet(ada, ben)
    conversation = (await writes(ada, ben))["conversation"]["id"]
    refusal = await cleo.refused("signalTyping", conversationId=conversation)
    assert refusal == not_found("conversationId", conversation)


async def test_a_signal_costs_three_statements_and_is_told_to_no_log(
    ada: Person, ben: Person, signals: list[TypingSignal]
) -> None:
    await meet(ada, ben)
    conversation = (await writes(ada, ben))["conversation"]["id"]
    told = await ben.log()
    async with counted(ada.api.deployment.pool) as statements:
        await types(ada, conversation)
    assert len(statements) == 3, statements
    assert (len(signals), await ben.log()) == (1, told)
