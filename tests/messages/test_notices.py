"""Notifications of messages: one for each conversation while it is unread."""

from typing import Final

from rules import ids
from tests.clients import Json
from tests.clocks import Clock
from tests.connection_requests.people import Person
from tests.messages.talk import asks_back, goes_on, meet, reads, writes

NOTICES: Final = """
    SELECT coalesce(
        array_agg(concat_ws(' ', kind, subject, actor_ids::text, read_at::time) ORDER BY id), '{}'
    )
    FROM notifications WHERE member_id = $1 AND kind = 'MESSAGE_RECEIVED'
"""


async def notices(person: Person) -> list[str]:
    found: list[str] = await person.world.value(NOTICES, person.number)
    return found


def notice(message: Json, author: Person, *read_at: str) -> str:
    return " ".join(["MESSAGE_RECEIVED", message["conversation"]["id"], f"{{{author.number}}}", *read_at])


async def test_the_unread_messages_of_a_conversation_are_one_notification(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    await writes(ada, ben, "Are you there?")
    assert await notices(ben) == [notice(message, ada)]
    assert (await ben.log()).count("NOTIFICATION_CREATED") == 2
    assert await notices(ada) == []


async def test_reading_all_of_a_conversation_reads_its_notification(
    ada: Person, ben: Person, clock: Clock
) -> None:
    await meet(ada, ben)
    first = await writes(ada, ben)
    second = await writes(ada, ben, "Are you there?")
    await reads(ben, first)
    assert await notices(ben) == [notice(first, ada)]
    await reads(ben, second)
    assert await notices(ben) == [notice(first, ada, "12:00:00")]
    clock.advance(hours=1)
    await writes(ada, ben, "Then till later")
    assert await notices(ben) == [notice(first, ada, "12:00:00"), notice(first, ada)]


async def test_the_devices_hear_that_the_notification_is_read(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    first, second = await writes(ada, ben), await writes(ada, ben, "Are you there?")
    await reads(ben, first)
    assert (await ben.log())[-1].split()[0] == "MESSAGES_READ"
    await reads(ben, second)
    id = await ben.world.value("SELECT id FROM notifications WHERE member_id = $1", ben.number)
    told = "SELECT concat_ws(' ', kind, subject) FROM events WHERE member_id = $1 ORDER BY sequence DESC"
    assert await ben.world.value(told, ben.number) == f"NOTIFICATIONS_READ {ids.encode('N', ben.number, id)}"
    assert not any("NOTIFICATIONS_READ" in each for each in await ada.log())


async def test_a_conversation_without_an_unread_message_has_none(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    first, second = await writes(ada, ben), await writes(ada, ben, "Oh, and")
    await ada.does("deleteMessage", "message { id }", messageId=first["id"])
    assert await notices(ben) == [notice(first, ada)]
    await ada.does("deleteMessage", "message { id }", messageId=second["id"])
    assert await notices(ben) == []


async def test_what_was_read_before_it_was_deleted_stays(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    message = await writes(ada, ben)
    await reads(ben, message)
    await ada.does("deleteMessage", "message { id }", messageId=message["id"])
    assert await notices(ben) == [notice(message, ada, "12:00:00")]


async def test_who_mutes_the_author_gets_the_message_and_no_notification(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    await ben.does("muteMember", memberId=ada.id)
    before = await ben.log()
    await writes(ada, ben)
    assert (await ben.log())[len(before) :] == ["MESSAGE_CHANGED"]
    assert await notices(ben) == []


async def test_a_reply_and_a_welcome_come_with_a_notification_of_their_own(ada: Person, ben: Person) -> None:
    request, conversation = await asks_back(ada, ben)
    await goes_on(ada, conversation, "From the fair")
    await ben.does("acceptConnectionRequest", requestId=request, welcomeMessage="Of course!")
    assert await ada.notifications() == ["CONNECTION_REQUEST_REPLIED", "CONNECTION_REQUEST_ACCEPTED"]
    assert await notices(ada) == []
    assert len(await notices(ben)) == 1
