"""The endpoint over the toy schema: in process for most tests, on a socket where a real client matters."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from starlette.requests import Request
from starlette.types import ASGIApp

from executor.engine import Engine
from executor.errors import CodedError
from server.graphql_http import GraphQLEndpoint
from server.journal import NamedRequests
from tests.executor.toy import ToyContext, schema

GRAPHQL = "application/graphql-response+json"

CONTEXTS: dict[str, Callable[[], ToyContext]] = {
    "": lambda: ToyContext(frozenset(), is_anonymous=True),
    "Bearer first-party": lambda: ToyContext(None),
    "Bearer reader": lambda: ToyContext(frozenset({"NETWORK_READ"})),
}


def open_context(request: Request) -> ToyContext:
    """The context of a few known tokens; one of them meets a database that is down."""
    token = request.headers.get("authorization", "")
    if token == "Bearer unlucky":
        raise ConnectionError("could not connect to 10.0.0.1")
    if token not in CONTEXTS:
        raise CodedError("UNAUTHENTICATED", "The token has expired.")
    return CONTEXTS[token]()


@pytest.fixture(scope="session")
def engine() -> Engine:
    """An engine with the default limits."""
    return Engine(schema)


@pytest.fixture
def endpoint(engine: Engine) -> GraphQLEndpoint:
    """The endpoint with times that a test can wait for."""
    return GraphQLEndpoint(engine, open_context, body_timeout=0.2, operation_timeout=0.2)


@pytest.fixture
async def client(endpoint: GraphQLEndpoint) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the endpoint that names the media type of GraphQL and a first-party token."""
    transport = httpx.ASGITransport(NamedRequests(endpoint))
    headers = {"Accept": GRAPHQL, "Authorization": "Bearer first-party"}
    async with httpx.AsyncClient(transport=transport, base_url="http://toy", headers=headers) as client:
        yield client


def listening() -> socket.socket:
    """A socket on a free port of this machine."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an application by Uvicorn; yields its address."""
    listener = listening()
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve([listener]))
    while not server.started:  # noqa: ASYNC110 - Uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/graphql"
    finally:
        server.should_exit = True
        await task
