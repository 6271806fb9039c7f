"""Brings requests into every state, makes a move and says what it came to, with as little asked as may be."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from tests.clients import Json
from tests.clocks import Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person, mutation

Reach = Callable[[Person, Person, str, Clock], Awaitable[None]]

OF_SENDER: Final = ("remind", "withdraw")
OF_RECIPIENT: Final = ("accept", "ignore", "restore", "reply", "decline", "report", "lift")
GIVEN: Final[Mapping[str, Json]] = {"reply": {"body": "Do we know each other?"}}
WRONG: Final = """
    userErrors {
      code
      ... on InvalidStateError { currentState }
      ... on NotPermittedError { reason }
      ... on RequestCooldownError { basis }
    }
"""
SEND: Final = "sendConnectionRequest"
MADE: Final = "created connection { id } request { id }"
VIEW: Final = "query($id: ID!) { node(id: $id) { ... on ConnectionRequest { state ignored declineKind } } }"


def _after(*moves: str, **given: Json) -> Reach:
    async def reach(sender: Person, recipient: Person, request: str, clock: Clock) -> None:
        for move in moves:
            assert not await _move(sender, recipient, request, move, **given)

    return reach


async def _removed(sender: Person, recipient: Person, request: str, clock: Clock) -> None:
    await _move(sender, recipient, request, "accept")
    await _do(recipient, "removeConnection", memberId=sender.id)


async def _expired(sender: Person, recipient: Person, request: str, clock: Clock) -> None:
    clock.advance(days=180)


async def _declined_and_expired(sender: Person, recipient: Person, request: str, clock: Clock) -> None:
    await _move(sender, recipient, request, "decline")
    clock.advance(days=180)


async def _blocked(sender: Person, recipient: Person, request: str, clock: Clock) -> None:
    await _do(recipient, "blockMember", memberId=sender.id)


async def _unblocked(sender: Person, recipient: Person, request: str, clock: Clock) -> None:
    await _blocked(sender, recipient, request, clock)
    await _do(recipient, "unblockMember", memberId=sender.id)


STATES: Final[Mapping[str, Reach]] = {
    "pending": _after(),
    "ignored": _after("ignore"),
    "accepted": _after("accept"),
    "accepted, then removed": _removed,
    "declined": _after("decline"),
    "declined, not now": _after("decline", kind="NOT_NOW"),
    "reported": _after("report"),
    "withdrawn": _after("withdraw"),
    "declined, then withdrawn": _after("decline", "withdraw"),
    "declined, then lifted": _after("decline", "lift"),
    "expired": _expired,
    "declined, then expired": _declined_and_expired,
    "blocked": _blocked,
    "unblocked": _unblocked,
}


async def outcome(newcomer: Newcomer, clock: Clock, state: str, move: str) -> str:
    """How the two see a request after the move, or why it is refused; a reminder comes when it is due.

    Of a request sent in that state: whether it was created, was open already or connected the two.
    """
    name, began = move.replace(" ", "-"), clock.now
    sender, recipient = await newcomer(f"s-{name}"), await newcomer(f"r-{name}")
    request = (await _do(sender, SEND, recipientId=recipient.id))["request"]["id"]
    await STATES[state](sender, recipient, request, clock)
    if move == "remind":
        clock.advance(days=14)
    made = await _make(sender, recipient, request, move)
    made = made or f"{await _view(sender, request)} / {await _view(recipient, request)}"
    clock.now = began
    return made


async def _make(sender: Person, recipient: Person, request: str, move: str) -> str:
    if move == "send":
        return await _send(sender, recipient)
    if move == "send back":
        return await _send(recipient, sender)
    return await _move(sender, recipient, request, move)


async def _move(sender: Person, recipient: Person, request: str, move: str, **given: Json) -> str:
    mover = sender if move in OF_SENDER else recipient
    given = {**GIVEN.get(move, {}), **(given if move == "decline" else {})}
    return _refusals(await _do(mover, mutation(move), requestId=request, **given))


async def _send(sender: Person, recipient: Person) -> str:
    payload = await _do(sender, SEND, recipientId=recipient.id)
    made = "created" if payload["created"] else "connected" if payload["connection"] else "open already"
    return _refusals(payload) or made


async def _do(mover: Person, mutation: str, **input: Json) -> Json:
    of_input, result = f"{mutation[0].upper()}{mutation[1:]}Input!", MADE if mutation == SEND else ""
    document = f"mutation($input: {of_input}) {{ {mutation}(input: $input) {{ {result} {WRONG} }} }}"
    return (await mover.ask(document, input=input)).data[mutation]


def _refusals(payload: Json) -> str:
    return ", ".join(" ".join(error.values()) for error in payload["userErrors"])


async def _view(person: Person, request: str) -> str:
    seen = (await person.ask(VIEW, id=request)).data["node"]
    if seen is None:
        return "gone"
    ignored = "ignored" if seen["ignored"] else None
    return " ".join(filter(None, [seen["state"], seen["declineKind"], ignored]))
