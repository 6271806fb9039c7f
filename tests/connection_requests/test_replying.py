"""Answering a request with a question: row 9 of the transition table."""

from datetime import timedelta

import pytest

from tests.clients import Json
from tests.clocks import START, Clock, after
from tests.connection_requests.errors import conflict, invalid, invalid_state
from tests.connection_requests.people import Person
from tests.world import World

REPLY = "replyToConnectionRequest"
QUESTION = "Where do we know each other from?"
THREAD = """
    query($id: ID!) {
      node(id: $id) {
        ... on ConnectionRequest {
          conversation {
            context canWrite { allowed reason }
            participants { handle } messages { nodes { body author { handle } } }
          }
        }
      }
    }
"""
CLOSED = {"allowed": False, "reason": "CLOSED"}
OPEN = {"allowed": True, "reason": None}


async def thread(person: Person, request: str) -> Json:
    return (await person.ask(THREAD, id=request)).data["node"]["conversation"]


async def may_write(ada: Person, ben: Person, request: str) -> list[Json]:
    return [(await thread(person, request))["canWrite"] for person in (ada, ben)]


@pytest.mark.parametrize("before", [(), ("ignore",)])
async def test_a_reply_opens_a_thread_for_both(ada: Person, ben: Person, before: tuple[str, ...]) -> None:
    request = await ada.sends(ben)
    for move in before:
        await ben.answers(request, move)
    payload = await ben.does(REPLY, requestId=request, body=f"  {QUESTION}\n")
    assert payload["request"]["state"] == "PENDING"
    assert payload["request"]["ignored"] is bool(before)
    assert (payload["message"]["body"], payload["message"]["author"]) == (QUESTION, {"handle": "ben"})
    for person, other in ((ada, "ben"), (ben, "ada")):
        assert await thread(person, request) == {
            "context": "REQUEST_REPLY",
            "canWrite": OPEN,
            "participants": [{"handle": other}],
            "messages": {"nodes": [{"body": QUESTION, "author": {"handle": "ben"}}]},
        }


async def test_the_sender_is_notified_and_the_recipient_has_read(ada: Person, ben: Person) -> None:
    await ben.does(REPLY, requestId=await ada.sends(ben), body=QUESTION)
    assert await ada.notifications() == ["CONNECTION_REQUEST_REPLIED"]
    assert await ben.notifications() == ["CONNECTION_REQUEST_RECEIVED read"]
    changed = "CONNECTION_REQUEST_CHANGED REPLY"
    assert (await ada.log())[2:] == [changed, "NOTIFICATION_CREATED", "MESSAGE_CHANGED"]
    assert (await ben.log())[2:] == [changed, "MESSAGE_CHANGED"]


async def test_before_the_first_reply_there_is_no_thread(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    assert await thread(ada, request) is await thread(ben, request) is None


async def test_questions_go_on_in_one_thread(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    first, second = [
        (await ben.does(REPLY, requestId=request, body=body))["message"] for body in ("One?", "Two?")
    ]
    assert first["conversation"] == second["conversation"]
    assert [node["body"] for node in (await thread(ada, request))["messages"]["nodes"]] == ["Two?", "One?"]


@pytest.mark.parametrize("move", ["decline", "report"])
async def test_a_decline_closes_the_thread_for_the_recipient_alone(
    ada: Person, ben: Person, clock: Clock, move: str
) -> None:
    request = await ada.sends(ben)
    await ben.does(REPLY, requestId=request, body=QUESTION)
    await ben.answers(request, move)
    assert await may_write(ada, ben, request) == [OPEN, CLOSED]
    clock.advance(days=180)
    assert await may_write(ada, ben, request) == [CLOSED, CLOSED]


@pytest.mark.parametrize("move", ["withdraw", "accept"])
async def test_the_thread_closes_with_the_request(ada: Person, ben: Person, move: str) -> None:
    request = await ada.sends(ben)
    conversation = (await ben.does(REPLY, requestId=request, body=QUESTION))["message"]["conversation"]["id"]
    await (ada if move == "withdraw" else ben).answers(request, move)
    ask = "query($id: ID!) { node(id: $id) { ... on Conversation { canWrite { allowed reason } } } }"
    for person in (ada, ben):
        assert (await person.ask(ask, id=conversation)).data["node"]["canWrite"] == CLOSED


async def test_an_expired_request_takes_no_reply(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    clock.advance(days=180)
    assert await ben.refused(REPLY, requestId=request, body=QUESTION) == invalid_state("EXPIRED")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ("", invalid("REQUIRED", "body")),
        (" \n ", invalid("REQUIRED", "body")),
        ("x" * 5_001, invalid("TOO_LONG", "body", "maxLength=5000")),
        ("a\x00b", invalid("INVALID", "body")),
    ],
)
async def test_a_reply_says_something(ada: Person, ben: Person, body: str, refusal: Json) -> None:
    request = await ada.sends(ben)
    assert await ben.refused(REPLY, requestId=request, body=body) == refusal
    assert await thread(ben, request) is None


async def test_who_is_restricted_may_not_write_to_strangers(ada: Person, ben: Person, world: World) -> None:
    request = await ada.sends(ben)
    until = START + timedelta(days=7)
    await world.execute("UPDATE members SET requests_restricted_until = $1 WHERE id = $2", until, ben.number)
    assert await ben.refused(REPLY, requestId=request, body=QUESTION) == {
        "__typename": "MessagingNotAllowedError",
        "code": "MESSAGING_NOT_ALLOWED",
        "reason": "RESTRICTED",
        "reachOptions": [{"action": "ACCEPT_REQUEST"}, {"action": "FOLLOW"}],
    }
    assert await ada.notifications() == []


async def test_a_retry_of_a_reply_is_the_same_message(ada: Person, ben: Person, clock: Clock) -> None:
    request = await ada.sends(ben)
    first = await ben.does(REPLY, requestId=request, body=QUESTION, idempotencyKey="k")
    clock.advance(hours=23)
    again = await ben.does(REPLY, requestId=request, body=QUESTION, idempotencyKey="k")
    assert again["message"] == first["message"]
    assert len((await thread(ada, request))["messages"]["nodes"]) == 1
    other = await ben.refused(REPLY, requestId=request, body="Another?", idempotencyKey="k")
    assert other == conflict("k")


async def test_a_retry_gives_the_message_also_when_the_request_is_over(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    first = await ben.does(REPLY, requestId=request, body=QUESTION, idempotencyKey="k")
    await ben.answers(request, "decline")
    again = await ben.does(REPLY, requestId=request, body=QUESTION, idempotencyKey="k")
    assert again["message"] == first["message"]
    assert again["request"]["closedAt"] == after()
