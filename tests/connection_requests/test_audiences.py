"""Who may ask whom, and what a request has to bring along."""

from tests.clients import Json
from tests.clocks import SetPolicy
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.errors import not_found, not_permitted
from tests.connection_requests.people import Person
from tests.world import World

SEND = "sendConnectionRequest"
CLOSED = {"allowed": False, "reason": "RECIPIENT_DOES_NOT_ACCEPT", "availableAt": None}
OPEN = {"allowed": True, "reason": None, "availableAt": None}
ADDRESS = """
    WITH written AS (INSERT INTO credentials (member_id, email) VALUES ($1, $2))
    INSERT INTO emails (email, member_id) VALUES (lower($2), $1)
"""


async def takes(world: World, person: Person, audience: str) -> None:
    """Let a member take requests from these people."""
    await world.execute("UPDATE members SET who_can_request = $2 WHERE id = $1", person.number, audience)


async def needs(ada: Person, ben: Person, reason: str) -> Json:
    """Ada may ask Ben with what the reason names, and not without."""
    verdict = (await ada.relationship(ben))["canConnect"]
    assert verdict == {"allowed": True, "reason": reason, "availableAt": None}
    return await ada.refused(SEND, recipientId=ben.id)


async def test_anyone_may_ask_who_takes_requests_of_anyone(ada: Person, ben: Person, world: World) -> None:
    await takes(world, ben, "ANYONE")
    assert (await ada.relationship(ben))["canConnect"] == OPEN
    await ada.sends(ben)


async def test_nobody_may_ask_who_takes_none(ada: Person, ben: Person, cleo: Person, world: World) -> None:
    await takes(world, ben, "NOBODY")
    await world.connect(ada.number, cleo.number)
    await world.connect(ben.number, cleo.number)
    assert (await ada.relationship(ben))["canConnect"] == CLOSED
    assert await ada.refused(SEND, recipientId=ben.id) == not_permitted("RECIPIENT_DOES_NOT_ACCEPT")


async def test_the_second_degree_is_whoever_shares_a_connection(
    ada: Person, ben: Person, cleo: Person, world: World
) -> None:
    await takes(world, ben, "SECOND_DEGREE")
    await world.connect(ada.number, cleo.number)
    assert (await ada.relationship(ben))["canConnect"] == CLOSED
    assert await ada.refused(SEND, recipientId=ben.id) == not_permitted("RECIPIENT_DOES_NOT_ACCEPT")
    await world.connect(ben.number, cleo.number)
    assert (await ada.relationship(ben))["canConnect"] == OPEN
    await ada.sends(ben)


async def test_a_connection_who_tells_nobody_is_no_bridge(
    ada: Person, ben: Person, cleo: Person, world: World
) -> None:
    await takes(world, ben, "SECOND_DEGREE")
    await world.connect(ada.number, cleo.number)
    await world.connect(ben.number, cleo.number)
    await world.execute("UPDATE members SET connections_visibility = 'NOBODY' WHERE id = $1", cleo.number)
    assert (await ada.relationship(ben))["canConnect"] == CLOSED


async def test_who_was_asked_may_ask_back_whatever_the_setting(
    ada: Person, ben: Person, world: World
) -> None:
    await takes(world, ben, "NOBODY")
    await ben.sends(ada)
    assert (await ada.relationship(ben))["canConnect"] == OPEN
    assert (await ada.does(SEND, recipientId=ben.id))["connection"]


async def test_a_note_is_brought_where_it_is_wanted(ada: Person, ben: Person, world: World) -> None:
    await world.execute("UPDATE members SET require_note = true WHERE id = $1", ben.number)
    assert await needs(ada, ben, "NOTE_REQUIRED") == not_permitted("NOTE_REQUIRED")
    assert await ada.refused(SEND, recipientId=ben.id, note=" ") == not_permitted("NOTE_REQUIRED")
    await ada.sends(ben, note="We met at the fair.")


async def test_strangers_bring_a_note_where_the_policy_says_so(
    ada: Person, ben: Person, cleo: Person, world: World, policy: SetPolicy
) -> None:
    policy(note_required_for_strangers=True)
    assert await needs(ada, ben, "NOTE_REQUIRED") == not_permitted("NOTE_REQUIRED")
    await world.connect(ada.number, cleo.number)
    await world.connect(ben.number, cleo.number)
    assert (await ada.relationship(ben))["canConnect"] == OPEN
    await ada.sends(ben)


async def test_the_address_is_brought_where_it_is_wanted(ada: Person, ben: Person, world: World) -> None:
    await takes(world, ben, "KNOWS_EMAIL")
    await world.execute(ADDRESS, ben.number, "Ben@example.org")
    assert await needs(ada, ben, "EMAIL_REQUIRED") == not_permitted("EMAIL_REQUIRED")
    for wrong in ("ada@example.org", "", "ben@example.or"):
        refusal = await ada.refused(SEND, recipientId=ben.id, recipientEmail=wrong)
        assert refusal == not_permitted("EMAIL_REQUIRED")
    await ada.sends(ben, recipientEmail=" ben@EXAMPLE.org ")


async def test_the_address_of_another_is_not_the_recipients(
    ada: Person, ben: Person, cleo: Person, world: World
) -> None:
    await takes(world, ben, "KNOWS_EMAIL")
    await world.execute(ADDRESS, cleo.number, "cleo@example.org")
    refusal = await ada.refused(SEND, recipientId=ben.id, recipientEmail="cleo@example.org")
    assert refusal == not_permitted("EMAIL_REQUIRED")


async def test_of_a_note_and_an_address_the_address_is_named_first(
    ada: Person, ben: Person, world: World
) -> None:
    await takes(world, ben, "KNOWS_EMAIL")
    await world.execute("UPDATE members SET require_note = true WHERE id = $1", ben.number)
    assert await needs(ada, ben, "EMAIL_REQUIRED") == not_permitted("EMAIL_REQUIRED")


async def guess(sender: Person, recipient_id: str, email: str) -> str:
    """The code with which a request with this address is refused, or nothing."""
    payload = (await sender.tries(SEND, recipientId=recipient_id, recipientEmail=email)).data[SEND]
    return ", ".join(error["code"] for error in payload["userErrors"])


async def test_addresses_can_not_be_found_out_by_trying(
    ada: Person, ben: Person, cleo: Person, newcomer: Newcomer, world: World
) -> None:
    for person in (ben, cleo):
        await takes(world, person, "KNOWS_EMAIL")
        await world.execute(ADDRESS, person.number, f"{person.handle}@example.org")
    guesses = [await guess(ada, ben.id, f"{number}@example.org") for number in range(6)]
    assert guesses == ["NOT_PERMITTED"] * 5 + ["TOO_MANY_ATTEMPTS"]
    refusal = await ada.refused(SEND, recipientId=cleo.id, recipientEmail="cleo@example.org")
    assert refusal.pop("constraint").startswith("retryAfter=PT")
    assert refusal == {"__typename": "ValidationError", "code": "TOO_MANY_ATTEMPTS"}
    assert await guess(await newcomer("dora"), ben.id, "ben@example.org") == ""


async def test_who_knows_addresses_is_not_held_back(ada: Person, newcomer: Newcomer, world: World) -> None:
    for number in range(7):
        friend = await newcomer(f"friend-{number}")
        await takes(world, friend, "KNOWS_EMAIL")
        await world.execute(ADDRESS, friend.number, f"{number}@example.org")
        assert await guess(ada, friend.id, f"{number}@example.org") == ""


async def test_an_address_that_nobody_asks_for_is_not_looked_at(
    ada: Person, newcomer: Newcomer, world: World
) -> None:
    """Else it could be tried out on members who never meant to be asked for it."""
    for number in range(7):
        friend = await newcomer(f"friend-{number}")
        assert await guess(ada, friend.id, "wrong@example.org") == ""


async def test_whether_a_hidden_member_has_an_address_can_not_be_tried_out(
    ada: Person, ben: Person, world: World
) -> None:
    await takes(world, ben, "KNOWS_EMAIL")
    await world.execute(ADDRESS, ben.number, "ben@example.org")
    await ben.does("blockMember", memberId=ada.id)
    right = [await guess(ada, ben.id, "ben@example.org") for _ in range(6)]
    assert right == ["NOT_FOUND"] * 5 + ["TOO_MANY_ATTEMPTS"]


async def test_a_member_who_is_not_there_is_not_found_whatever_the_address(ada: Person) -> None:
    refusal = await ada.refused(SEND, recipientId="M_OTk", recipientEmail="ben@example.org")
    assert refusal == not_found("recipientId", "M_OTk")
