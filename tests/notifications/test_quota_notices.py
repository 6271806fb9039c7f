"""Who may send no more requests for a while is told so."""

from rules import ids
from schema.scalars import instant_text
from tests.connection_requests.people import Person
from tests.jobs.requests import DAY
from tests.jobs.test_restrictions import NOW, answers, restricted
from tests.notifications.inbox import inbox, log, unread


async def test_a_restriction_is_told_once(ada: Person) -> None:
    await answers(ada.world, ada.number, 20, "DONT_KNOW", NOW - DAY)
    for _ in range(2):
        assert await restricted(ada.world, ada.number) == NOW + 7 * DAY
    [notice] = await inbox(ada)
    assert notice["text"] == "You can't send requests to connect for the time being."
    assert (notice["kind"], notice["actors"], notice["actorCount"]) == ("QUOTA_NOTICE", [], 0)
    assert notice["subject"]["id"] == ids.encode("Q", ada.number, 1)
    assert notice["createdAt"] == instant_text(NOW)
    assert [entry.split()[0] for entry in await log(ada)] == ["NOTIFICATION_CREATED"]
    assert await unread(ada) == 1


async def test_a_new_restriction_is_told_again(ada: Person) -> None:
    await answers(ada.world, ada.number, 20, "DONT_KNOW", NOW - DAY)
    await restricted(ada.world, ada.number)
    await ada.world.execute("UPDATE notifications SET read_at = now()")
    await answers(ada.world, ada.number, 1, "DECLINE", NOW + 8 * DAY)
    await restricted(ada.world, ada.number, NOW + 9 * DAY)
    assert [bool(each["readAt"]) for each in await inbox(ada)] == [False, True]


async def test_a_closed_account_is_not_judged(ada: Person) -> None:
    await answers(ada.world, ada.number, 20, "DONT_KNOW", NOW - DAY)
    await ada.world.execute("DELETE FROM inboxes WHERE member_id = $1", ada.number)
    assert await restricted(ada.world, ada.number) is None
