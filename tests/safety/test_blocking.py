"""What a block ends, and what its end brings back: nothing."""

from datetime import timedelta

import pytest

from auth import closing
from rules import ids
from tests.races import all_at_once
from tests.safety.asking import Safety, public_id
from tests.safety.conftest import Settable
from tests.world import World

INBOXES = "SELECT FROM inboxes FOR UPDATE"
BLOCKS = "SELECT array_agg(concat_ws(' ', blocker_id, blocked_id) ORDER BY blocker_id) FROM blocks"


async def two(world: World) -> tuple[int, int]:
    return await world.member("ada"), await world.member("bob")


async def test_the_two_do_not_exist_for_each_other(safety: Safety, world: World) -> None:
    ada, bob = await two(world)
    payload = await safety.done("blockMember", ada, bob)
    assert payload["relationship"]["status"] == "BLOCKING"
    assert payload["relationship"]["isBlocking"]
    for viewer, other in ((ada, bob), (bob, ada)):
        query = "query($id: ID!) { member(id: $id) { id } node(id: $id) { id } }"
        answer = await safety.api.ask(query, {"id": public_id(other)}, member=viewer)
        assert answer.data == {"member": None, "node": None}


async def test_connection_follows_and_counts_end(safety: Safety, world: World) -> None:
    ada, bob = await two(world)
    await world.connect(ada, bob)
    await safety.follow(ada, bob)
    await safety.follow(bob, ada)
    await safety.done("blockMember", ada, bob)
    assert [await safety.count(table) for table in ("connections", "follows")] == [0, 0]
    counts = "SELECT array_agg(connection_count + follower_count) FROM members"
    assert await world.value(counts) == [0, 0]
    assert await safety.count("removals") == 0


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(
    ("columns", "after"),
    [
        ({}, ("CANCELLED", "CANCELLED")),
        ({"ignored": True}, ("CANCELLED", "CANCELLED")),
        ({"state": "DECLINED", "decline_kind": "DECLINE"}, ("DECLINED", "CANCELLED")),
        (
            {"state": "DECLINED", "decline_kind": "NOT_NOW", "sender_state": "WITHDRAWN"},
            ("DECLINED", "WITHDRAWN"),
        ),
    ],
)
async def test_requests_are_cancelled_for_each_side_that_sees_them_open(
    safety: Safety,
    world: World,
    settable: Settable,
    reverse: bool,
    columns: dict[str, object],
    after: tuple[str, str],
) -> None:
    ada, bob = await two(world)
    ends = {"state": "closed_at", "sender_state": "sender_closed_at"}
    closed = {ends[name]: settable.now - timedelta(days=1) for name in columns if name in ends}
    request = await safety.request(ada, bob, **columns, **closed)
    await safety.done("blockMember", *((bob, ada) if reverse else (ada, bob)))
    assert await safety.views(request) == after
    instants = await world.value("SELECT ARRAY[closed_at, sender_closed_at] FROM connection_requests")
    for (_, end), state, at in zip(ends.items(), after, instants, strict=True):
        assert at == (settable.now if state == "CANCELLED" else closed[end])


async def test_a_request_that_was_over_has_expired(safety: Safety, world: World, settable: Settable) -> None:
    ada, bob = await two(world)
    over = settable.now - timedelta(days=1)
    request = await safety.request(bob, ada, expires_at=over)
    await safety.done("blockMember", ada, bob)
    assert await safety.views(request) == ("EXPIRED", "EXPIRED")
    assert (
        await world.value("SELECT ARRAY[closed_at, sender_closed_at] FROM connection_requests") == [over] * 2
    )


async def test_what_was_told_of_the_other_alone_vanishes(safety: Safety, world: World) -> None:
    ada, bob = await two(world)
    eve = await world.member("eve")
    for member, other in ((ada, bob), (bob, ada)):
        await safety.notify(member, "of one", other)
        await safety.notify(member, "of two", eve, other)
        await safety.notify(member, "of another", eve)
    await safety.notify(eve, "of bob", bob)
    await safety.done("blockMember", ada, bob)
    subjects = "SELECT array_agg(subject ORDER BY member_id, subject) FROM notifications"
    assert await world.value(subjects) == ["of another", "of two", "of another", "of two", "of bob"]


async def test_only_the_devices_of_who_blocks_are_told(safety: Safety, world: World) -> None:
    ada, bob = await two(world)
    await world.connect(ada, bob)
    await safety.follow(bob, ada)
    for mutation in ("blockMember", "unblockMember"):
        await safety.done(mutation, ada, bob)
    assert await safety.log(ada) == [("RELATIONSHIP_CHANGED", ids.encode("REL", ada, bob))] * 2
    assert await safety.log(bob) == []


async def test_mutes_of_both_stay(safety: Safety, world: World) -> None:
    ada, bob = await two(world)
    await safety.done("muteMember", ada, bob)
    await safety.done("muteMember", bob, ada)
    await safety.done("blockMember", ada, bob)
    assert await safety.handles(ada, "mutedMembers") == await safety.handles(bob, "mutedMembers") == []
    await safety.done("unblockMember", ada, bob)
    assert await safety.handles(ada, "mutedMembers") == ["bob"]
    assert await safety.handles(bob, "mutedMembers") == ["ada"]


async def test_a_block_again_changes_nothing(safety: Safety, world: World, settable: Settable) -> None:
    ada, bob = await two(world)
    first = await safety.done("blockMember", ada, bob)
    settable.wait(timedelta(days=1))
    assert await safety.done("blockMember", ada, bob, report="Again.") == first
    assert await world.value("SELECT blocked_at FROM blocks") == settable.now - timedelta(days=1)
    assert len(await safety.log(ada)) == 1
    assert await safety.count("reports") == 0


async def test_the_face_is_the_one_that_was_seen(safety: Safety, world: World, settable: Settable) -> None:
    ada, bob = await two(world)
    stranger = await world.member("cy", {"photo_url": "https://example.org/cy.png"})
    await world.connect(ada, bob)
    for other in (bob, stranger):
        settable.wait(timedelta(minutes=1))
        await safety.done("blockMember", ada, other)
    await world.execute("UPDATE members SET given_name = 'Anew', photo_url = NULL")
    cy, b = (await safety.lists(ada))["blockedMembers"]["nodes"]
    photo = "https://example.org/cy.png"
    assert cy == _face(stranger, "cy", "Cy T.", photo)
    assert b == _face(bob, "bob", "Bob Tester", None)


def _face(member: int, handle: str, name: str, photo: str | None) -> dict[str, str | None]:
    nothing_else = {"headline": None}
    return {"id": public_id(member), "handle": handle, "displayName": name, "photoUrl": photo, **nothing_else}


async def test_a_relationship_shows_the_face_while_it_is_blocked(safety: Safety, world: World) -> None:
    ada, bob = await two(world)
    relationship = (await safety.done("blockMember", ada, bob))["relationship"]
    assert relationship["member"] == _face(bob, "bob", "Bob T.", None)
    assert relationship["connection"] is None


async def test_a_report_goes_to_moderation(safety: Safety, world: World) -> None:
    ada, bob = await two(world)
    await safety.done("blockMember", ada, bob, report="  Sells things. ")
    row = "SELECT ARRAY[reporter_id::text, member_id::text, subject, comment] FROM reports"
    assert await world.value(row) == [str(ada), str(bob), public_id(bob), "Sells things."]


@pytest.mark.parametrize("report", [None, "", "  \n "])
async def test_without_a_text_nothing_is_reported(safety: Safety, world: World, report: str | None) -> None:
    ada, bob = await two(world)
    await safety.done("blockMember", ada, bob, report=report)
    assert await safety.count("reports") == 0


async def test_too_long_a_report_refuses_the_block(safety: Safety, world: World) -> None:
    ada, bob = await two(world)
    error = await safety.error("blockMember", ada, bob, report="x" * 2_001)
    assert (error["code"], error["field"], error["constraint"]) == ("TOO_LONG", ["report"], "maxLength=2000")
    assert await safety.count("blocks") == 0


async def test_so_many_can_be_blocked_and_no_more(safety: Safety, world: World, settable: Settable) -> None:
    settable.policy(max_blocks=2)
    ada, bob = await two(world)
    eve, cy = await world.member("eve"), await world.member("cy")
    left = [(await safety.done("blockMember", ada, other))["quota"]["remaining"] for other in (bob, eve, bob)]
    assert left == [1, 0, 0]
    error = await safety.error("blockMember", ada, cy)
    quota = {"kind": "BLOCKS", "limit": 2, "used": 2, "remaining": 0, "window": None}
    assert (error["code"], error["quota"]) == ("QUOTA_EXCEEDED", quota)
    await safety.done("unblockMember", ada, bob)
    await safety.done("blockMember", ada, cy)


async def test_the_last_place_is_taken_once(safety: Safety, world: World, settable: Settable) -> None:
    settable.policy(max_blocks=1)
    ada = await world.member("ada")
    others = [await world.member(f"other-{number}") for number in range(4)]
    payloads = await all_at_once(world, INBOXES, *(safety.do("blockMember", ada, other) for other in others))
    assert sorted(len(payload["userErrors"]) for payload in payloads) == [0, 1, 1, 1]
    assert await safety.count("blocks") == 1


async def test_of_two_who_block_each_other_at_once_the_first_succeeds(safety: Safety, world: World) -> None:
    ada, bob = await two(world)
    both = safety.do("blockMember", ada, bob), safety.do("blockMember", bob, ada)
    payloads = await all_at_once(world, INBOXES, *both)
    codes = sorted(error["code"] for payload in payloads for error in payload["userErrors"])
    assert codes == ["NOT_FOUND"]
    assert await safety.count("blocks") == 1


async def test_lifting_a_block_restores_nothing(safety: Safety, world: World) -> None:
    ada, bob = await two(world)
    await world.connect(ada, bob)
    await safety.follow(bob, ada)
    await safety.done("blockMember", ada, bob)
    relationship = (await safety.done("unblockMember", ada, bob))["relationship"]
    assert (relationship["status"], relationship["isBlocking"]) == ("NONE", False)
    assert relationship["member"]["headline"] == "Headline of Bob"
    assert [await safety.count(table) for table in ("blocks", "connections", "follows")] == [0, 0, 0]


async def test_lifting_a_block_again_changes_nothing(
    safety: Safety, world: World, settable: Settable
) -> None:
    ada, bob = await two(world)
    await safety.done("unblockMember", ada, bob)
    await safety.done("blockMember", ada, bob)
    await safety.done("unblockMember", ada, bob)
    lifted = settable.now
    settable.wait(timedelta(hours=1))
    await safety.done("unblockMember", ada, bob)
    assert await world.value("SELECT lifted_at FROM lifted_blocks") == lifted
    assert len(await safety.log(ada)) == 2


async def test_the_same_member_is_blocked_again_after_two_days(
    safety: Safety, world: World, settable: Settable
) -> None:
    ada, bob = await two(world)
    for mutation in ("blockMember", "unblockMember"):
        await safety.done(mutation, ada, bob)
    free = settable.now + timedelta(hours=48)
    error = await safety.error("blockMember", ada, bob)
    assert (error["code"], error["basis"]) == ("COOLDOWN", None)
    assert error["availableAt"] == free.isoformat().replace("+00:00", "Z")
    settable.wait(timedelta(hours=48))
    await safety.done("blockMember", ada, bob)
    assert await safety.count("lifted_blocks") == 0


async def test_the_other_may_block_at_once(safety: Safety, world: World) -> None:
    ada, bob = await two(world)
    for mutation, viewer, other in (
        ("blockMember", ada, bob),
        ("unblockMember", ada, bob),
        ("blockMember", bob, ada),
    ):
        await safety.done(mutation, viewer, other)
    assert await world.value(BLOCKS) == [f"{bob} {ada}"]


async def test_who_blocks_back_stays_out_of_sight_after_the_block(safety: Safety, world: World) -> None:
    ada, bob = await two(world)
    insert = "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'x', 'X')"
    await world.execute(insert, ada, bob)
    await world.execute(insert, bob, ada)
    assert (await safety.done("blockMember", ada, bob))["relationship"]["isBlocking"]
    assert (await safety.done("unblockMember", ada, bob))["relationship"] is None
    for mutation in ("unblockMember", "blockMember"):
        assert (await safety.error(mutation, ada, bob))["code"] == "NOT_FOUND"


async def test_a_closed_account_is_unblocked_but_not_blocked(safety: Safety, world: World) -> None:
    ada, bob = await two(world)
    eve = await world.member("eve")
    await safety.done("blockMember", ada, bob)
    for gone in (bob, eve):
        async with world.connection() as connection, connection.transaction():
            await closing.close(connection, gone)
    assert (await safety.error("blockMember", ada, eve))["code"] == "NOT_FOUND"
    assert (await safety.done("unblockMember", ada, bob))["relationship"] is None


@pytest.mark.parametrize(
    "mutation", ["blockMember", "unblockMember", "muteMember", "unmuteMember", "reportMember"]
)
async def test_nobody_does_it_to_themselves(safety: Safety, world: World, mutation: str) -> None:
    ada = await world.member("ada")
    error = await safety.error(mutation, ada, ada)
    assert (error["code"], error["reason"], error["field"]) == ("NOT_PERMITTED", "SELF", ["memberId"])


@pytest.mark.parametrize(
    "mutation", ["blockMember", "unblockMember", "muteMember", "unmuteMember", "reportMember"]
)
async def test_a_token_needs_the_scope_to_write(safety: Safety, world: World, mutation: str) -> None:
    ada, bob = await two(world)
    name = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation($input: {name}!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}"
    given = {"memberId": public_id(bob)} | ({"comment": "x"} if mutation == "reportMember" else {})
    scopes = frozenset({"NETWORK_READ"})
    answer = await safety.api.ask(query, {"input": given}, member=ada, scopes=scopes)
    assert answer.codes == ["MISSING_SCOPE"]
