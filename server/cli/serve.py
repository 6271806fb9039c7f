"""`rapport serve`."""

import asyncio
import logging
import socket
from contextlib import suppress

import typer
import uvicorn

from auth.tokens import AccessTokens
from server import database, journal, migrations
from server.app import create_app
from server.failure import Failure, Terminated
from server.secret_key import secret_key
from server.seeding import seed
from server.settings import Settings, read_settings, unknown_variables
from server.trial_tokens import TrialTokens, demo_members

logger = logging.getLogger("rapport.serve")

QUERY = "{ viewer { member { handle displayName headline connectionCount } } }"


def serve() -> None:
    """Start the database, migrate it and serve GraphQL until Ctrl-C or SIGTERM."""
    settings = read_settings()
    journal.configure(settings)
    for name in unknown_variables():
        logger.warning("%s is not a setting", name)
    with _listen(settings) as listener, database.available(settings, watch=True) as url:
        token = asyncio.run(_prepare(settings, url))
        typer.echo(_welcome(_address(listener), token))
        _run(settings.model_copy(update={"database_url": url}), listener)


def _listen(settings: Settings) -> socket.socket:
    """Take the port before any work; who connects already waits until the server is ready."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        where = f"{settings.host} port {settings.port}"
        raise Failure(f"can't listen on {where}: {error.strerror}. PORT names another port") from None


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


async def _prepare(settings: Settings, url: str) -> str | None:
    """Migrate; in development fill an empty database as well and return a token to try."""
    await migrations.upgrade(url)
    if settings.environment != "development":
        return None
    await seed(url)
    return await _demo_token(settings, url)


async def _demo_token(settings: Settings, url: str) -> str | None:
    trial = TrialTokens(AccessTokens(secret_key(settings), settings.access_token_lifetime))
    async with database.connected(url) as connection:
        handles = [member.handle for member in await demo_members(connection, first=1)]
        return next(iter(await trial.issue(connection, handles)), None)


def _welcome(address: str, token: str | None) -> str:
    lines = [f"GraphQL is served on {address}/graphql, the explorer on {address}/"]
    if token:
        lines += ["", "A demo member's token, good for a day:", token, "", "A query to paste:", QUERY]
    return "\n".join(lines)


def _run(settings: Settings, listener: socket.socket) -> None:
    """Serve until a signal, then finish what runs. Uvicorn raises the signal again when it has done so."""
    config = uvicorn.Config(
        create_app(settings),
        loop="uvloop",
        http="httptools",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        ws_per_message_deflate=False,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_graceful_shutdown=settings.shutdown_timeout,
    )
    with suppress(KeyboardInterrupt, Terminated):
        uvicorn.Server(config).run(sockets=[listener])
