"""How many messages a member may write in a rolling window, whatever they come with."""

from datetime import timedelta

from tests.clocks import Clock, SetPolicy, after
from tests.connection_requests.errors import quota_exceeded
from tests.connection_requests.people import Person
from tests.messages.talk import asks_back, bodies, meet, writes


async def test_the_allowance_is_shown_with_when_it_is_free_again(
    ada: Person, ben: Person, clock: Clock
) -> None:
    await meet(ada, ben)
    unused = await ada.quota("MESSAGES")
    assert unused == {
        "kind": "MESSAGES",
        "window": "P1D",
        "limit": 500,
        "used": 0,
        "remaining": 500,
        "nextReleaseAt": None,
        "restrictedUntil": None,
    }
    await writes(ada, ben)
    clock.advance(hours=3)
    await writes(ada, ben)
    used = {"used": 2, "remaining": 498, "nextReleaseAt": after(days=1)}
    assert await ada.quota("MESSAGES") == unused | used
    assert await ben.quota("MESSAGES") == unused


async def test_who_wrote_as_much_as_one_may_waits(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy
) -> None:
    await meet(ada, ben)
    policy(message_limit=2, message_window=timedelta(hours=1))
    message = await writes(ada, ben, "One")
    clock.advance(minutes=30)
    await ada.does("deleteMessage", "message { id }", messageId=message["id"])
    await writes(ada, ben, "Two")
    refusal = await ada.refused("sendMessage", memberId=ben.id, body="Three")
    assert refusal == quota_exceeded(await ada.quota("MESSAGES"))
    assert await bodies(ben, message["conversation"]["id"]) == [None, "Two"]
    clock.advance(minutes=30)
    await writes(ada, ben, "Three")


async def test_no_limit_is_no_limit(ada: Person, ben: Person, policy: SetPolicy) -> None:
    await meet(ada, ben)
    policy(message_limit=None)
    await writes(ada, ben)
    quota = await ada.quota("MESSAGES")
    assert (quota["limit"], quota["used"], quota["remaining"]) == (None, 1, None)


async def test_replies_and_welcomes_count_and_are_refused_with_what_they_come_with(
    ada: Person, ben: Person, cleo: Person, policy: SetPolicy
) -> None:
    request, _ = await asks_back(ada, ben)
    policy(message_limit=1)
    refusal = quota_exceeded(await ben.quota("MESSAGES"))
    assert refusal["quota"]["used"] == 1
    assert await ben.refused("replyToConnectionRequest", requestId=request, body="Hm?") == refusal
    given = {"requestId": request, "welcomeMessage": "Hello!"}
    assert await ben.refused("acceptConnectionRequest", **given) == refusal
    assert (await ada.sees(request))["state"] == "PENDING"
    await ben.does("acceptConnectionRequest", requestId=request)
    other = await cleo.sends(ada)
    await ada.does("acceptConnectionRequest", requestId=other, welcomeMessage="Hello!")
    assert (await ada.quota("MESSAGES"))["used"] == 1


async def test_the_limit_is_a_rule_that_clients_read(ada: Person, policy: SetPolicy) -> None:
    policy(message_limit=7, message_window=timedelta(hours=2))
    found = (await ada.ask("{ policy { messageLimit messageWindow } }")).data["policy"]
    assert found == {"messageLimit": 7, "messageWindow": "PT7200S"}
