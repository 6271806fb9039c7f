"""Expiry of requests: what is closed, for whom, and who hears of it."""

import asyncio

import pytest

from server.jobs.expiry import announce_expiry, expire_requests
from tests.jobs.requests import DAY, EXPIRES, TOLD, VIEWS, at, change, log, request
from tests.races import all_at_once, until_waiting
from tests.world import World

END = "2031-07-01 00:00:00"
DECLINED = {"state": "DECLINED", "decline_kind": "DECLINE", "closed_at": EXPIRES - 100 * DAY}


async def test_a_request_expires_for_both_when_its_time_is_over_and_both_are_told(world: World) -> None:
    pair = await request(world)
    await expire_requests(at(world, EXPIRES - DAY / 1000).deployment)
    assert await world.value(VIEWS, pair.id) == "PENDING PENDING"
    for _ in range(2):
        await expire_requests(at(world, EXPIRES + 3 * DAY).deployment)
        assert await world.value(VIEWS, pair.id) == f"EXPIRED {END} EXPIRED {END}"
        assert await log(world, pair.sender) == [pair.changed]
        assert await log(world, pair.recipient) == [pair.changed]
    assert await world.value("SELECT count(*) FROM notifications") == 0


async def test_a_hidden_decline_expires_for_its_sender_alone_who_hears_what_any_other_hears(
    world: World,
) -> None:
    plain, hidden = await request(world), await request(world, "cleo", "dan", **DECLINED)
    never_seen = await request(world, "eve", "finn", undelivered=True, **DECLINED)
    for _ in range(2):
        await expire_requests(at(world, EXPIRES).deployment)
        for pair in (hidden, never_seen):
            assert await world.value(VIEWS, pair.id) == f"DECLINED 2031-03-23 00:00:00 EXPIRED {END}"
            assert await log(world, pair.sender) == [pair.changed]
            assert await log(world, pair.recipient) == []
    assert await log(world, plain.sender) == [plain.changed]


async def test_an_ignored_request_expires_like_any_other(world: World) -> None:
    pair = await request(world, ignored=True)
    await expire_requests(at(world, EXPIRES).deployment)
    assert await world.value(VIEWS, pair.id) == f"EXPIRED {END} EXPIRED {END}"
    assert await log(world, pair.sender) == await log(world, pair.recipient) == [pair.changed]


@pytest.mark.parametrize("state", ["ACCEPTED", "WITHDRAWN", "CANCELLED"])
async def test_what_is_over_does_not_expire(world: World, state: str) -> None:
    over = EXPIRES - DAY
    pair = await request(world, state=state, closed_at=over, sender_state=state, sender_closed_at=over)
    await expire_requests(at(world, EXPIRES + DAY).deployment)
    assert await world.value(VIEWS, pair.id) == f"{state} 2031-06-30 00:00:00 {state} 2031-06-30 00:00:00"
    assert await log(world, pair.sender) == []


async def test_more_than_a_batch_expires_in_one_run(world: World) -> None:
    ada = await world.member("ada")
    await world.execute(
        """
        WITH made AS (
            INSERT INTO members (handle, given_name, family_name, headline)
            SELECT 'member-' || number, 'Given', 'Family', '' FROM generate_series(1, 230) AS number
            RETURNING id
        )
        INSERT INTO connection_requests (sender_id, recipient_id, expires_at) SELECT $1, id, $2 FROM made
        """,
        ada,
        EXPIRES,
    )
    await expire_requests(at(world, EXPIRES).deployment)
    assert await world.value("SELECT count(*) FROM connection_requests WHERE state = 'EXPIRED'") == 230
    assert len(await log(world, ada)) == 230


async def test_two_that_expire_requests_at_once_write_and_tell_it_once(world: World) -> None:
    pair = await request(world)
    deployment = at(world, EXPIRES).deployment
    await all_at_once(
        world,
        "SELECT FROM inboxes FOR NO KEY UPDATE",
        expire_requests(deployment),
        expire_requests(deployment),
    )
    assert await log(world, pair.sender) == await log(world, pair.recipient) == [pair.changed]


async def test_who_answers_while_expiry_waits_for_the_pair_is_not_overruled(world: World) -> None:
    pair = await request(world)
    late = at(world, EXPIRES)
    async with world.connection() as connection, connection.transaction():
        await connection.execute("SELECT FROM inboxes FOR NO KEY UPDATE")
        expiring = asyncio.create_task(expire_requests(late.deployment))
        await until_waiting(world, 1)
        await connection.execute(
            "UPDATE connection_requests SET state = 'ACCEPTED', sender_state = 'ACCEPTED', closed_at = $1, "
            "sender_closed_at = $1",
            EXPIRES - DAY,
        )
    await expiring
    assert (await world.value(VIEWS, pair.id)).startswith("ACCEPTED")
    assert await log(world, pair.sender) == []


async def test_the_recipient_hears_once_within_the_last_week_that_a_request_will_expire(world: World) -> None:
    pair = await request(world)
    await announce_expiry(at(world, EXPIRES - 7.001 * DAY).deployment)
    assert await world.value(TOLD, pair.recipient) == 0
    for early in (7, 5, 5, -1):
        await announce_expiry(at(world, EXPIRES - early * DAY).deployment)
        assert await world.value(TOLD, pair.recipient) == 1
    assert len(await log(world, pair.recipient)) == 1
    assert await world.value("SELECT actor_ids FROM notifications") == [pair.sender]
    assert await log(world, pair.sender) == []


@pytest.mark.parametrize("columns", [{"ignored": True}, DECLINED, DECLINED | {"undelivered": True}])
async def test_a_recipient_who_does_not_wait_to_answer_hears_nothing(
    world: World, columns: dict[str, object]
) -> None:
    pair = await request(world, **columns)
    await announce_expiry(at(world, EXPIRES - DAY).deployment)
    assert await world.value(TOLD, pair.recipient) == 0


async def test_a_request_that_is_restored_in_its_last_week_is_announced_then(world: World) -> None:
    pair = await request(world, ignored=True)
    await announce_expiry(at(world, EXPIRES - 6 * DAY).deployment)
    await change(world, pair.id, ignored=False)
    await announce_expiry(at(world, EXPIRES - 3 * DAY).deployment)
    assert await world.value(TOLD, pair.recipient) == 1


async def test_who_ignores_a_request_while_its_notice_waits_for_the_pair_hears_nothing(world: World) -> None:
    pair = await request(world)
    async with world.connection() as connection, connection.transaction():
        await connection.execute("SELECT FROM inboxes FOR NO KEY UPDATE")
        announcing = asyncio.create_task(announce_expiry(at(world, EXPIRES - DAY).deployment))
        await until_waiting(world, 1)
        await connection.execute("UPDATE connection_requests SET ignored = true")
    await announcing
    assert await world.value(TOLD, pair.recipient) == 0


async def test_two_that_announce_at_once_announce_it_once(world: World) -> None:
    pair = await request(world)
    deployment = at(world, EXPIRES - DAY).deployment
    await all_at_once(
        world,
        "SELECT FROM inboxes FOR NO KEY UPDATE",
        announce_expiry(deployment),
        announce_expiry(deployment),
    )
    assert len(await log(world, pair.recipient)) == 1
