"""Marking notifications read, by id or up to a position, so that every device hears of it."""

import asyncio

from auth.identity import OAuthScope
from rules import ids
from rules.events import Position
from tests.clocks import Clock, after
from tests.connection_requests.people import Person
from tests.notifications.inbox import MARKED, asked, inbox, log, marks, node, unread

READ_EVENT = "NOTIFICATIONS_READ"


async def test_named_ones_are_read_and_the_devices_hear_which(ada: Person, ben: Person, clock: Clock) -> None:
    first, second, third = [await asked(ben, ada, number) for number in (1, 2, 3)]
    clock.advance(hours=1)
    payload = await marks(ben, notificationIds=[third, first])
    assert payload["viewer"] == {"unreadNotificationCount": 1}
    assert [each["id"] for each in payload["notifications"]] == [third, first]
    assert [each["readAt"] for each in payload["notifications"]] == [after(hours=1)] * 2
    [kind, *read] = (await log(ben))[-1].split()
    assert (kind, set(read)) == (READ_EVENT, {first, third})
    assert [each["id"] for each in await inbox(ben, unread=True)] == [second]


async def test_what_is_no_notification_of_the_viewer_is_a_hole(ada: Person, ben: Person) -> None:
    own, others = await asked(ben, ada, 1), await asked(ada, ben, 1)
    [number] = (ids.decode_as("N", own) or ())[1:]
    mixed = ids.encode("N", ada.number, number)
    assert await marks(ben, notificationIds=[mixed]) == {
        "viewer": {"unreadNotificationCount": 1}, "notifications": [None]
    }  # fmt: skip
    wrong = [others, mixed, ids.encode("N", ben.number, 10**9), ben.id, "nonsense", ""]
    payload = await marks(ben, notificationIds=[*wrong, own, own])
    assert [each and each["id"] for each in payload["notifications"]] == [None] * 6 + [own] * 2
    assert (await log(ben))[-1] == f"{READ_EVENT} {own}"
    assert (await unread(ada), len(await log(ada))) == (1, 1)


async def test_up_to_a_position_reads_what_stands_before_it(ada: Person, ben: Person) -> None:
    first, second, _ = [await asked(ben, ada, number) for number in (1, 2, 3)]
    cursor = (await node(ben, second))["cursor"]
    payload = await marks(ben, upTo=cursor)
    assert payload == {"viewer": {"unreadNotificationCount": 1}, "notifications": []}
    assert (await log(ben))[-1] == f"{READ_EVENT}  2"
    assert [each["id"] for each in await inbox(ben) if each["readAt"]] == [second, first]


async def test_one_that_grew_stands_where_it_grew(ada: Person, ben: Person, cleo: Person) -> None:
    first = await asked(ben, ada)
    cursor = (await node(ben, first))["cursor"]
    await asked(ben, ada)
    await marks(ben, upTo=cursor)
    assert await unread(ben) == 1
    await marks(ben, upTo=Position(0, 2**62).text)
    assert await unread(ben) == 0
    assert (await log(ben))[-1] == f"{READ_EVENT}  2"


async def test_doing_it_again_changes_nothing(ada: Person, ben: Person, clock: Clock) -> None:
    notification = await asked(ben, ada)
    once = await marks(ben, notificationIds=[notification])
    told = await log(ben)
    clock.advance(hours=1)
    assert await marks(ben, notificationIds=[notification]) == once
    await marks(ben, upTo=(await node(ben, notification))["cursor"])
    await marks(ben, notificationIds=[])
    assert await log(ben) == told


async def test_one_or_the_other_must_be_given(ben: Person) -> None:
    cursor = Position(0, 1).text
    wanted = {"__typename": "ValidationError", "code": "REQUIRED", "field": ["notificationIds"]}
    for input in ({}, {"notificationIds": [], "upTo": cursor}, {"notificationIds": None, "upTo": None}):
        assert await refused(ben, **input) == wanted
    too_many = await refused(ben, notificationIds=["N_x"] * 101)
    assert (too_many["code"], too_many["constraint"]) == ("TOO_LONG", "maxItems=100")


async def refused(person: Person, /, **input: object) -> dict[str, object]:
    payload = (await person.tries("markNotificationsRead", MARKED, **input)).data["markNotificationsRead"]
    [error] = payload.pop("userErrors")
    assert payload == {"viewer": None, "notifications": []}
    return {name: value for name, value in error.items() if value is not None and name != "message"}


async def test_a_position_of_another_log_is_refused(ada: Person, ben: Person) -> None:
    cursor = (await node(ben, await asked(ben, ada)))["cursor"]
    await ben.world.execute("INSERT INTO log_epochs (epoch) VALUES (1)")
    error = await refused(ben, upTo=cursor)
    assert (error["code"], error["field"]) == ("INVALID", ["upTo"])
    assert await unread(ben) == 1
    await marks(ben, upTo=(await inbox(ben))[0]["cursor"])
    assert await unread(ben) == 0


async def test_what_is_no_cursor_is_an_error_of_the_request(ben: Person) -> None:
    for text in ("", "nonsense", "0" * 23, "0" * 25, "F" * 24):
        assert (await ben.tries("markNotificationsRead", MARKED, upTo=text)).errors


async def test_a_hidden_one_is_not_there_to_be_read(ada: Person, ben: Person) -> None:
    hidden = await asked(ben, ada)
    cursor = (await node(ben, hidden))["cursor"]
    await ada.world.execute("UPDATE members SET closed_at = now() WHERE id = $1", ada.number)
    assert (await marks(ben, notificationIds=[hidden]))["notifications"] == [None]
    await marks(ben, upTo=cursor)
    assert len(await log(ben)) == 1


async def test_it_takes_a_scope_of_its_own(ada: Person, ben: Person) -> None:
    notification = await asked(ben, ada)
    reader = ben.with_scopes(OAuthScope.NOTIFICATIONS_READ)
    answer = await reader.tries("markNotificationsRead", MARKED, notificationIds=[notification])
    assert answer.codes == ["MISSING_SCOPE"]
    writer = ben.with_scopes(OAuthScope.NOTIFICATIONS_WRITE)
    payload = await writer.does(
        "markNotificationsRead", "notifications { id }", notificationIds=[notification]
    )
    assert payload == {"notifications": [None]}
    assert await unread(ben) == 0


async def test_eight_devices_at_once_are_told_once(ada: Person, ben: Person) -> None:
    made = [await asked(ben, ada, number) for number in (1, 2, 3)]
    await asyncio.gather(*(marks(ben, notificationIds=made) for _ in range(8)))
    assert [entry.split()[0] for entry in await log(ben)].count(READ_EVENT) == 1
    assert await unread(ben) == 0
