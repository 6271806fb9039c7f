"""Keys that an author gives: a message is sent once under each of them, for ever."""

import asyncio

import pytest

from tests.clients import Json
from tests.clocks import Clock, SetPolicy
from tests.connection_requests.errors import conflict, invalid
from tests.connection_requests.people import Person
from tests.messages.talk import MESSAGE, blocks, bodies, goes_on, meet, thread, writes


async def test_a_retry_is_the_first_message_however_late_it_comes(
    ada: Person, ben: Person, clock: Clock
) -> None:
    await meet(ada, ben)
    first = await writes(ada, ben, clientKey="k")
    assert first["clientKey"] == "k"
    clock.advance(days=1_000)
    assert await writes(ada, ben, clientKey="k") == first
    assert await bodies(ben, first["conversation"]["id"]) == ["Hello"]
    assert len(await ben.log()) == 2
    assert (await ada.quota("MESSAGES"))["used"] == 0


async def test_a_retry_takes_nothing_of_the_allowance(ada: Person, ben: Person, policy: SetPolicy) -> None:
    await meet(ada, ben)
    policy(message_limit=1)
    first = await writes(ada, ben, clientKey="k")
    assert await writes(ada, ben, clientKey="k") == first


async def test_a_retry_shows_the_message_as_it_is_now(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    first = await writes(ada, ben, clientKey="k")
    await ada.does("deleteMessage", "message { body }", messageId=first["id"])
    assert await writes(ada, ben, clientKey="k") == first | {"body": None}


async def test_a_retry_succeeds_after_the_end_of_the_connection(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    first = await writes(ada, ben, clientKey="k")
    await blocks(ben, ada)
    again = await writes(ada, ben, clientKey="k")
    assert again == first | {"readBy": None}


@pytest.mark.parametrize("change", ["body", "place"])
async def test_a_key_stands_for_one_input(ada: Person, ben: Person, change: str) -> None:
    await meet(ada, ben)
    first = await writes(ada, ben, clientKey="k")
    place = {"conversationId": first["conversation"]["id"]} if change == "place" else {"memberId": ben.id}
    body = "Hello" if change == "place" else "Bye"
    refusal = await ada.refused("sendMessage", body=body, clientKey="k", **place)
    assert refusal == conflict("k") | {"field": ["clientKey"]}
    assert await bodies(ben, first["conversation"]["id"]) == ["Hello"]


async def test_copies_at_once_are_one_message(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    given = {"memberId": ben.id, "body": "Hello", "clientKey": "k"}
    found = await asyncio.gather(*(ada.does("sendMessage", MESSAGE, **given) for _ in range(8)))
    assert all(each == found[0] for each in found)
    assert len(await ben.log()) == 2


async def test_a_key_is_its_authors_alone(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    conversation = (await writes(ada, ben, clientKey="k"))["conversation"]["id"]
    assert (await goes_on(ben, conversation, "Hello yourself", clientKey="k"))["clientKey"] == "k"
    shown = [
        [node["clientKey"] for node in (await thread(reader, conversation))["messages"]["nodes"]]
        for reader in (ada, ben)
    ]
    assert shown == [[None, "k"], ["k", None]]


async def test_a_refused_message_leaves_its_key_free(ada: Person, ben: Person) -> None:
    await ada.refused("sendMessage", memberId=ben.id, body="Hello", clientKey="k")
    await meet(ada, ben)
    assert (await writes(ada, ben, "Now!", clientKey="k"))["body"] == "Now!"


@pytest.mark.parametrize(
    ("key", "refusal"),
    [
        ("", invalid("REQUIRED", "clientKey")),
        ("x" * 256, invalid("TOO_LONG", "clientKey", "maxLength=255")),
    ],
)
async def test_a_key_has_a_length(ada: Person, ben: Person, key: str, refusal: Json) -> None:
    await meet(ada, ben)
    assert await ada.refused("sendMessage", memberId=ben.id, body="Hello", clientKey=key) == refusal
