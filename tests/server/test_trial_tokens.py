"""`rapport token`: access tokens for trying things."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess

import jwt
import pytest

from auth.tokens import AccessTokens
from server.cli.token import lifetime_of, scopes_of
from server.failure import Failure
from tests.server.processes import run
from tests.world import World

KEY = "a key for tests, of 32 characters or more"
Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def token(database_url: str, place: Path) -> Run:
    """The command over the suite's database, where `world` makes members."""

    def command(*arguments: str, **settings: str) -> CompletedProcess[str]:
        given = {"RAPPORT_DATABASE_URL": database_url, "RAPPORT_SECRET_KEY": KEY} | settings
        return run(place, "token", *arguments, **given)

    return command


async def test_a_token_a_line_for_each_handle_in_order(world: World, token: Run) -> None:
    ada, grace = await world.member("ada"), await world.member("grace")
    lines = token("grace", "ada").stdout.splitlines()
    viewers = [AccessTokens(KEY.encode(), timedelta(minutes=15)).read(line) for line in lines]
    assert [(viewer.member_id, viewer.scopes) for viewer in viewers] == [(grace, None), (ada, None)]
    assert {_lifetime(line) for line in lines} <= {86_400, 86_399}


async def test_scopes_and_lifetime_can_be_given(world: World, token: Run) -> None:
    await world.member("ada")
    line = token("ada", "--scopes", "profile_read,NETWORK_READ", "--ttl", "90s").stdout.strip()
    viewer = AccessTokens(KEY.encode(), timedelta(minutes=15)).read(line)
    assert viewer.scopes == frozenset({"PROFILE_READ", "NETWORK_READ"})
    assert _lifetime(line) in (89, 90)


async def test_the_list_names_the_best_connected_first(world: World, token: Run) -> None:
    ada, grace, alan = [await world.member(handle) for handle in ("ada", "grace", "alan")]
    await world.connect(alan, ada)
    await world.connect(alan, grace)
    assert [line.split()[0] for line in token("--list").stdout.splitlines()] == ["alan", "ada", "grace"]


async def test_production_lists_nobody(world: World, token: Run) -> None:
    await world.member("ada")
    ended = token("--list", RAPPORT_ENVIRONMENT="production")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "rapport: members are listed in development only\n"


async def test_an_unknown_handle_is_told_and_nobody_gets_a_token(world: World, token: Run) -> None:
    await world.member("ada")
    ended = token("ada", "nobody")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "rapport: no member has the handle nobody\n"


def test_an_unknown_scope_is_told() -> None:
    with pytest.raises(Failure, match="no such scope: EVERYTHING"):
        scopes_of("EVERYTHING")


@pytest.mark.parametrize("text", ["soon", "0", "-1d", "1w", "", "366d"])
def test_a_lifetime_is_a_number_and_a_unit(text: str) -> None:
    with pytest.raises(Failure, match="write 90s, 15m, 12h or 1d, up to 365d"):
        lifetime_of(text)


def _lifetime(token: str) -> int:
    claims = jwt.decode(token, options={"verify_signature": False})
    return int(claims["exp"] - claims["iat"])
