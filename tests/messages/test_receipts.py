"""Reading: how far, what is unread, and who is told of it."""

import pytest

from rules import ids
from tests.clients import Json
from tests.clocks import Clock, after
from tests.connection_requests.errors import not_found
from tests.connection_requests.people import Person
from tests.messages.talk import (
    blocks,
    goes_on,
    hides_receipts,
    meet,
    news,
    reads,
    removes,
    thread,
    unread,
    writes,
)


async def receipts(reader: Person, message: Json) -> Json:
    """Who read a message, as one of the two sees it."""
    nodes = (await thread(reader, message["conversation"]["id"]))["messages"]["nodes"]
    return next(node["readBy"] for node in nodes if node["id"] == message["id"])


async def test_what_the_other_wrote_is_unread_until_it_is_read(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    first = await writes(ada, ben, "One")
    conversation = first["conversation"]["id"]
    second = await goes_on(ada, conversation, "Two")
    await goes_on(ben, conversation, "Own words are not unread")
    assert [await unread(ada, conversation), await unread(ben, conversation)] == [1, 2]
    assert await reads(ben, first) == {"unreadCount": 1}
    assert await reads(ben, second) == {"unreadCount": 0}
    assert [await unread(ada, conversation), await unread(ben, conversation)] == [1, 0]


async def test_reading_never_moves_backwards(ada: Person, ben: Person, clock: Clock) -> None:
    await meet(ada, ben)
    first = await writes(ada, ben, "One")
    second = await writes(ada, ben, "Two")
    await reads(ben, second)
    told = await news(ben)
    clock.advance(hours=1)
    assert await reads(ben, first) == await reads(ben, second) == {"unreadCount": 0}
    assert await news(ben) == told
    assert await receipts(ada, first) == [{"member": {"handle": "ben"}, "readAt": after()}]


async def test_both_hear_of_it_where_both_share_receipts(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    own = await writes(ben, ada, "Hello yourself")
    await reads(ben, own)
    assert (await news(ben))[-1] == f"MESSAGES_READ {own['id']} {ben.id}"
    assert (await news(ada))[-1] == f"MESSAGES_READ {message['id']} {ben.id}"


async def test_of_reading_ones_own_words_alone_the_other_hears_nothing(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    own = await writes(ben, ada)
    await reads(ben, own)
    assert len(await news(ada)) == 1


async def test_a_message_was_read_when_the_first_reading_reached_it(
    ada: Person, ben: Person, clock: Clock
) -> None:
    await meet(ada, ben)
    first, second, third = [await writes(ada, ben, body) for body in ("One", "Two", "Three")]
    clock.advance(hours=1)
    await reads(ben, first)
    clock.advance(hours=1)
    await reads(ben, third)
    assert [await receipts(ada, each) for each in (first, second, third)] == [
        [{"member": {"handle": "ben"}, "readAt": after(hours=hours)}] for hours in (1, 2, 2)
    ]
    assert await receipts(ben, first) == [{"member": {"handle": "ben"}, "readAt": after(hours=1)}]


@pytest.mark.parametrize("hiding", ["ada", "ben"])
async def test_who_shares_no_receipts_sees_none(ada: Person, ben: Person, hiding: str) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    await hides_receipts(ada if hiding == "ada" else ben)
    await reads(ben, message)
    assert await receipts(ada, message) is await receipts(ben, message) is None
    assert len(await news(ada)) == 1
    assert (await news(ben))[-1] == f"MESSAGES_READ {message['id']} {ben.id}"
    assert await unread(ben, message["conversation"]["id"]) == 0


@pytest.mark.parametrize("hiding", ["ada", "ben"])
async def test_what_was_read_while_receipts_were_not_shared_is_never_told(
    ada: Person, ben: Person, hiding: str
) -> None:
    await meet(ada, ben)
    first, second, third = [await writes(ada, ben, body) for body in ("One", "Two", "Three")]
    await reads(ben, first)
    hider = ada if hiding == "ada" else ben
    await hides_receipts(hider)
    await reads(ben, second)
    await hider.does("updatePrivacy", "settings { id }", readReceipts=True)
    await reads(ben, third)
    seen = [{"member": {"handle": "ben"}, "readAt": after()}]
    for reader in (ada, ben):
        assert [await receipts(reader, each) for each in (first, second, third)] == [seen, [], seen]


async def test_what_was_read_across_a_block_is_never_told(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    await blocks(ben, ada)
    await reads(ben, message)
    await ben.does("unblockMember", memberId=ada.id)
    assert await receipts(ada, message) == []


async def test_who_is_hidden_shares_no_receipts(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    await reads(ben, message)
    later = await writes(ada, ben, "Later")
    await blocks(ben, ada)
    assert await receipts(ada, message) is await receipts(ben, message) is None
    told = await news(ada)
    assert await reads(ben, later) == {"unreadCount": 0}
    assert await news(ada) == told


async def test_the_thread_of_a_removed_connection_is_read_on(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    await removes(ada, ben)
    assert await reads(ben, message) == {"unreadCount": 0}
    assert await receipts(ada, message) == [{"member": {"handle": "ben"}, "readAt": after()}]


async def test_others_mark_nothing_read(ada: Person, ben: Person, cleo: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    conversation = message["conversation"]["id"]
    given = {"conversationId": conversation, "upToMessageId": message["id"]}
    refusal = not_found("conversationId", conversation)
    assert await cleo.refused("markMessagesRead", **given) == refusal


async def test_a_message_of_another_conversation_is_not_found(ada: Person, ben: Person, cleo: Person) -> None:
    await meet(ada, ben)
    await meet(ada, cleo)
    message, other = await writes(ada, ben), await writes(cleo, ada)
    key = ids.decode_as("MSG", message["id"]) or ()
    for id in (other["id"], ids.encode("MSG", *key[:3], 2), message["conversation"]["id"], "nonsense"):
        given = {"conversationId": message["conversation"]["id"], "upToMessageId": id}
        refusal = not_found("upToMessageId", id)
        assert await ada.refused("markMessagesRead", **given) == refusal
