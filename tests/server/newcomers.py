"""People who sign up and edit their profiles, trying each step until the server has acknowledged it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import httpx

from tests.clients import Json

PASSWORD = "a password for tests"
PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 15
STEPS = 3

SIGN_UP = "mutation($input: SignUpInput!) { it: signUp(input: $input) { accessToken userErrors { code } } }"
SIGN_IN = "mutation($input: SignInInput!) { it: signIn(input: $input) { accessToken userErrors { code } } }"
UPDATE = "mutation($input: UpdateProfileInput!) { it: updateProfile(input: $input) { userErrors { code } } }"
SAVE = "mutation($input: SavePositionInput!) { it: savePosition(input: $input) { userErrors { code } } }"


class NotAcknowledgedError(Exception):
    """The server says that it failed, so nobody knows whether it was done."""


class Newcomer:
    """One person. Each step that was acknowledged puts the handle into `receipts` and is never repeated.

    `failures` counts the tries that nobody acknowledged; `sessions` are the numbers of sessions possible now.
    """

    def __init__(
        self,
        number: int,
        http: httpx.AsyncClient,
        find_server: Callable[[], Awaitable[str]],
        receipts: asyncio.Queue[str],
    ) -> None:
        self.handle = f"newcomer-{number}"
        self.email = f"{self.handle}@example.org"
        self.headline = f"Headline {number}"
        self.title = f"Title {number}"
        self.failures = 0
        self.sessions = range(1, 2)
        # An address of their own, because many sign-ups from one that fail are taken for guesses.
        self._headers = {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250}"}
        self._http = http
        self._find_server = find_server
        self._receipts = receipts

    async def sign_up(self) -> None:
        """Who is told on another try that the handle is taken has it, and signs in."""
        person = {"handle": self.handle, "givenName": "New", "familyName": "Comer"}
        credentials = {"email": self.email, "password": PASSWORD}
        signed_in = await self._send(SIGN_UP, credentials | person, done_before="TAKEN")
        if signed_in["accessToken"] is None:
            signed_in = await self._sign_in(credentials)
        self._headers["Authorization"] = f"Bearer {signed_in['accessToken']}"
        self._receipts.put_nowait(self.handle)

    async def _sign_in(self, credentials: Mapping[str, Json]) -> Json:
        failures = self.failures
        signed_in = await self._send(SIGN_IN, credentials)
        self.sessions = range(2, 3 + self.failures - failures)
        return signed_in

    async def edit(self) -> None:
        """Change a text, then add a position. A try that was done before shows by the version and the key."""
        text = {"headline": self.headline, "expectedVersion": 1}
        await self._send(UPDATE, text, done_before="VERSION_CONFLICT")
        self._receipts.put_nowait(self.handle)
        position = {"title": self.title, "companyName": "Example", "idempotencyKey": self.handle}
        await self._send(SAVE, position)
        self._receipts.put_nowait(self.handle)

    async def _send(self, mutation: str, input: Mapping[str, Json], done_before: str = "") -> Json:
        """The payload, once there is one. It may have an error with the code `done_before` on another try."""
        failures = self.failures
        while not (payload := await self._try(mutation, input)):
            self.failures += 1
            await asyncio.sleep(PAUSE_SECONDS)
        refusals = {error["code"] for error in payload["userErrors"]}
        allowed = {done_before} if self.failures > failures else set()
        assert refusals <= allowed, f"{self.handle} is refused with {refusals}: {mutation}"
        return payload

    async def _try(self, mutation: str, input: Mapping[str, Json]) -> Json | None:
        body = {"query": mutation, "variables": {"input": input}}
        address = await self._find_server()
        try:
            return _payload(
                await self._http.post(
                    f"{address}/graphql", json=body, headers=self._headers, timeout=PATIENCE_SECONDS
                )
            )
        except (httpx.TransportError, NotAcknowledgedError):
            return None


def _payload(answer: httpx.Response) -> Json:
    body = answer.json()
    codes = {error["extensions"]["code"] for error in body.get("errors", [])}
    if "INTERNAL_SERVER_ERROR" in codes:
        raise NotAcknowledgedError
    assert not codes, answer.text
    return body["data"]["it"]
