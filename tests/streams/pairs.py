"""Two people who ask each other to connect and then write, trying each step until it is acknowledged."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from rules import ids
from tests.clients import Json

PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 15
MESSAGES = 4
STEPS = 4 + 2 * MESSAGES
REPEATED = 0.2

SEND = """
mutation($input: SendConnectionRequestInput!) {
    it: sendConnectionRequest(input: $input) { request { id } userErrors { code } }
}
"""
WITHDRAW = """
mutation($input: WithdrawConnectionRequestInput!) {
    it: withdrawConnectionRequest(input: $input) { request { id state } userErrors { code } }
}
"""
ACCEPT = """
mutation($input: AcceptConnectionRequestInput!) {
    it: acceptConnectionRequest(input: $input) { connection { id } userErrors { code } }
}
"""
WRITE = """
mutation($input: SendMessageInput!) {
    it: sendMessage(input: $input) { message { id body } userErrors { code } }
}
"""


@dataclass(frozen=True)
class Person:
    """A member, and the token to prove it."""

    id: int
    token: str


class Wherever:
    """The server, wherever it is by now. `failures` counts the tries that nobody acknowledged."""

    def __init__(self, http: httpx.AsyncClient, find_server: Callable[[], Awaitable[str]]) -> None:
        self.receipts: asyncio.Queue[None] = asyncio.Queue()
        self.failures = 0
        self._http = http
        self._find_server = find_server

    async def do(self, person: Person, mutation: str, **input: Json) -> Json:
        """The payload, once there is one; some clients don't believe it and ask again."""
        payload = await self._acknowledged(person, mutation, input)
        self.receipts.put_nowait(None)
        if random.random() < REPEATED:
            assert await self._acknowledged(person, mutation, input) == payload
        return payload

    async def _acknowledged(self, person: Person, mutation: str, input: Json) -> Json:
        while not (payload := await self._try(person, mutation, input)):
            self.failures += 1
            await asyncio.sleep(PAUSE_SECONDS)
        assert not payload["userErrors"], (mutation, input, payload)
        return payload

    async def _try(self, person: Person, mutation: str, input: Json) -> Json | None:
        address = await self._find_server()
        body = {"query": mutation, "variables": {"input": input}}
        headers = {"Authorization": f"Bearer {person.token}"}
        try:
            answer = await self._http.post(
                f"{address}/graphql", json=body, headers=headers, timeout=PATIENCE_SECONDS
            )
        except httpx.TransportError:
            return None
        return _payload(answer.json())


def _payload(body: Json) -> Json | None:
    """None where the server says that it failed, so that nobody knows whether it was done."""
    codes = {error["extensions"]["code"] for error in body.get("errors", [])}
    assert codes <= {"INTERNAL_SERVER_ERROR"}, body
    return None if codes else body["data"]["it"]


class Pair:
    """One asks, thinks better of it and asks again; the other accepts, and then both write at once.

    `acknowledged` is what each step was answered, by its key.
    """

    def __init__(self, server: Wherever, sender: Person, recipient: Person) -> None:
        self.sender = sender
        self.recipient = recipient
        self.acknowledged: dict[str, str] = {}
        self._server = server

    async def live(self) -> None:
        """All of it."""
        do, sender = self._server.do, self.sender
        first = await self._ask("first")
        withdrawn = await do(sender, WITHDRAW, requestId=first)
        assert withdrawn["request"] == {"id": first, "state": "WITHDRAWN"}
        second = await self._ask("second")
        accepted = await do(self.recipient, ACCEPT, requestId=second)
        self.acknowledged["connection"] = accepted["connection"]["id"]
        await asyncio.gather(self._write(sender, self.recipient), self._write(self.recipient, sender))

    async def insist(self) -> None:
        """Repeat with every key, long afterwards; the answers are the first ones."""
        before = dict(self.acknowledged)
        await self._ask("first")
        await self._ask("second")
        await asyncio.gather(
            self._write(self.sender, self.recipient), self._write(self.recipient, self.sender)
        )
        assert self.acknowledged == before

    async def _ask(self, key: str) -> str:
        """The id of the request."""
        recipient_id = ids.encode("M", self.recipient.id)
        payload = await self._server.do(self.sender, SEND, recipientId=recipient_id, idempotencyKey=key)
        self.acknowledged[key] = payload["request"]["id"]
        return self.acknowledged[key]

    async def _write(self, author: Person, other: Person) -> None:
        for number in range(MESSAGES):
            key = f"{author.id} says {number}"
            written = await self._server.do(
                author, WRITE, memberId=ids.encode("M", other.id), body=key, clientKey=key
            )
            assert written["message"]["body"] == key
            self.acknowledged[key] = written["message"]["id"]
