"""Who may send no more requests for a while, because too many did not know them."""

from datetime import UTC, datetime, timedelta

from server.jobs.restrictions import restrict_senders
from tests.jobs.requests import DAY, at
from tests.world import World

NOW = datetime(2031, 7, 1, tzinfo=UTC)
UNTIL = "SELECT requests_restricted_until FROM members WHERE id = $1"
ANSWER = """
WITH made AS (
    INSERT INTO members (handle, given_name, family_name, headline)
    SELECT 'recipient-' || nextval('members_id_seq'), 'Given', 'Family', '' FROM generate_series(1, $2)
    RETURNING id
)
INSERT INTO connection_requests (
    sender_id, recipient_id, expires_at, closed_at, state, decline_kind, undelivered
)
SELECT $1, id, $3::timestamptz + interval '180 days', $3,
    CASE WHEN $4::text IS NULL THEN 'ACCEPTED' ELSE 'DECLINED' END, $4, $5
FROM made
"""


async def answers(
    world: World, sender: int, count: int, kind: str | None, at: datetime, undelivered: bool = False
) -> None:
    await world.execute(ANSWER, sender, count, at, kind, undelivered)


async def restricted(world: World, member: int, now: datetime = NOW) -> datetime | None:
    await restrict_senders(at(world, now).deployment)
    found: datetime | None = await world.value(UNTIL, member)
    return found


async def test_a_sender_whom_too_many_did_not_know_is_restricted_for_a_week(world: World) -> None:
    ada, ben = await world.member("ada"), await world.member("ben")
    for member, unknown in ((ada, 7), (ben, 6)):
        await answers(world, member, unknown, "DONT_KNOW", NOW - DAY)
        await answers(world, member, 20 - unknown, None, NOW - 3 * DAY)
    assert await restricted(world, ada) == NOW + 7 * DAY
    assert await world.value(UNTIL, ben) is None


async def test_a_restriction_is_neither_made_longer_nor_lifted_early(world: World) -> None:
    ada = await world.member("ada")
    await answers(world, ada, 20, "DONT_KNOW", NOW - DAY)
    for hours in (0, 1, 24):
        assert await restricted(world, ada, NOW + timedelta(hours=hours)) == NOW + 7 * DAY
    await answers(world, ada, 100, None, NOW + DAY)
    assert await restricted(world, ada, NOW + 2 * DAY) == NOW + 7 * DAY


async def test_whoever_got_no_answer_lately_is_not_judged_again(world: World) -> None:
    ada = await world.member("ada")
    await answers(world, ada, 20, "DONT_KNOW", NOW - DAY)
    await restricted(world, ada)
    assert await restricted(world, ada, NOW + 8 * DAY) == NOW + 7 * DAY
    await answers(world, ada, 1, "DECLINE", NOW + 8 * DAY)
    assert await restricted(world, ada, NOW + 9 * DAY) == NOW + 16 * DAY


async def test_fewer_than_twenty_answers_are_not_judged(world: World) -> None:
    ada = await world.member("ada")
    await answers(world, ada, 19, "DONT_KNOW", NOW - DAY)
    await answers(world, ada, 20, "DONT_KNOW", NOW - DAY, undelivered=True)
    assert await restricted(world, ada) is None


async def test_only_the_last_hundred_answers_count(world: World) -> None:
    ada = await world.member("ada")
    await answers(world, ada, 90, "DONT_KNOW", NOW - 30 * DAY)
    await answers(world, ada, 80, "NOT_NOW", NOW - DAY)
    assert await restricted(world, ada) is None
