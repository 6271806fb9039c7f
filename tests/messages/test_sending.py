"""Sending a message: to a member or into a conversation, while it is open."""

import pytest

from auth.identity import OAuthScope
from rules import ids
from tests.clients import Json
from tests.clocks import SetPolicy, after
from tests.connection_requests.errors import invalid, not_found
from tests.connection_requests.people import Person
from tests.messages.talk import (
    asks_back,
    blocks,
    bodies,
    goes_on,
    meet,
    news,
    not_allowed,
    removes,
    thread,
    writes,
)

ENDS = pytest.mark.parametrize("ends", [removes, blocks], ids=["removal", "block"])
READ = OAuthScope.MESSAGES_READ
OPEN = {"allowed": True, "reason": None}


async def test_the_first_message_to_a_connection_begins_a_conversation_that_goes_on(
    ada: Person, ben: Person
) -> None:
    await meet(ada, ben)
    first = await writes(ada, ben, "  Hello\n")
    assert first | {"id": "", "conversation": None} == {
        "id": "",
        "body": "Hello",
        "sentAt": after(),
        "editedAt": None,
        "clientKey": None,
        "author": {"handle": "ada"},
        "conversation": None,
        "readBy": [],
    }
    conversation = first["conversation"]["id"]
    assert (await writes(ben, ada, "Hello yourself"))["conversation"]["id"] == conversation
    await goes_on(ada, conversation, "How are you?")
    for reader, other in ((ada, ben), (ben, ada)):
        seen = await thread(reader, conversation)
        assert (seen["context"], seen["participants"]) == ("CONNECTION", [{"handle": other.handle}])
        assert (seen["canWrite"], seen["lastMessage"]) == (OPEN, {"body": "How are you?"})
        assert await bodies(reader, conversation) == ["Hello", "Hello yourself", "How are you?"]


async def test_both_hear_of_a_message_and_the_other_is_notified(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    assert await news(ada) == await news(ben) == [f"MESSAGE_CHANGED {message['id']}"]
    assert await ada.log() == ["MESSAGE_CHANGED"]
    assert await ben.log() == ["MESSAGE_CHANGED", "NOTIFICATION_CREATED"]


async def test_the_thread_of_a_request_goes_on_while_it_is_open(ada: Person, ben: Person) -> None:
    _, conversation = await asks_back(ada, ben)
    await goes_on(ada, conversation, "From the fair")
    await goes_on(ben, conversation, "Ah!")
    assert await bodies(ada, conversation) == ["Where from?", "From the fair", "Ah!"]
    assert (await thread(ben, conversation))["context"] == "REQUEST_REPLY"


@ENDS
async def test_the_end_of_a_connection_closes_the_thread_for_writing_and_leaves_reading(
    ada: Person, ben: Person, ends: Json
) -> None:
    await meet(ada, ben)
    conversation = (await writes(ada, ben))["conversation"]["id"]
    await ends(ben, ada)
    for member in (ada, ben):
        refusal = await member.refused("sendMessage", conversationId=conversation, body="Still there?")
        assert refusal["reason"] == "NOT_CONNECTED"
        assert await bodies(member, conversation) == ["Hello"]
        assert not (await thread(member, conversation))["canWrite"]["allowed"]


async def test_a_stranger_is_offered_what_is_open_instead(ada: Person, ben: Person) -> None:
    refusal = not_allowed("NOT_CONNECTED", "CONNECT", "FOLLOW")
    assert await ada.refused("sendMessage", memberId=ben.id, body="Hello") == refusal


async def test_nobody_writes_to_oneself(ada: Person) -> None:
    assert (await ada.refused("sendMessage", memberId=ada.id, body="Hello"))["reason"] == "SELF"


@pytest.mark.parametrize("of", ["blocked", "blocking", "nobody"])
async def test_who_does_not_exist_gets_no_message(ada: Person, ben: Person, of: str) -> None:
    await meet(ada, ben)
    if of == "blocked":
        await blocks(ben, ada)
    elif of == "blocking":
        await blocks(ada, ben)
    other = ids.encode("M", 999_999) if of == "nobody" else ben.id
    assert await ada.refused("sendMessage", memberId=other, body="Hello") == not_found("memberId", other)


async def test_others_do_not_find_the_conversation(ada: Person, ben: Person, cleo: Person) -> None:
    await meet(ada, ben)
    conversation = (await writes(ada, ben))["conversation"]["id"]
    wrong = [
        conversation,
        ids.encode("CV", ada.number, cleo.number, 1),
        ids.encode("CV", cleo.number, cleo.number, 1),
        ids.encode("CV", cleo.number, 2**40, 1),
        ids.encode("CV", cleo.number),
        ada.id,
        "nonsense \u2603",
    ]
    for id in wrong:
        refusal = await cleo.refused("sendMessage", conversationId=id, body="Hello")
        assert refusal == not_found("conversationId", id)


@pytest.mark.parametrize("given", [(), ("conversationId", "memberId")], ids=["neither", "both"])
async def test_a_message_goes_to_exactly_one_place(ada: Person, ben: Person, given: tuple[str, ...]) -> None:
    refusal = await ada.refused("sendMessage", body="Hello", **dict.fromkeys(given, ben.id))
    assert refusal == invalid("INVALID" if given else "REQUIRED", "conversationId")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (" \n", invalid("REQUIRED", "body")),
        ("x" * 5_001, invalid("TOO_LONG", "body", "maxLength=5000")),
        ("a\x00b", invalid("INVALID", "body")),
    ],
)
async def test_a_message_says_something(ada: Person, ben: Person, body: str, refusal: Json) -> None:
    await meet(ada, ben)
    assert await ada.refused("sendMessage", memberId=ben.id, body=body) == refusal
    assert await ben.log() == []


async def test_where_no_connection_is_needed_all_who_exist_for_each_other_may_write(
    ada: Person, ben: Person, policy: SetPolicy
) -> None:
    policy(messaging_requires_connection=False)
    assert (await ada.relationship(ben))["canMessage"] == OPEN
    conversation = (await writes(ada, ben))["conversation"]["id"]
    seen = await thread(ben, conversation)
    assert (seen["context"], seen["canWrite"]) == ("CONNECTION", OPEN)
    await goes_on(ben, conversation, "Who are you?")
    await blocks(ben, ada)
    for member in (ada, ben):
        refusal = await member.refused("sendMessage", conversationId=conversation, body="Oh")
        assert refusal == not_allowed("CLOSED")
        assert (await thread(member, conversation))["canWrite"]["reason"] == "CLOSED"


async def test_writing_takes_the_scope_of_writing_and_its_answer_that_of_reading(
    ada: Person, ben: Person
) -> None:
    await meet(ada, ben)
    given = {"memberId": ben.id, "body": "Hello"}
    for member in (ada.with_scopes(READ), ada.with_scopes(OAuthScope.MESSAGES_WRITE)):
        assert (await member.tries("sendMessage", "message { body }", **given)).codes == ["MISSING_SCOPE"]
    assert await ben.log() == []
    await ada.with_scopes(OAuthScope.MESSAGES_WRITE).does("sendMessage", "__typename", **given)
    assert await ben.log() == ["MESSAGE_CHANGED", "NOTIFICATION_CREATED"]
