"""Numbers of notifications are the member's own: they tell nothing of what others were told, or were not."""

from collections.abc import Awaitable, Callable

import pytest

from rules import ids
from tests.clocks import Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.messages.talk import asks_back, goes_on
from tests.notifications.inbox import asked, inbox, marks, node, unread

Act = Callable[[Person, Person, Clock, str], Awaitable[None]]
SECRETS = ("nothing", "ignore", "decline", "report", "mute")


async def keep_secret(secret: str, recipient: Person, sender: Person, request: str) -> None:
    """What the recipient of a request does that its sender is not to notice."""
    if secret == "mute":
        await recipient.does("muteMember", "relationship { id }", memberId=sender.id)
    elif secret != "nothing":
        await recipient.answers(request, secret, **({"kind": "DECLINE"} if secret == "decline" else {}))


async def remind(sender: Person, recipient: Person, clock: Clock, secret: str) -> None:
    request = await sender.sends(recipient)
    await keep_secret(secret, recipient, sender, request)
    clock.advance(days=14)
    await sender.does("remindConnectionRequest", requestId=request)


async def write_on(sender: Person, recipient: Person, _: Clock, secret: str) -> None:
    request, conversation = await asks_back(sender, recipient)
    await keep_secret(secret, recipient, sender, request)
    await goes_on(sender, conversation, "Well?")


@pytest.mark.parametrize("act", [remind, write_on])
async def test_the_next_one_of_a_sender_is_the_same_whether_an_act_was_delivered_or_not(
    newcomer: Newcomer, clock: Clock, act: Act
) -> None:
    delivered, found = {}, {}
    for secret in SECRETS:
        sender, recipient, before, after = [await newcomer(f"{secret}-{place}") for place in range(4)]
        await before.sends(sender)
        await act(sender, recipient, clock, secret)
        await after.sends(sender)
        delivered[secret] = len(await recipient.notifications())
        found[secret] = await numbers(sender)
    assert delivered["nothing"] > delivered["decline"]
    assert found == dict.fromkeys(SECRETS, found["nothing"])


async def test_each_member_has_them_from_the_own_log(ada: Person, ben: Person, cleo: Person) -> None:
    for person in (ben, cleo):
        for number in (1, 2):
            await asked(person, ada, number)
    assert await numbers(ben) == await numbers(cleo) == [2, 1]


async def test_one_that_grows_keeps_its_own(ada: Person, ben: Person) -> None:
    first, second = await asked(ben, ada, 1), await asked(ben, ada, 2)
    await asked(ben, ada, 1)
    assert {each["id"] for each in await inbox(ben)} == {first, second}
    assert await asked(ben, ada, 3) == ids.encode("N", ben.number, 4)


async def test_another_members_of_the_same_number_is_not_found(ada: Person, ben: Person) -> None:
    own, others = await asked(ben, ada), await asked(ada, ben)
    (_, number), (_, same) = ids.decode_as("N", own) or (), ids.decode_as("N", others) or ()
    assert number == same
    found = await ben.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[others, own])
    assert found.data["nodes"] == [None, {"id": own}]
    missing = ids.encode("N", ben.number, number + 1)
    assert await node(ben, others) is await node(ben, missing) is None
    assert await marks(ben, notificationIds=[others]) == await marks(ben, notificationIds=[missing])
    assert (await unread(ada), await unread(ben)) == (1, 1)


async def numbers(person: Person) -> list[int]:
    """Those of all their notifications, newest first."""
    return [number for each in await inbox(person) for number in (ids.decode_as("N", each["id"]) or ())[1:]]
