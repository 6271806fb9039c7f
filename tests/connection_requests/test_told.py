"""What each move writes into the logs of both and what it notifies them of; nobody else hears anything."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import pytest

from rules import ids
from tests.clients import Json
from tests.clocks import START, Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.world import World

CHANGED, NOTIFIED = "CONNECTION_REQUEST_CHANGED", "NOTIFICATION_CREATED"
REL, SAID = "RELATIONSHIP_CHANGED", "MESSAGE_CHANGED"
RECEIVED = "CONNECTION_REQUEST_RECEIVED"


class Told(NamedTuple):
    """What a move adds to the log of sender and recipient, and which notifications they then have."""

    sender: list[str]
    recipient: list[str]
    senders: list[str]
    recipients: list[str]


READ: Final = [f"{RECEIVED} read"]
TABLE: Final[Mapping[str, Told]] = {
    "remind": Told(
        [f"{CHANGED} REMIND"],
        [f"{CHANGED} REMIND", NOTIFIED],
        [],
        [RECEIVED, "CONNECTION_REQUEST_REMINDER"],
    ),
    "withdraw": Told([f"{CHANGED} WITHDRAW"], [], [], []),
    "accept": Told(
        [f"{CHANGED} ACCEPT", NOTIFIED, REL],
        [f"{CHANGED} ACCEPT", REL],
        ["CONNECTION_REQUEST_ACCEPTED"],
        READ,
    ),
    "ignore": Told([], [f"{CHANGED} IGNORE"], [], READ),
    "decline": Told([], [f"{CHANGED} DECLINE"], [], READ),
    "report": Told([], [f"{CHANGED} REPORT"], [], READ),
    "reply": Told(
        [f"{CHANGED} REPLY", NOTIFIED, SAID], [f"{CHANGED} REPLY", SAID], ["CONNECTION_REQUEST_REPLIED"], READ
    ),
}
SUBJECTS: Final = "SELECT array_agg(concat_ws(' ', kind, subject) ORDER BY sequence) FROM events"
INSTANTS: Final = "SELECT array_agg(DISTINCT occurred_at) FROM events"
NOTICE: Final = "SELECT ARRAY[id::text, kind, subject, actor_ids::text, sequence::text] FROM notifications"


@pytest.mark.parametrize("move", TABLE)
async def test_each_move_tells_whom_it_concerns(
    ada: Person, ben: Person, cleo: Person, world: World, clock: Clock, move: str
) -> None:
    await world.connect(cleo.number, ada.number)
    request = await ada.sends(ben)
    known = len(await ada.log()), len(await ben.log())
    clock.advance(days=14)
    given: Json = {"body": "Who are you?"} if move == "reply" else {}
    await (ada if move in {"remind", "withdraw"} else ben).answers(request, move, **given)
    expected = TABLE[move]
    assert (await ada.log())[known[0] :] == expected.sender
    assert (await ben.log())[known[1] :] == expected.recipient
    assert (await ada.notifications(), await ben.notifications()) == (expected.senders, expected.recipients)
    assert await cleo.log() == await cleo.notifications() == []


async def test_a_request_tells_the_recipient_and_the_devices_of_its_sender(
    ada: Person, ben: Person, world: World
) -> None:
    request = await ada.sends(ben)
    assert await ada.log() == [f"{CHANGED} SEND", REL]
    assert await ben.log() == [f"{CHANGED} SEND", NOTIFIED]
    assert (await ada.notifications(), await ben.notifications()) == ([], [RECEIVED])
    notice = await world.value(NOTICE)
    assert notice[1:] == [RECEIVED, request, f"{{{ada.number}}}", "2"]
    where = " WHERE member_id = "
    stands = ids.encode("REL", ada.number, ben.number)
    assert await world.value(f"{SUBJECTS}{where}{ada.number}") == [f"{CHANGED} {request}", f"{REL} {stands}"]
    told = [f"{CHANGED} {request}", f"{NOTIFIED} {notice[0]}"]
    assert await world.value(f"{SUBJECTS}{where}{ben.number}") == told
    assert await world.value(INSTANTS) == [START]


async def test_without_a_follow_no_relationship_changes(ada: Person, ben: Person) -> None:
    await ada.sends(ben, followWhilePending=False)
    assert await ada.log() == [f"{CHANGED} SEND"]


async def test_each_of_two_who_connect_hears_of_their_own_relationship(
    ada: Person, ben: Person, world: World
) -> None:
    request = await ada.sends(ben, followWhilePending=False)
    await ben.answers(request, "accept")
    for person, other in ((ada, ben), (ben, ada)):
        last = f"{REL} {ids.encode('REL', person.number, other.number)}"
        assert (await world.value(f"{SUBJECTS} WHERE member_id = {person.number}"))[-1] == last


async def test_asking_back_tells_as_accepting_does(ada: Person, ben: Person) -> None:
    await ada.sends(ben, followWhilePending=False)
    await ben.sends(ada)
    assert await ada.log() == [f"{CHANGED} SEND", *TABLE["accept"].sender]
    assert await ben.log() == [f"{CHANGED} SEND", NOTIFIED, *TABLE["accept"].recipient]
    assert (await ada.notifications(), await ben.notifications()) == (["CONNECTION_REQUEST_ACCEPTED"], READ)


async def test_restoring_and_lifting_tell_the_recipient_alone(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben, followWhilePending=False)
    for move in ("ignore", "restore", "decline", "lift"):
        await ben.answers(request, move)
    causes = [f"{CHANGED} {event}" for event in ("IGNORE", "RESTORE", "DECLINE", "LIFT_DECLINE")]
    assert await ben.log() == [f"{CHANGED} SEND", NOTIFIED, *causes]
    assert (await ada.log(), await ben.notifications()) == ([f"{CHANGED} SEND"], READ)


async def test_a_second_reminder_joins_the_first_while_that_is_unread(
    ada: Person, ben: Person, clock: Clock, world: World
) -> None:
    request = await ada.sends(ben)
    for _ in range(2):
        clock.advance(days=14)
        await ada.answers(request, "remind")
    assert await ben.notifications() == [RECEIVED, "CONNECTION_REQUEST_REMINDER"]
    sequences = "SELECT array_agg(sequence ORDER BY id) FROM notifications"
    assert await world.value(sequences) == [2, 6]
    assert len(await ben.log()) == 6


async def test_requests_of_many_are_numbered_without_gaps(ada: Person, newcomer: Newcomer) -> None:
    for number in range(5):
        friend = await newcomer(f"friend-{number}")
        request = await friend.sends(ada)
        if number % 2:
            await ada.answers(request, "accept")
        else:
            await friend.answers(request, "withdraw")
    assert len(await ada.log()) == 5 * 2 + 2 * 2
    assert await ada.notifications() == READ * 2


async def test_a_refused_move_tells_nobody(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    told = await ada.log(), await ben.log()
    await ada.refused("remindConnectionRequest", requestId=request)
    await ben.refused("liftDecline", requestId="CR_MS4yLjk")
    await ada.refused("sendConnectionRequest", recipientId=ada.id)
    assert (await ada.log(), await ben.log()) == told
