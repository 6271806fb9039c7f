"""A retry with the same key has one effect and gets the first answer."""

import pytest

from tests.clients import Json
from tests.clocks import Clock, SetPolicy
from tests.connection_requests.errors import conflict, invalid, not_permitted
from tests.connection_requests.people import Person
from tests.world import World

SEND, REMIND = "sendConnectionRequest", "remindConnectionRequest"


async def test_a_retry_gets_the_first_answer(ada: Person, ben: Person) -> None:
    given: Json = {"recipientId": ben.id, "note": "Hello", "idempotencyKey": "k"}
    first = await ada.does(SEND, **given)
    told = await ada.log(), await ben.log()
    assert await ada.does(SEND, **given) == first
    assert first["created"]
    assert (await ada.log(), await ben.log()) == told


async def test_a_retry_is_told_what_became_of_the_request(ada: Person, ben: Person) -> None:
    given: Json = {"recipientId": ben.id, "idempotencyKey": "k"}
    request = (await ada.does(SEND, **given))["request"]["id"]
    await ben.answers(request, "accept")
    again = await ada.does(SEND, **given)
    assert (again["created"], again["request"]["state"], again["connection"]) == (True, "ACCEPTED", None)


async def test_a_retry_of_a_crossing_request_connects_once(ada: Person, ben: Person) -> None:
    await ben.sends(ada)
    given: Json = {"recipientId": ben.id, "idempotencyKey": "k"}
    first = await ada.does(SEND, **given)
    assert first["connection"] == {"id": "C_MS4y"}
    assert await ada.does(SEND, **given) == first


async def test_blanks_around_a_note_make_no_other_input(ada: Person, ben: Person) -> None:
    first = await ada.does(SEND, recipientId=ben.id, note="Hello", idempotencyKey="k")
    assert await ada.does(SEND, recipientId=ben.id, note=" Hello ", idempotencyKey="k") == first


async def test_a_key_stands_for_one_input(ada: Person, ben: Person) -> None:
    given: Json = {"recipientId": ben.id, "note": "Hello", "idempotencyKey": "k"}
    await ada.does(SEND, **given)
    others: Json = {
        "note": "Another",
        "relationType": "FRIEND",
        "relationDetail": "Fair",
        "recipientEmail": "ben@example.org",
        "origin": "SEARCH",
        "followWhilePending": False,
    }
    for name, value in others.items():
        assert await ada.refused(SEND, **given | {name: value}) == conflict("k")


async def test_a_key_stands_for_one_recipient_and_one_mutation(
    ada: Person, ben: Person, cleo: Person, clock: Clock
) -> None:
    request = await ada.sends(ben, idempotencyKey="k")
    assert await ada.refused(SEND, recipientId=cleo.id, idempotencyKey="k") == conflict("k")
    assert await ada.refused(REMIND, requestId=request, idempotencyKey="k") == conflict("k")
    assert await cleo.received() == []


async def test_keys_of_two_members_are_two_keys(ada: Person, ben: Person, cleo: Person) -> None:
    await ada.sends(cleo, idempotencyKey="k")
    await ben.sends(cleo, idempotencyKey="k", note="Other input.")
    assert len(await cleo.received()) == 2


async def test_a_key_is_good_for_24_hours(ada: Person, ben: Person, cleo: Person, clock: Clock) -> None:
    first = await ada.sends(ben, idempotencyKey="k")
    clock.advance(hours=24)
    assert await ada.sends(ben, idempotencyKey="k") == first
    assert await ada.refused(SEND, recipientId=cleo.id, idempotencyKey="k") == conflict("k")
    clock.advance(microseconds=1)
    await ada.sends(cleo, idempotencyKey="k")
    assert await ada.refused(SEND, recipientId=ben.id, idempotencyKey="k") == conflict("k")


@pytest.mark.parametrize("mutation", [SEND, REMIND, "replyToConnectionRequest"])
async def test_a_key_has_1_to_255_characters(ada: Person, ben: Person, clock: Clock, mutation: str) -> None:
    request = await ada.sends(ben)
    given = {
        SEND: {"recipientId": ben.id},
        REMIND: {"requestId": request},
        "replyToConnectionRequest": {"requestId": request, "body": "Who?"},
    }[mutation]
    clock.advance(days=14)
    person = ben if mutation == "replyToConnectionRequest" else ada
    refusals = {
        "": invalid("REQUIRED", "idempotencyKey"),
        "k" * 256: invalid("TOO_LONG", "idempotencyKey", "maxLength=255"),
        "a\x00b": invalid("INVALID", "idempotencyKey"),
    }
    for key, refusal in refusals.items():
        assert await person.refused(mutation, **given, idempotencyKey=key) == refusal
    await person.does(mutation, **given, idempotencyKey="é" * 255)


async def test_a_refused_attempt_leaves_the_key_free(
    ada: Person, ben: Person, world: World, policy: SetPolicy
) -> None:
    await world.execute("UPDATE members SET require_note = true WHERE id = $1", ben.number)
    refusal = await ada.refused(SEND, recipientId=ben.id, idempotencyKey="k")
    assert refusal == not_permitted("NOTE_REQUIRED")
    assert await world.value("SELECT count(*) FROM idempotency_keys") == 0
    await ada.sends(ben, note="Hello", idempotencyKey="k")


async def test_a_retry_of_a_reminder_is_one_reminder(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    clock.advance(days=14)
    given: Json = {"requestId": request, "message": "Hello?", "idempotencyKey": "k"}
    first = await ada.does(REMIND, **given)
    assert await ada.does(REMIND, **given) == first
    assert first["request"]["remindersSent"] == 1
    assert await ada.refused(REMIND, **{**given, "message": "Hey?"}) == conflict("k")
    assert (await ada.sees(request))["remindersSent"] == 1


async def test_without_a_key_a_second_request_is_the_open_one(ada: Person, ben: Person) -> None:
    await ada.sends(ben, idempotencyKey="one")
    again = await ada.does(SEND, recipientId=ben.id, idempotencyKey="other")
    assert not again["created"]
    assert (await ada.does(SEND, recipientId=ben.id, idempotencyKey="other")) == again
