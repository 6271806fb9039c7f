"""What a sender writes behind a hidden decline: it reaches nobody, and the sender can't tell."""

import json
import re
from collections.abc import Awaitable, Callable
from itertools import count

import pytest

from tests.clients import Json
from tests.clocks import Clock, SetPolicy
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.messages.talk import (
    MESSAGE,
    THREAD,
    asks_back,
    bodies,
    conversations,
    goes_on,
    meet,
    news,
    reads,
    thread,
    unread,
)
from tests.statements import counted

Script = Callable[[Person, Person], Awaitable[list[Json]]]
DECLINES = pytest.mark.parametrize("move", ["decline", "report"])


async def declined(ada: Person, ben: Person, move: str = "decline") -> tuple[str, str]:
    """A request and its conversation, in which each wrote once before Ben declined."""
    request, conversation = await asks_back(ada, ben)
    await goes_on(ada, conversation, "From the fair")
    await ben.answers(request, move, **({"kind": "DECLINE"} if move == "decline" else {}))
    return request, conversation


@DECLINES
async def test_it_is_seen_by_its_author_alone(ada: Person, ben: Person, move: str) -> None:
    _, conversation = await declined(ada, ben, move)
    before = (await thread(ben, conversation), await conversations(ben), await ben.log())
    message = await goes_on(ada, conversation, "Well?")
    assert await bodies(ada, conversation) == ["Where from?", "From the fair", "Well?"]
    assert (await thread(ada, conversation))["lastMessage"] == {"body": "Well?"}
    assert (await thread(ben, conversation), await conversations(ben), await ben.log()) == before
    assert before[0]["lastMessage"] == {"body": "From the fair"}
    assert before[0]["unreadCount"] == 1
    find = "query($id: ID!) { node(id: $id) { ... on Message { body } } }"
    assert (await ben.ask(find, id=message["id"])).data["node"] is None
    refusal = await ben.refused("markMessagesRead", conversationId=conversation, upToMessageId=message["id"])
    assert refusal["code"] == "NOT_FOUND"


async def test_it_notifies_nobody(ada: Person, ben: Person) -> None:
    _, conversation = await declined(ada, ben)
    latest = (await thread(ben, conversation))["messages"]["nodes"][0]
    await reads(ben, latest | {"conversation": {"id": conversation}})
    before = (await ben.notifications(), await ben.log())
    assert "MESSAGE_RECEIVED read" in before[0]
    await goes_on(ada, conversation, "Well?")
    assert (await ben.notifications(), await ben.log()) == before


async def test_lifting_the_decline_delivers_what_is_written_from_then_on(ada: Person, ben: Person) -> None:
    request, conversation = await declined(ada, ben)
    await goes_on(ada, conversation, "Well?")
    await ben.answers(request, "lift")
    assert await bodies(ben, conversation) == ["Where from?", "From the fair"]
    await goes_on(ada, conversation, "Hello?")
    await goes_on(ben, conversation, "Sorry")
    assert await bodies(ben, conversation) == ["Where from?", "From the fair", "Hello?", "Sorry"]
    assert await bodies(ada, conversation) == ["Where from?", "From the fair", "Well?", "Hello?", "Sorry"]
    assert await unread(ben, conversation) == 2


async def test_an_edit_behind_the_decline_changes_what_its_author_reads_alone(
    ada: Person, ben: Person, clock: Clock
) -> None:
    request, conversation = await asks_back(ada, ben)
    message = await goes_on(ada, conversation, "From the fair")
    clock.advance(hours=1)
    await ada.does("updateMessage", "message { id }", messageId=message["id"], body="From the fair!")
    edited = (await thread(ben, conversation))["messages"]["nodes"][0]
    await ben.answers(request, "decline", kind="DECLINE")
    told = await news(ben)
    for body in ("Answer me", "Answer me!"):
        clock.advance(hours=1)
        await ada.does("updateMessage", "message { id }", messageId=message["id"], body=body)
    assert (await bodies(ada, conversation))[-1] == "Answer me!"
    assert (await thread(ben, conversation))["messages"]["nodes"][0] == edited
    assert await news(ben) == told
    await ben.answers(request, "lift")
    assert (await bodies(ben, conversation))[-1] == "From the fair!"
    await ada.does("updateMessage", "message { id }", messageId=message["id"], body="Sorry")
    assert (await bodies(ben, conversation))[-1] == "Sorry"


async def test_a_deletion_takes_the_message_from_both(ada: Person, ben: Person) -> None:
    request, conversation = await asks_back(ada, ben)
    message = await goes_on(ada, conversation, "From the fair")
    await ben.answers(request, "decline", kind="DECLINE")
    await ada.does("updateMessage", "message { id }", messageId=message["id"], body="Answer me")
    await ada.does("deleteMessage", "message { id }", messageId=message["id"])
    for reader in (ada, ben):
        assert await bodies(reader, conversation) == ["Where from?", None]


async def test_an_open_decline_closes_the_thread_for_both(
    ada: Person, ben: Person, policy: SetPolicy
) -> None:
    policy(decline_hidden_from_sender=False)
    _, conversation = await declined(ada, ben)
    refusal = await ada.refused("sendMessage", conversationId=conversation, body="Well?")
    assert refusal["reason"] == "CLOSED"


async def nothing(_: Person, __: Person, ___: str) -> None:
    """Ben does not answer."""


async def declines(_: Person, ben: Person, request: str) -> None:
    await ben.answers(request, "decline", kind="DONT_KNOW")


async def declines_and_lifts(ada: Person, ben: Person, request: str) -> None:
    await declines(ada, ben, request)
    await ben.answers(request, "lift")


@pytest.mark.parametrize("answer", [declines, declines_and_lifts])
async def test_the_sender_sees_what_an_unanswered_one_sees(
    newcomer: Newcomer, clock: Clock, answer: Callable[[Person, Person, str], Awaitable[None]]
) -> None:
    transcripts = []
    for each in (nothing, answer):
        ada, ben = await newcomer(f"ada-{each.__name__[:4]}"), await newcomer(f"ben-{each.__name__[:4]}")
        transcripts.append(plain(await _transcript(ada, ben, each), ada, ben))
    assert transcripts[0] == transcripts[1]


async def _transcript(
    ada: Person, ben: Person, answer: Callable[[Person, Person, str], Awaitable[None]]
) -> list[Json]:
    """All that Ada gets and sees, with the number of statements of each step."""
    request, conversation = await asks_back(ada, ben)
    first = await goes_on(ada, conversation, "From the fair")
    [asked] = [node for node in (await thread(ada, conversation))["messages"]["nodes"] if node != first][1:]
    await reads(ben, first)
    await answer(ada, ben, request)
    found: list[Json] = []
    into = {"conversationId": conversation}
    for mutation, selected, given in [
        ("sendMessage", MESSAGE, into | {"body": "Well?", "clientKey": "k"}),
        ("sendMessage", MESSAGE, into | {"body": "Well?", "clientKey": "k"}),
        ("updateMessage", MESSAGE, {"messageId": first["id"], "body": "From the fair!"}),
        ("signalTyping", "accepted", into),
        ("markMessagesRead", "conversation { unreadCount }", into | {"upToMessageId": asked["id"]}),
        ("deleteMessage", MESSAGE, {"messageId": first["id"]}),
        ("sendMessage", MESSAGE, into | {"body": "Hello?"}),
    ]:
        async with counted(ada.api.deployment.pool) as statements:
            found.append((await ada.tries(mutation, selected, **given)).body)
        found.append(len(statements))
        found.append(await _seen(ada, conversation))
    last = found[-3]["data"]["sendMessage"]["message"]
    for selected, given in [
        ("updateMessage", {"messageId": last["id"], "body": "Hello there?"}),
        ("deleteMessage", {"messageId": last["id"]}),
    ]:
        async with counted(ada.api.deployment.pool) as statements:
            found.append((await ada.tries(selected, MESSAGE, **given)).body)
        found += [len(statements), await _seen(ada, conversation)]
    return found


async def _seen(ada: Person, conversation: str) -> list[Json]:
    async with counted(ada.api.deployment.pool) as statements:
        seen = [(await ada.ask(THREAD, id=conversation)).data, await conversations(ada)]
    assert seen[1].pop("pageInfo")["hasNextPage"] is False
    told = [await ada.log(), await ada.notifications(), await ada.quota("MESSAGES")]
    return [seen, len(statements), told]


def plain(transcript: list[Json], *people: Person) -> list[Json]:
    """The transcript with names for those people and numbers for ids."""
    text = json.dumps(transcript)
    for place, person in enumerate(people):
        text = text.replace(person.handle, f"member {place}").replace(person.id, f"id {place}")
    numbers, known = count(), dict[str, str]()
    text = re.sub(
        r'"([A-Z]{1,3}_[\w-]+)"', lambda found: known.setdefault(found[1], f'"#{next(numbers)}"'), text
    )
    found: list[Json] = json.loads(text)
    return found


async def test_what_is_written_to_a_connection_is_delivered_whatever_was_declined(
    ada: Person, ben: Person
) -> None:
    _, conversation = await declined(ada, ben)
    await meet(ada, ben)
    sent = (await ada.does("sendMessage", MESSAGE, memberId=ben.id, body="Hello"))["message"]
    assert sent["conversation"]["id"] != conversation
    assert await bodies(ben, sent["conversation"]["id"]) == ["Hello"]
