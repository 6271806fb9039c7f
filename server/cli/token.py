"""`rapport token`."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, TypeVar

import typer

from auth.identity import OAuthScope
from auth.tokens import AccessTokens
from models.database import Connection
from server import database
from server.failure import Failure
from server.secret_key import secret_key
from server.settings import Settings, read_settings
from server.trial_tokens import TrialTokens, demo_members

UNITS = {"": "seconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=365)
ResultT = TypeVar("ResultT")

Handles = Annotated[list[str] | None, typer.Argument(metavar="HANDLE…", help="Members' handles.")]
Scopes = Annotated[str | None, typer.Option(help="OAuth scopes, separated by commas; all without it.")]
TimeToLive = Annotated[str, typer.Option(metavar="TIME", help="How long they are good: 90s, 15m, 12h, 1d.")]
Listing = Annotated[bool, typer.Option("--list", help="Name a few demo members (in development).")]


def token(
    handles: Handles = None, scopes: Scopes = None, ttl: TimeToLive = "1d", listing: Listing = False
) -> None:
    """Print an access token a line, one for each handle, for trying things."""
    settings = read_settings()
    if listing:
        _list(settings)
    elif handles:
        _issue(settings, handles, scopes_of(scopes), lifetime_of(ttl))
    else:
        raise Failure("give one or more handles; `rapport token --list` names a few")


def _list(settings: Settings) -> None:
    if settings.environment != "development":
        raise Failure("members are listed in development only")
    for member in _ask(settings, demo_members):
        name = f"{member.given_name} {member.family_name}"
        typer.echo(f"{member.handle:<30} {name:<30} {member.connection_count} connections")


def _issue(settings: Settings, handles: list[str], scopes: frozenset[str] | None, ttl: timedelta) -> None:
    tokens = AccessTokens(secret_key(settings), settings.access_token_lifetime)
    trial = TrialTokens(tokens, ttl, scopes)
    for issued in _ask(settings, lambda connection: trial.issue(connection, handles)):
        typer.echo(issued)


def _ask(settings: Settings, question: Callable[[Connection], Awaitable[ResultT]]) -> ResultT:
    async def answer(url: str) -> ResultT:
        async with database.connected(url) as connection:
            return await question(connection)

    with database.available(settings) as url:
        return asyncio.run(answer(url))


def scopes_of(text: str | None) -> frozenset[str] | None:
    """The scopes of a list such as `PROFILE_READ,network_read`; None holds all. Raises Failure."""
    if text is None:
        return None
    given = {name.strip().upper() for name in text.split(",")}
    unknown = sorted(given - set(OAuthScope))
    if unknown:
        raise Failure(f"no such scope: {', '.join(unknown)}. There are {', '.join(OAuthScope)}")
    return frozenset(given)


def lifetime_of(text: str) -> timedelta:
    """The time that `90s`, `15m`, `12h` or `1d` means. Raises Failure."""
    match = re.fullmatch(r"([1-9]\d{0,7})([smhd]?)", text)
    lifetime = timedelta(**{UNITS[match[2]]: int(match[1])}) if match else timedelta.max
    if lifetime > LONGEST:
        raise Failure(f"{text!r} is no lifetime: write 90s, 15m, 12h or 1d, up to 365d")
    return lifetime
