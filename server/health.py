"""Whether the process lives, and whether it can do its work: for supervisors and load balancers."""

import asyncio

import asyncpg
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from models.pool import Pool
from server.migrations import is_migrated

SECONDS = 2


def routes() -> list[BaseRoute]:
    """`/healthz` and `/readyz`; the latter asks the pool in the application's `state.pool`."""
    return [Route("/healthz", _alive, methods=["GET"]), Route("/readyz", _ready, methods=["GET"])]


async def _alive(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def _ready(request: Request) -> JSONResponse:
    """503 with the reason where the database doesn't answer in time or isn't migrated."""
    reason = await _obstacle(request.app.state.pool)
    if reason:
        return JSONResponse({"status": "unavailable", "reason": reason}, status_code=503)
    return JSONResponse({"status": "ok"})


async def _obstacle(pool: Pool) -> str | None:
    try:
        # The pool's own limit also counts for giving back a connection whose server doesn't answer.
        async with asyncio.timeout(SECONDS), pool.acquire(timeout=SECONDS) as connection:
            return None if await is_migrated(connection) else "the database is not migrated"
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return "the database does not answer"
