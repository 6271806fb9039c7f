"""What moderation is told."""

import pytest

from tests.clients import Json
from tests.safety.asking import Safety, public_id
from tests.world import World

REPORT = "SELECT ARRAY[reporter_id::text, member_id::text, subject, comment] FROM reports"


async def test_a_report_is_kept_and_told_to_nobody(safety: Safety, world: World) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    payload = await safety.done("reportMember", ada, bob, comment=" Writes nonsense.\n")
    assert payload["accepted"]
    assert await world.value(REPORT) == [str(ada), str(bob), public_id(bob), "Writes nonsense."]
    assert await safety.count("events") == 0


async def test_who_is_blocked_can_be_reported(safety: Safety, world: World) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    await safety.done("blockMember", ada, bob)
    await safety.done("reportMember", ada, bob)
    assert await safety.count("reports") == 1


@pytest.mark.parametrize(
    ("comment", "code"),
    [("", "REQUIRED"), (" \t", "REQUIRED"), ("x" * 2_001, "TOO_LONG"), ("\x00", "INVALID")],
)
async def test_a_comment_is_needed(safety: Safety, world: World, comment: Json, code: str) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    payload = await safety.do("reportMember", ada, bob, comment=comment)
    assert not payload["accepted"]
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, ["comment"])]
    assert await safety.count("reports") == 0


async def test_a_comment_of_two_thousand_characters_is_kept(safety: Safety, world: World) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    await safety.done("reportMember", ada, bob, comment="x" * 2_000)
    assert await world.value("SELECT length(comment) FROM reports") == 2_000
