"""Strawberry as its documentation has it, with SQLAlchemy's ORM: who writes such a server begins like this.

Each relation has a DataLoader of Strawberry, made anew for each request in `get_context`. Each load has an
AsyncSession of its own from one factory, because a session can't run two statements at once. The extensions
that spare parsing and validating a known document anew are on, GraphiQL is off, and orjson writes the
answers. Uvicorn serves with uvloop and httptools. SQLAlchemy's asyncpg dialect prepares each statement once
for each connection; the pool has ten.

It is started by `serve()`, which reads `PORT` and `DATABASE_URL` from the environment.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from os import environ
from typing import Any

import orjson
import strawberry
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from benchmarks.rivals.asgi import run
from benchmarks.rivals.orm_loaders import Loaders, MemberRow, Sessions

Info = strawberry.Info[dict[str, Loaders], None]


@strawberry.type
class Member:
    """A member, as clients see one."""

    id: int
    handle: str
    given_name: str
    family_name: str
    headline: str | None
    follower_count: int

    @classmethod
    def of(cls, row: MemberRow) -> "Member":
        """The type of a row."""
        return cls(
            id=row.id,
            handle=row.handle,
            given_name=row.given_name,
            family_name=row.family_name,
            headline=row.headline,
            follower_count=row.follower_count,
        )

    @strawberry.field
    async def connections(self, info: Info, first: int = 20) -> list["Connection"]:
        """The newest connections."""
        rows = await info.context["loaders"].connections.load((self.id, first))
        return [Connection(connected_at=row.connected_at, other_id=row.other_id) for row in rows]

    @strawberry.field
    async def received_requests(self, info: Info, first: int = 20) -> list["ConnectionRequest"]:
        """The newest requests that wait for an answer."""
        rows = await info.context["loaders"].requests.load((self.id, first))
        return [
            ConnectionRequest(note=row.note, sent_at=row.sent_at, sender_id=row.sender_id) for row in rows
        ]


@strawberry.type
class Connection:
    """A connection, seen from one end."""

    connected_at: datetime
    other_id: strawberry.Private[int]

    @strawberry.field
    async def member(self, info: Info) -> Member:
        """The other end."""
        return Member.of(await info.context["loaders"].members.load(self.other_id))


@strawberry.type
class ConnectionRequest:
    """A request to connect."""

    note: str | None
    sent_at: datetime
    sender_id: strawberry.Private[int]

    @strawberry.field
    async def sender(self, info: Info) -> Member:
        """Who sent it."""
        return Member.of(await info.context["loaders"].members.load(self.sender_id))


@strawberry.type
class Query:
    """What may be asked."""

    @strawberry.field
    async def member(self, info: Info, id: int) -> Member | None:
        """The member with this id."""
        row = await info.context["loaders"].members.load(id)
        return Member.of(row) if row else None


class Endpoint(GraphQL[dict[str, Loaders], None]):
    """Strawberry's ASGI application, with loaders for each request."""

    def __init__(self, sessions: Sessions) -> None:
        schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])
        super().__init__(schema, graphql_ide=None)
        self._sessions = sessions

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> dict[str, Loaders]:
        """Loaders that live as long as the request."""
        del request, response
        return {"loaders": Loaders(self._sessions)}

    def encode_json(self, data: object) -> bytes:
        """Faster than the standard library."""
        return orjson.dumps(data)


def serve() -> None:
    """Serve until a signal."""
    url = environ["DATABASE_URL"].replace("postgresql:", "postgresql+asyncpg:", 1)
    engine = create_async_engine(url, pool_size=10, max_overflow=0)
    endpoint = Endpoint(async_sessionmaker(engine, expire_on_commit=False))
    routes = [Route("/readyz", _ready), Route("/graphql", endpoint)]
    run(Starlette(routes=routes, lifespan=_until_the_end(engine)))


def _until_the_end(engine: AsyncEngine) -> Callable[[Starlette], Any]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    return lifespan


async def _ready(_: Request) -> Response:
    return Response()
