"""The transport over a toy schema, with a clock that tests can set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute

from auth.accounts import Accounts
from auth.downloads import Downloads
from auth.identity import Viewer
from auth.passwords import Passwords
from auth.tokens import AccessTokens
from executor.engine import Engine
from loaders.context import Deployment
from models.pool import Pool
from rules.policy import NetworkPolicy
from server.authorization import read_authorization
from server.graphql_ws import GraphQLSockets, SocketLimits, endpoint
from server.streams.callers import Caller
from tests.graphql_ws.clients import Client
from tests.graphql_ws.servers import Server, listening
from tests.graphql_ws.toy import ToyStreams, schema

LIFETIME = timedelta(minutes=15)


@dataclass
class Toy:
    """A server of the toy schema: its streams, who may ask, and what time it is there."""

    streams: ToyStreams
    deployment: Deployment
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    server: Server = field(init=False)

    def caller(self, client: HTTPConnection, authorization: str | None) -> Caller:
        """Who asks."""
        if authorization is None:
            authorization = client.headers.get("authorization")
        deployment = replace(self.deployment, clock=lambda: self.now)
        return Caller(deployment, read_authorization(deployment.accounts, authorization))

    def token(self, member_id: int = 1, scopes: frozenset[str] | None = None, session_id: int = 7) -> str:
        """An access token of a member."""
        viewer = Viewer(member_id, session_id, scopes)
        return self.deployment.accounts.tokens.issue(viewer, datetime.now(UTC))[0]

    def credentials(self, *given: Any, **named: Any) -> dict[str, str]:
        """The payload of `connection_init` with a member's token."""
        return {"authorization": f"Bearer {self.token(*given, **named)}"}

    async def open(self, **options: Any) -> Client:
        """A socket that is not acknowledged yet."""
        return await self.server.open(**options)

    async def member(self, *given: Any, **named: Any) -> Client:
        """An acknowledged socket of a member."""
        return await (await self.open()).begin(self.credentials(*given, **named))

    def revoke(self, session_id: int = 7) -> None:
        """End a session."""
        self.deployment.accounts.revocations.add([session_id])


def deployment() -> Deployment:
    """One without a database, which nothing here reads."""
    accounts = Accounts(AccessTokens(b"k" * 32, LIFETIME), Passwords(1), timedelta(days=60))
    downloads = Downloads(b"k" * 32, "http://toy.test")
    return Deployment(cast(Pool, None), NetworkPolicy(), AESSIV(bytes(32)), accounts, downloads, "")


@asynccontextmanager
async def serving(limits: SocketLimits, **options: Any) -> AsyncIterator[Toy]:
    """Serve with these limits; `options` are Uvicorn's."""
    it = Toy(ToyStreams(), deployment())
    sockets = GraphQLSockets(Engine(schema), it.streams, it.caller, limits, ["https://app.example"])
    app = Starlette(routes=[WebSocketRoute("/graphql", sockets)])
    async with sockets.running(), listening(app, **options) as it.server:
        yield it


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets are looked after more often than a test can wait."""
    monkeypatch.setattr(endpoint, "SWEEP_SECONDS", 0.05)


@pytest.fixture
async def it() -> AsyncIterator[Toy]:
    """A server with small limits."""
    limits = SocketLimits(per_member=3, operations=5, init_timeout=0.3, operation_timeout=5)
    async with serving(limits) as it:
        yield it
