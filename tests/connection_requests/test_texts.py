"""What may be written on a request: lengths count characters as a reader of Unicode does."""

import pytest

from tests.clients import Json
from tests.clocks import SetPolicy
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.errors import invalid
from tests.connection_requests.people import Person
from tests.world import World

SEND = "sendConnectionRequest"
EMOJI = "\N{WAVING HAND SIGN}"
FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"


async def test_a_note_is_kept_as_it_is_written(ada: Person, newcomer: Newcomer) -> None:
    notes = ["x" * 300, EMOJI * 300, FAMILY * 60, "One\n\ttwo", "\N{ARABIC LETTER ALEF}", "e\u0301" * 150]
    for number, note in enumerate(notes):
        friend = await newcomer(f"friend-{number}")
        assert (await friend.sees(await ada.sends(friend, note=note)))["note"] == note


async def test_a_note_has_at_most_300_characters(ada: Person, ben: Person) -> None:
    for note in ("x" * 301, EMOJI * 301, FAMILY * 61):
        refusal = await ada.refused(SEND, recipientId=ben.id, note=note)
        assert refusal == invalid("TOO_LONG", "note", "maxLength=300")
    assert await ben.received("ALL") == []


async def test_blanks_around_a_note_do_not_count(ada: Person, ben: Person) -> None:
    assert (await ben.sees(await ada.sends(ben, note=f"\n {'x' * 300} ")))["note"] == "x" * 300


async def test_the_policy_says_how_long_a_note_may_be(ada: Person, ben: Person, policy: SetPolicy) -> None:
    policy(note_max_length=3)
    refusal = await ada.refused(SEND, recipientId=ben.id, note="Hey!")
    assert refusal == invalid("TOO_LONG", "note", "maxLength=3")


@pytest.mark.parametrize("field", ["note", "relationDetail"])
async def test_what_hides_or_turns_text_is_not_accepted(ada: Person, ben: Person, field: str) -> None:
    for control in ("\x00", "\x1b", "\x7f", "\x85", "\u202e", "\u200b", "\u2060", "\u2066", "\ufeff"):
        refusal = await ada.refused(SEND, recipientId=ben.id, **{field: f"Hel{control}lo"})
        assert refusal == invalid("INVALID", field)


@pytest.mark.parametrize("blank", ["", "  ", "\n\t "])
async def test_a_text_of_nothing_but_blanks_is_none(ada: Person, ben: Person, blank: str) -> None:
    seen = await ben.sees(await ada.sends(ben, note=blank, relationDetail=blank))
    assert (seen["note"], seen["relationDetail"]) == (None, None)


async def test_a_detail_has_at_most_200_characters(ada: Person, ben: Person) -> None:
    refusal = await ada.refused(SEND, recipientId=ben.id, relationDetail=EMOJI * 201)
    assert refusal == invalid("TOO_LONG", "relationDetail", "maxLength=200")
    assert (await ben.sees(await ada.sends(ben, relationDetail=EMOJI * 200)))["relationDetail"] == EMOJI * 200


async def test_all_that_is_wrong_is_said_at_once(ada: Person, ben: Person) -> None:
    given: Json = {"note": "x" * 301, "relationDetail": "\x00", "origin": "THIRD_PARTY"}
    payload = (await ada.tries(SEND, recipientId=ben.id, **given)).data[SEND]
    assert [error["field"] for error in payload["userErrors"]] == [["note"], ["relationDetail"], ["origin"]]


@pytest.mark.parametrize("field", ["recipientEmail", "recipientId", "idempotencyKey"])
async def test_no_text_brings_the_server_down(ada: Person, ben: Person, world: World, field: str) -> None:
    await world.execute("UPDATE members SET who_can_request = 'KNOWS_EMAIL'")
    for text in ("\x00", "a\x00b@c.de", "x" * 100_000):
        assert await ada.refused(SEND, **({"recipientId": ben.id} | {field: text}))
