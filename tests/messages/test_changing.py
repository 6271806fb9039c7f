"""Editing and deleting a message of one's own."""

import pytest

from rules import ids
from tests.clients import Json
from tests.clocks import Clock, after
from tests.connection_requests.errors import invalid, not_found, not_permitted
from tests.connection_requests.people import Person
from tests.messages.talk import (
    MESSAGE,
    blocks,
    bodies,
    goes_on,
    meet,
    news,
    number,
    removes,
    thread,
    unread,
    writes,
)
from tests.world import World

BLOCK_BACK = """
INSERT INTO blocks (blocker_id, blocked_id, handle, display_name)
SELECT blocked_id, blocker_id, handle, display_name FROM blocks
"""
BOTH = pytest.mark.parametrize("mutation", ["updateMessage", "deleteMessage"])


async def edits(author: Person, message: Json, body: str) -> Json:
    return (await author.does("updateMessage", MESSAGE, messageId=message["id"], body=body))["message"]


async def deletes(author: Person, message: Json) -> Json:
    return (await author.does("deleteMessage", MESSAGE, messageId=message["id"]))["message"]


def given(mutation: str, message: Json) -> Json:
    return {"messageId": message["id"]} | ({"body": "Changed"} if mutation == "updateMessage" else {})


async def test_an_edit_changes_what_both_read(ada: Person, ben: Person, clock: Clock) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben, "Helo")
    clock.advance(minutes=5)
    edited = await edits(ada, message, " Hello ")
    assert edited == message | {"body": "Hello", "editedAt": after(minutes=5)}
    conversation = message["conversation"]["id"]
    for reader in (ada, ben):
        [seen] = (await thread(reader, conversation))["messages"]["nodes"]
        assert (seen["body"], seen["editedAt"]) == ("Hello", after(minutes=5))
        assert await news(reader) == [f"MESSAGE_CHANGED {message['id']}"] * 2
    assert (await ben.log()).count("NOTIFICATION_CREATED") == 1


async def test_the_same_text_changes_nothing(ada: Person, ben: Person, clock: Clock) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    clock.advance(minutes=5)
    assert await edits(ada, message, "Hello ") == message
    assert len(await news(ben)) == 1


async def test_a_deleted_message_keeps_its_place_and_loses_its_text(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    conversation = message["conversation"]["id"]
    later = await goes_on(ada, conversation, "Later")
    assert await deletes(ada, message) == message | {"body": None}
    assert await deletes(ada, later) == later | {"body": None}
    assert number(await goes_on(ben, conversation, "What?")) == 3
    for reader in (ada, ben):
        assert await bodies(reader, conversation) == [None, None, "What?"]
    assert len(await news(ben)) == len(await news(ada)) == 5


async def test_a_repeated_deletion_changes_nothing(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    assert await deletes(ada, message) == await deletes(ada, message)
    assert len(await news(ben)) == 2


async def test_what_is_deleted_can_not_be_edited(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    await deletes(ada, message)
    assert await ada.refused("updateMessage", messageId=message["id"], body="Hello") == {
        "__typename": "InvalidStateError",
        "code": "INVALID_STATE",
        "field": ["messageId"],
        "currentState": "DELETED",
        "availableEvents": [],
    }
    assert await bodies(ben, message["conversation"]["id"]) == [None]


@BOTH
async def test_only_its_author_changes_a_message(ada: Person, ben: Person, mutation: str) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    refusal = not_permitted("NOT_OWNER") | {"field": ["messageId"]}
    assert await ben.refused(mutation, **given(mutation, message)) == refusal
    assert await bodies(ben, message["conversation"]["id"]) == ["Hello"]


@BOTH
async def test_others_do_not_find_the_message(ada: Person, ben: Person, cleo: Person, mutation: str) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    low, high, conversation, place = ids.decode_as("MSG", message["id"]) or ()
    wrong = [
        message["id"],
        ids.encode("MSG", low, cleo.number, conversation, place),
        ids.encode("MSG", cleo.number, high, conversation, place),
        ids.encode("MSG", cleo.number, 2**40, conversation, place),
        ids.encode("MSG", cleo.number),
        message["conversation"]["id"],
    ]
    for id in wrong:
        refusal = await cleo.refused(mutation, **given(mutation, {"id": id}))
        assert refusal == not_found("messageId", id)


async def test_an_edit_says_something(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    refusal = await ada.refused("updateMessage", messageId=message["id"], body=" ")
    assert refusal == invalid("REQUIRED", "body")


@pytest.mark.parametrize(("ends", "left"), [(removes, None), (blocks, "Hello")], ids=["removal", "block"])
async def test_where_one_may_not_write_one_deletes_and_does_not_edit(
    ada: Person, ben: Person, ends: Json, left: str | None
) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    await ends(ben, ada)
    refusal = await ada.refused("updateMessage", messageId=message["id"], body="Changed")
    assert refusal["reason"] == "NOT_CONNECTED"
    assert (await deletes(ada, message))["body"] is None
    assert await bodies(ben, message["conversation"]["id"]) == [left]


async def test_what_was_deleted_across_a_block_is_deleted_for_both_when_the_last_block_is_lifted(
    ada: Person, ben: Person, world: World
) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    await blocks(ben, ada)
    await world.execute(BLOCK_BACK)
    await deletes(ada, message)
    for blocker, other, left in ((ben, ada, "Hello"), (ada, ben, None)):
        await blocker.does("unblockMember", memberId=other.id)
        assert await bodies(ben, message["conversation"]["id"]) == [left]


@pytest.mark.parametrize("blocker", ["ada", "ben"])
async def test_the_lifting_of_the_block_tells_of_it_whom_the_deletion_did_not(
    ada: Person, ben: Person, blocker: str
) -> None:
    await meet(ada, ben)
    messages = [await writes(ada, ben), await writes(ada, ben, "Still there")]
    lifter, other = (ada, ben) if blocker == "ada" else (ben, ada)
    await blocks(lifter, other)
    await deletes(ada, messages[0])
    told = await news(ada), await news(ben)
    await lifter.does("unblockMember", memberId=other.id)
    assert (await news(ada), await news(ben)) == (told[0], [*told[1], f"MESSAGE_CHANGED {messages[0]['id']}"])


async def test_what_was_deleted_across_a_block_stays_unread(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    await blocks(ben, ada)
    await deletes(ada, message)
    assert await unread(ben, message["conversation"]["id"]) == 1


@pytest.mark.parametrize(("ends", "times"), [(removes, 2), (blocks, 1)], ids=["removal", "block"])
async def test_of_a_deletion_hears_who_exists_for_its_author(
    ada: Person, ben: Person, ends: Json, times: int
) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    await ends(ben, ada)
    await deletes(ada, message)
    assert [len(await news(ada)), len(await news(ben))] == [2, times]


async def test_a_deleted_message_is_not_unread(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    await writes(ada, ben, "Later")
    conversation = message["conversation"]["id"]
    assert await unread(ben, conversation) == 2
    await deletes(ada, message)
    assert await unread(ben, conversation) == 1
