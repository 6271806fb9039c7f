"""Puts the server together: what a process shares, who asks, and which path leads where."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from auth.accounts import Accounts
from auth.identity import Viewer
from auth.tokens import unauthenticated
from executor.engine import Engine
from loaders.context import Context, Deployment
from schema.root import schema
from server import explorer, health
from server.deployment import deployed
from server.graphql_http import GraphQLEndpoint
from server.jobs import working
from server.journal import NamedRequests
from server.settings import Settings

LONGEST_PREFLIGHT_SECONDS = 600


def create_app(settings: Settings) -> Starlette:
    """The ASGI application; `settings.database_url` names a migrated database."""
    app = Starlette(
        routes=_routes(settings),
        middleware=_middleware(settings),
        exception_handlers={HTTPException: _not_served},
        lifespan=partial(_lifespan, settings),
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


def _routes(settings: Settings) -> list[BaseRoute]:
    endpoint = GraphQLEndpoint(
        Engine(schema, settings.limits),
        open_context,
        max_body_bytes=settings.max_body_bytes,
        body_timeout=settings.body_timeout,
        operation_timeout=settings.operation_timeout,
    )
    return [
        Route("/graphql", endpoint),
        *health.routes(),
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
                allow_headers=["Authorization", "Content-Type", "X-Request-Id"],
                expose_headers=["X-Request-Id"],
                max_age=LONGEST_PREFLIGHT_SECONDS,
            )
        )
    return middleware


@asynccontextmanager
async def _lifespan(settings: Settings, app: Starlette) -> AsyncIterator[None]:
    """What all operations share, for as long as the process serves."""
    async with deployed(settings) as deployment:
        app.state.pool = deployment.pool
        app.state.deployment = deployment
        async with (
            deployment.accounts.running(deployment.pool, settings.revocation_refresh),
            working(settings, deployment) if settings.run_jobs else nullcontext(),
        ):
            yield


@asynccontextmanager
async def open_context(request: Request) -> AsyncIterator[Context]:
    """The context of a request's operation. Raises RequestError for a token that is no good."""
    deployment: Deployment = request.app.state.deployment
    yield Context(
        deployment,
        _viewer(deployment.accounts, request.headers.get("authorization")),
        client_address=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent"),
    )


def _viewer(accounts: Accounts, authorization: str | None) -> Viewer | None:
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise unauthenticated()
    return accounts.viewer(token.strip())
