"""What becomes of notifications when their cause ends."""

from datetime import timedelta

from auth import closing
from server.jobs.expiry import expire_requests
from tests.clocks import Clock
from tests.connection_requests.people import Person
from tests.notifications.inbox import asked, handles, inbox, marks, unread


async def test_a_withdrawn_request_takes_all_of_its_notifications_back(
    ada: Person, ben: Person, clock: Clock
) -> None:
    request = await ada.sends(ben)
    await marks(ben, notificationIds=[(await inbox(ben))[0]["id"]])
    clock.advance(days=14)
    await ada.answers(request, "remind")
    kept = await asked(ben, ada, 99)
    told = await ben.log()
    await ada.answers(request, "withdraw")
    assert [each["id"] for each in await inbox(ben)] == [kept]
    assert (await unread(ben), await ben.log()) == (1, told)


async def test_a_block_takes_back_what_each_was_told_of_the_other(
    ada: Person, ben: Person, cleo: Person
) -> None:
    await ben.answers(await ada.sends(ben), "accept")
    await cleo.sends(ada)
    await cleo.sends(ben)
    assert len(await inbox(ada)) == len(await inbox(ben)) == 2
    await ben.does("blockMember", "quota { id }", memberId=ada.id)
    await ben.does("unblockMember", "relationship { id }", memberId=ada.id)
    for person in (ada, ben):
        [left] = await inbox(person)
        assert handles(left) == ["cleo"]


async def test_a_closed_account_takes_its_notifications_along(ada: Person, ben: Person, cleo: Person) -> None:
    await ada.sends(ben)
    await asked(ben, cleo, 7)
    await ben.world.execute(
        "UPDATE notifications SET actor_ids = actor_ids || $1::int WHERE actor_ids[1] = $2",
        *(ada.number, cleo.number),
    )
    async with ada.world.connection() as connection, connection.transaction():
        await closing.close(connection, ada.number)
    [left] = await inbox(ben)
    assert (handles(left), await unread(ben)) == (["cleo"], 1)
    async with ada.world.connection() as connection:
        assert await closing.erase(connection, timedelta(0)) == 1
    [left] = await inbox(ben)
    assert handles(left) == ["cleo"]


async def test_an_answer_reads_what_was_told_of_the_request(ada: Person, ben: Person) -> None:
    await ben.answers(await ada.sends(ben), "decline")
    [notification] = await inbox(ben)
    assert notification["readAt"]
    assert await unread(ben) == 0


async def test_an_expired_request_is_read(ada: Person, ben: Person, clock: Clock) -> None:
    await ada.sends(ben)
    clock.advance(days=181)
    await expire_requests(ben.api.deployment)
    assert await unread(ben) == 0


async def test_nobody_else_loses_anything(ada: Person, ben: Person, cleo: Person) -> None:
    await ada.sends(cleo)
    request = await ada.sends(ben)
    await ada.answers(request, "withdraw")
    await ben.does("blockMember", "quota { id }", memberId=ada.id)
    assert len(await inbox(cleo)) == 1
