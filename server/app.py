"""Puts the server together: what a process shares, who asks, and which path leads where."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from executor.engine import Engine
from executor.failures import internal_error
from loaders.context import Context, Deployment
from schema.root import schema
from server import downloads, explorer, health, metrics
from server.authorization import read_authorization
from server.clients import RequestClient
from server.deployment import deployed
from server.graphql_http import GraphQLEndpoint, Received, Reply
from server.graphql_http.responses import failure
from server.graphql_sse import EventStreamEndpoint
from server.graphql_ws import GraphQLSockets, SocketLimits
from server.jobs import working
from server.journal import NamedRequest, NamedRequests, request_id
from server.settings import Settings
from server.streams.callers import Caller
from server.streams.hub import Streams

PATH = "/graphql"
LONGEST_PREFLIGHT_SECONDS = 600


class Application(Starlette):
    """Starlette's, but what is asked over HTTP at `path` goes straight to its endpoint.

    The way through routing and handlers of exceptions took longer than a short operation, and this endpoint
    needs neither. What a page in a browser asks still goes it, because of the middleware for other origins.
    """

    def __init__(self, path: str, endpoint: GraphQLEndpoint, **options: Any) -> None:
        super().__init__(**options)
        self.path = path
        self.endpoint = endpoint
        self.body_timeout = endpoint.body_timeout
        self.named_endpoint = NamedRequests(endpoint)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, serve a socket, or run for as long as the process does."""
        if scope["type"] == "http" and scope["path"] == self.path and b"origin" not in dict(scope["headers"]):
            scope["app"] = self
            await self.named_endpoint(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def respond(self, scope: Scope, body: bytes) -> Reply:
        """The reply to a POST to `path` with this body; the scope has the head's fields and the sender."""
        scope.update(app=self, method="POST", path=self.path)
        received = Received(scope, body=body)
        request = NamedRequest(scope, received.headers.get("x-request-id", ""))
        try:
            reply = await self.endpoint.response(received)
        except asyncio.CancelledError as ended:
            # The server stops, and can't wait any longer.
            reply = failure(internal_error(ended, request_id.get()))
        assert isinstance(reply, Reply)
        reply.headers = [*reply.headers, request.answered(reply.status)]
        return reply


def create_app(settings: Settings) -> Application:
    """The ASGI application; `settings.database_url` names a migrated database."""
    engine = Engine(schema, settings.limits, on_refusal=metrics.not_compiled)
    streams = Streams(engine)
    event_streams = EventStreamEndpoint(
        engine,
        open_context,
        streams,
        open_caller,
        per_member=settings.event_streams_per_member,
        **_limits(settings),
    )
    sockets = GraphQLSockets(engine, streams, open_caller, _socket_limits(settings), settings.cors_origins)
    endpoint = GraphQLEndpoint(engine, open_context, **_limits(settings))
    app = Application(
        PATH,
        endpoint,
        routes=_routes(settings, endpoint, event_streams, sockets),
        middleware=_middleware(settings),
        exception_handlers={HTTPException: _not_served},
        lifespan=partial(_lifespan, settings, streams, event_streams, sockets),
    )
    app.router.redirect_slashes = False
    return app


async def _not_served(_: Request, error: Exception) -> JSONResponse:
    """The answer to a path or method that leads nowhere, in the form of all others."""
    assert isinstance(error, HTTPException)
    content = {
        "errors": [{"message": error.detail, "extensions": {"code": HTTPStatus(error.status_code).name}}]
    }
    return JSONResponse(content, error.status_code, headers=error.headers)


def _limits(settings: Settings) -> dict[str, Any]:
    return {
        "max_body_bytes": settings.max_body_bytes,
        "body_timeout": settings.body_timeout,
        "operation_timeout": settings.operation_timeout,
    }


def _socket_limits(settings: Settings) -> SocketLimits:
    return SocketLimits(
        settings.sockets_per_member,
        settings.operations_per_socket,
        settings.socket_init_timeout,
        settings.operation_timeout,
    )


def _routes(
    settings: Settings, endpoint: ASGIApp, event_streams: EventStreamEndpoint, sockets: GraphQLSockets
) -> list[BaseRoute]:
    return [
        Route(PATH, endpoint),
        WebSocketRoute(PATH, sockets),
        Route("/graphql/stream", event_streams),
        *downloads.routes(),
        *health.routes(),
        *metrics.routes(),
        *explorer.routes(settings.data_directory / "explorer"),
    ]


def _middleware(settings: Settings) -> list[Middleware]:
    middleware = [Middleware(NamedRequests)]
    if settings.cors_origins:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=settings.cors_origins,
                allow_methods=["GET", "POST"],
                allow_headers=["Authorization", "Content-Type", "Last-Event-ID", "X-Request-Id"],
                expose_headers=["X-Request-Id"],
                max_age=LONGEST_PREFLIGHT_SECONDS,
            )
        )
    return middleware


@asynccontextmanager
async def _lifespan(
    settings: Settings,
    streams: Streams,
    event_streams: EventStreamEndpoint,
    sockets: GraphQLSockets,
    app: Starlette,
) -> AsyncIterator[None]:
    """What all operations share, for as long as the process serves."""
    async with deployed(settings, streams) as deployment:
        app.state.pool = deployment.pool
        app.state.deployment = deployment
        async with (
            deployment.accounts.running(deployment.pool, settings.revocation_refresh),
            streams.running(deployment, settings.stream_poll),
            event_streams.running(),
            sockets.running(),
            working(settings, deployment) if settings.run_jobs else nullcontext(),
        ):
            yield


def open_context(request: Request) -> Context:
    """The context of a request's operation. Raises RequestError for a token that is no good."""
    deployment: Deployment = request.app.state.deployment
    viewer = read_authorization(deployment.accounts, request.headers.get("authorization"))
    return Context(deployment, viewer, RequestClient(request))


def open_caller(client: HTTPConnection, authorization: str | None = None) -> Caller:
    """Who sends these headers, or this `Authorization`. Raises RequestError for a token that is no good."""
    deployment: Deployment = client.app.state.deployment
    if authorization is None:
        authorization = client.headers.get("authorization")
    viewer = read_authorization(deployment.accounts, authorization)
    return Caller(deployment, viewer, RequestClient(client).known())
