"""What may be written on a request: lengths count characters as a reader of Unicode does."""

import pytest

from tests.clients import Json
from tests.clocks import SetPolicy
from tests.connection_requests.errors import invalid
from tests.connection_requests.people import Person

SEND = "sendConnectionRequest"
EMOJI = "\N{WAVING HAND SIGN}"
FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"


@pytest.mark.parametrize(
    "note",
    ["x" * 300, EMOJI * 300, FAMILY * 60, "Line one\n\tline two", "\N{ARABIC LETTER ALEF}", "e\u0301" * 150],
)
async def test_a_note_is_kept_as_it_is_written(ada: Person, ben: Person, note: str) -> None:
    assert (await ben.sees(await ada.sends(ben, note=note)))["note"] == note


@pytest.mark.parametrize("note", ["x" * 301, EMOJI * 301, FAMILY * 61])
async def test_a_note_has_at_most_300_characters(ada: Person, ben: Person, note: str) -> None:
    refusal = await ada.refused(SEND, recipientId=ben.id, note=note)
    assert refusal == invalid("TOO_LONG", "note", "maxLength=300")
    assert await ben.received("ALL") == []


async def test_blanks_around_a_note_do_not_count(ada: Person, ben: Person) -> None:
    assert (await ben.sees(await ada.sends(ben, note=f"\n {'x' * 300} ")))["note"] == "x" * 300


async def test_the_policy_says_how_long_a_note_may_be(ada: Person, ben: Person, policy: SetPolicy) -> None:
    policy(note_max_length=3)
    refusal = await ada.refused(SEND, recipientId=ben.id, note="Hey!")
    assert refusal == invalid("TOO_LONG", "note", "maxLength=3")


@pytest.mark.parametrize("control", ["\x00", "\x1b", "\x7f", "\u202e", "\u200b", "\ufeff"])
@pytest.mark.parametrize("field", ["note", "relationDetail"])
async def test_what_hides_or_turns_text_is_not_accepted(
    ada: Person, ben: Person, field: str, control: str
) -> None:
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
@pytest.mark.parametrize("text", ["\x00", "a\x00b@c.de", "x" * 100_000])
async def test_no_text_brings_the_server_down(ada: Person, ben: Person, field: str, text: str) -> None:
    answer = await ada.tries(SEND, **({"recipientId": ben.id} | {field: text}))
    assert answer.status == 200
    assert answer.data[SEND]["userErrors"] or field == "recipientEmail"
