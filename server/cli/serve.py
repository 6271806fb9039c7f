"""`rapport serve`."""

import asyncio
import logging
import socket
from typing import Annotated

import typer

from auth.tokens import AccessTokens
from server import database, journal, migrations
from server.failure import Failure
from server.secret_key import secret_key
from server.seeding import seed
from server.serving import serve_on
from server.settings import Settings, read_settings, unknown_variables
from server.trial_tokens import TrialTokens, demo_members
from server.workers import supervise

logger = logging.getLogger("rapport.serve")

Workers = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Processes that share the port, instead of RAPPORT_WORKERS."),
]
QUERY = "{ viewer { member { handle displayName headline connectionCount } } }"


def serve(workers: Workers = None) -> None:
    """Start the database, migrate it and serve GraphQL until Ctrl-C or SIGTERM."""
    settings = _settings(workers)
    journal.configure(settings)
    for name in unknown_variables():
        logger.warning("%s is not a setting", name)
    with _listen(settings) as listener, database.available(settings, watch=True) as url:
        token = asyncio.run(_prepare(settings, url))
        typer.echo(_welcome(_address(listener), token))
        _serve(listener, settings.model_copy(update={"database_url": url}))


def _settings(workers: int | None) -> Settings:
    settings = read_settings()
    return settings.model_copy(update={"workers": workers}) if workers else settings


def _serve(listener: socket.socket, settings: Settings) -> None:
    """Serve until a signal, here or in as many processes as there shall be."""
    if settings.workers == 1:
        serve_on(listener, settings)
    else:
        asyncio.run(supervise(listener, settings))


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
