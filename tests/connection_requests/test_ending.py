"""What ends a request without an answer: time, a block, the end of an account. Rows 13, 14, 15, 17 and 18."""

from datetime import timedelta

import pytest
from starlette.applications import Starlette

from auth.closing import close
from server.jobs.expiry import announce_expiry, expire_requests
from tests.clocks import START, Clock, SetPolicy, after
from tests.connection_requests.errors import cooldown, invalid_state, not_found
from tests.connection_requests.people import Person
from tests.world import World

SEND = "sendConnectionRequest"
REL = "RELATIONSHIP_CHANGED"
SENT, EXPIRED = "CONNECTION_REQUEST_CHANGED SEND", "CONNECTION_REQUEST_CHANGED EXPIRE"
RECEIVED, EXPIRING = "CONNECTION_REQUEST_RECEIVED", "CONNECTION_REQUEST_EXPIRING"


async def closed(world: World, person: Person) -> None:
    async with world.connection() as connection, connection.transaction():
        await close(connection, person.number)


async def test_a_request_is_over_at_the_instant_it_says(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    clock.advance(days=180, microseconds=-1)
    assert {(await person.sees(request))["state"] for person in (ada, ben)} == {"PENDING"}
    clock.advance(microseconds=1)
    for person in (ada, ben):
        seen = await person.sees(request)
        assert (seen["state"], seen["closedAt"], seen["availableEvents"]) == ("EXPIRED", after(days=180), [])
        assert (await person.relationship(ben if person is ada else ada))["status"] == "NONE"
    assert (await ben.received(), await ben.received("ALL")) == ([], [request])
    assert (await ada.sent(), await ada.sent("EXPIRED")) == ([], [request])
    assert (await ada.quota("PENDING_REQUESTS"))["used"] == 0


async def test_the_policy_says_how_long_a_request_lives(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy
) -> None:
    policy(request_lifetime=timedelta(days=10))
    request = await ada.sends(ben)
    policy(request_lifetime=timedelta(days=99))
    clock.advance(days=10)
    assert (await ada.sees(request))["state"] == "EXPIRED"


@pytest.mark.parametrize("answer", ["ignore", "decline", "report"])
async def test_to_its_sender_every_silence_expires_alike(
    ada: Person, ben: Person, cleo: Person, clock: Clock, answer: str
) -> None:
    answered, silent = await ada.sends(ben), await ada.sends(cleo)
    await ben.answers(answered, answer)
    clock.advance(days=180)
    seen = [await ada.sees(request) for request in (answered, silent)]
    for request in seen:
        del request["id"], request["recipient"]
    assert seen[0] == seen[1]


async def test_the_job_writes_down_what_everybody_sees(
    ada: Person, ben: Person, clock: Clock, app: Starlette
) -> None:
    request = await ada.sends(ben)
    clock.advance(days=180)
    seen = await ada.sees(request), await ben.sees(request)
    for _ in range(2):
        await expire_requests(app.state.deployment)
    assert (await ada.sees(request), await ben.sees(request)) == seen
    assert await ada.log() == [SENT, REL, EXPIRED]
    assert await ben.log() == [SENT, "NOTIFICATION_CREATED", EXPIRED]


async def test_a_declined_request_expires_for_its_sender_alone(
    ada: Person, ben: Person, clock: Clock, app: Starlette
) -> None:
    await ben.answers(await ada.sends(ben), "decline")
    told = await ben.log()
    clock.advance(days=180)
    await expire_requests(app.state.deployment)
    assert (await ada.log(), await ben.log()) == ([SENT, REL, EXPIRED], told)


@pytest.mark.parametrize(("move", "notified"), [("reply", [EXPIRING]), ("ignore", []), ("decline", [])])
async def test_the_recipient_hears_seven_days_before(
    ada: Person, ben: Person, clock: Clock, app: Starlette, move: str, notified: list[str]
) -> None:
    given = {"body": "Who are you?"} if move == "reply" else {}
    await ben.answers(await ada.sends(ben), move, **given)
    clock.advance(days=173, microseconds=-1)
    await announce_expiry(app.state.deployment)
    assert await ben.notifications() == [f"{RECEIVED} read"]
    clock.advance(microseconds=1)
    for _ in range(2):
        await announce_expiry(app.state.deployment)
    assert await ben.notifications() == [f"{RECEIVED} read", *notified]


async def test_without_the_job_a_new_request_closes_the_old_one(
    ada: Person, ben: Person, clock: Clock
) -> None:
    await ada.sends(ben)
    clock.advance(days=180)
    await ben.sends(ada, followWhilePending=False)
    assert await ada.log() == [SENT, REL, EXPIRED, SENT, "NOTIFICATION_CREATED"]
    assert await ben.log() == [SENT, "NOTIFICATION_CREATED", EXPIRED, SENT]


@pytest.mark.parametrize("blocker", ["sender", "recipient"])
@pytest.mark.parametrize("before", [(), ("ignore",), ("decline",)])
async def test_a_block_makes_the_request_vanish_for_good(
    ada: Person, ben: Person, blocker: str, before: tuple[str, ...]
) -> None:
    one, other = (ada, ben) if blocker == "sender" else (ben, ada)
    request = await ada.sends(ben)
    for move in before:
        await ben.answers(request, move)
    told = await other.log()
    await one.does("blockMember", memberId=other.id)
    await assert_gone(ada, ben, request)
    assert (await one.log())[-1] == REL
    assert await other.log() == told
    await one.does("unblockMember", memberId=other.id)
    assert await ada.sees(request) is None
    assert await ada.sent(*STATES) == []
    assert await other.log() == told


STATES = ["PENDING", "ACCEPTED", "DECLINED", "WITHDRAWN", "EXPIRED", "CANCELLED"]


async def assert_gone(ada: Person, ben: Person, request: str) -> None:
    """Neither sees the request in any way, or anything told of it."""
    for person in (ada, ben):
        assert await person.sees(request) is None
        assert await person.sent(*STATES) == await person.received("ALL") == []
        assert await person.notifications() == []
    assert (await ada.quota("PENDING_REQUESTS"))["used"] == 0
    for mutation in ("withdrawConnectionRequest", "remindConnectionRequest"):
        assert await ada.refused(mutation, requestId=request) == not_found("requestId", request)
    for mutation in ("acceptConnectionRequest", "declineConnectionRequest"):
        assert await ben.refused(mutation, requestId=request) == not_found("requestId", request)


async def test_after_a_block_was_lifted_either_may_ask_at_once(ada: Person, ben: Person) -> None:
    await ada.sends(ben)
    await ben.does("blockMember", memberId=ada.id)
    lifted = await ben.does("unblockMember", memberId=ada.id)
    assert lifted["relationship"]["status"] == "NONE"
    assert (await ada.does(SEND, recipientId=ben.id))["created"]


async def test_a_block_forgets_no_wait(ada: Person, ben: Person) -> None:
    """It would tell the sender of the block if they could ask before the time they were given."""
    await ada.answers(await ada.sends(ben), "withdraw")
    await ben.does("blockMember", memberId=ada.id)
    await ben.does("unblockMember", memberId=ada.id)
    assert await ada.refused(SEND, recipientId=ben.id) == cooldown("WITHDRAWN", after(days=21))


@pytest.mark.parametrize("closer", ["sender", "recipient"])
async def test_a_closed_account_takes_its_requests_along(
    ada: Person, ben: Person, world: World, closer: str
) -> None:
    request = await ada.sends(ben)
    one, other = (ada, ben) if closer == "sender" else (ben, ada)
    told = await other.log()
    await closed(world, one)
    assert await other.sees(request) is None
    assert await other.sent(*STATES) == await other.received("ALL") == []
    mutation = "withdrawConnectionRequest" if other is ada else "acceptConnectionRequest"
    assert await other.refused(mutation, requestId=request) == not_found("requestId", request)
    assert await other.log() == told
    assert (await other.quota("PENDING_REQUESTS"))["used"] == 0


async def test_an_account_and_a_block_end_a_request_alike(
    ada: Person, ben: Person, cleo: Person, world: World
) -> None:
    to_ben, to_cleo = await ada.sends(ben), await ada.sends(cleo)
    await ben.does("blockMember", memberId=ada.id)
    await closed(world, cleo)
    assert await ada.sees(to_ben) is await ada.sees(to_cleo) is None
    assert await ada.relationship(ben) is await ada.relationship(cleo) is None
    for other in (ben, cleo):
        assert await ada.refused(SEND, recipientId=other.id) == not_found("recipientId", other.id)


async def test_a_reminder_on_the_last_day_does_not_prolong(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    clock.now = START + timedelta(days=180, seconds=-1)
    await ada.answers(request, "remind")
    clock.advance(seconds=1)
    assert await ada.refused("remindConnectionRequest", requestId=request) == invalid_state("EXPIRED")
