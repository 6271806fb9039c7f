"""Not hearing of somebody, without telling."""

from datetime import UTC, datetime, timedelta

import pytest

from rules import ids
from tests.safety.asking import Safety
from tests.safety.conftest import Settable
from tests.world import World

MUTE = "SELECT ARRAY[muted_at, muted_until] FROM mutes"


def text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


async def test_a_mute_is_for_good_and_told_to_the_own_devices_alone(safety: Safety, world: World) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    relationship = (await safety.done("muteMember", ada, bob))["relationship"]
    assert (relationship["isMuting"], relationship["mutedUntil"]) == (True, None)
    relationship = (await safety.done("unmuteMember", ada, bob))["relationship"]
    assert not relationship["isMuting"]
    assert await safety.log(ada) == [("RELATIONSHIP_CHANGED", ids.encode("REL", ada, bob))] * 2
    assert await safety.log(bob) == []


async def test_a_mute_for_a_time_ends_by_itself(safety: Safety, world: World, settable: Settable) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    until = text(settable.now + timedelta(days=1))
    relationship = (await safety.done("muteMember", ada, bob, until=until))["relationship"]
    assert relationship["mutedUntil"] == until
    assert await safety.handles(ada, "mutedMembers") == ["bob"]
    settable.wait(timedelta(days=1))
    assert await safety.handles(ada, "mutedMembers") == []


@pytest.mark.parametrize("until", ["2001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
async def test_a_mute_ends_in_a_time_to_come_that_there_is(safety: Safety, world: World, until: str) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    error = await safety.error("muteMember", ada, bob, until=until)
    assert (error["code"], error["field"]) == ("INVALID", ["until"])


async def test_a_mute_that_ended_begins_anew(safety: Safety, world: World, settable: Settable) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    await safety.done("muteMember", ada, bob, until=text(settable.now + timedelta(days=1)))
    settable.wait(timedelta(days=2))
    await safety.done("muteMember", ada, bob)
    assert await world.value(MUTE) == [settable.now, None]


async def test_another_end_moves_the_mute_but_not_its_place(
    safety: Safety, world: World, settable: Settable
) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    since, until = settable.now, settable.now + timedelta(days=7)
    await safety.done("muteMember", ada, bob)
    settable.wait(timedelta(days=1))
    await safety.done("muteMember", ada, bob, until=text(until))
    assert await world.value(MUTE) == [since, until]


async def test_the_same_again_changes_nothing(safety: Safety, world: World, settable: Settable) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    for mutation in ("unmuteMember", "muteMember", "muteMember", "unmuteMember", "unmuteMember"):
        settable.wait(timedelta(days=1))
        await safety.done(mutation, ada, bob)
    assert len(await safety.log(ada)) == 2


@pytest.mark.parametrize("days", [0, -1])
async def test_an_end_that_is_not_ahead_is_refused(
    safety: Safety, world: World, settable: Settable, days: int
) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    until = text(settable.now + timedelta(days=days))
    error = await safety.error("muteMember", ada, bob, until=until)
    assert (error["__typename"], error["field"]) == ("ValidationError", ["until"])
    assert await safety.count("mutes") == 0


async def test_who_is_blocked_is_unmuted_but_not_muted(safety: Safety, world: World) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    await safety.done("muteMember", ada, bob)
    await safety.done("blockMember", ada, bob)
    assert (await safety.error("muteMember", ada, bob))["reason"] == "BLOCKING"
    await safety.done("unmuteMember", ada, bob)
    assert await safety.count("mutes") == 0
