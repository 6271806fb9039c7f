"""Changing the password."""

import pytest

from executor.errors import CodedError
from resolvers import accounts
from resolvers.accounts import ChangePasswordPayload
from rules.accounts import PER_ACCOUNT
from rules.refusals import UserErrorCode
from tests.accounts.people import PASSWORD, asking_with, refresh_token_of, refusals, sign_in, sign_up
from tests.races import all_at_once
from tests.world import World

NEW = "another password"
WRONG = [(UserErrorCode.INVALID_CREDENTIALS, ["current_password"])]


async def change(world: World, member_id: int, current: str, new: str = NEW) -> ChangePasswordPayload:
    """Change the password of a member, from the session that signed up."""
    return await accounts.change_password(
        world.context(member_id), current_password=current, new_password=new
    )


async def test_the_new_password_signs_in_and_the_old_one_does_not(world: World) -> None:
    ctx = asking_with(world, await sign_up(world))
    payload = await accounts.change_password(ctx, current_password=PASSWORD, new_password=NEW)
    assert payload.viewer == ctx.viewer
    assert refusals(await sign_in(world)) == [(UserErrorCode.INVALID_CREDENTIALS, None)]
    assert not refusals(await sign_in(world, password=NEW))


async def test_every_other_session_ends(world: World) -> None:
    here, there, bob = await sign_up(world), await sign_in(world), await sign_up(world, "bob")
    ctx = asking_with(world, here)
    await accounts.change_password(ctx, current_password=PASSWORD, new_password=NEW)
    assert asking_with(world, here)
    assert asking_with(world, bob)
    with pytest.raises(CodedError):
        asking_with(world, there)
    refreshed = await accounts.refresh_session(world.context(None), refresh_token=refresh_token_of(there))
    assert refusals(refreshed) == [(UserErrorCode.INVALID_CREDENTIALS, ["refresh_token"])]
    refreshed = await accounts.refresh_session(world.context(None), refresh_token=refresh_token_of(here))
    assert not refusals(refreshed)


async def test_a_wrong_password_changes_nothing(world: World) -> None:
    await sign_up(world)
    there = await sign_in(world)
    assert refusals(await change(world, 1, "not the password")) == WRONG
    assert asking_with(world, there)
    assert not refusals(await sign_in(world))


async def test_a_bad_new_password_is_refused(world: World) -> None:
    await sign_up(world)
    assert refusals(await change(world, 1, PASSWORD, "short")) == [(UserErrorCode.INVALID, ["new_password"])]


async def test_guesses_here_count_like_guesses_at_the_door(world: World) -> None:
    await sign_up(world)
    for _ in range(PER_ACCOUNT.free):
        assert refusals(await change(world, 1, "a guess at it")) == WRONG
    assert refusals(await change(world, 1, PASSWORD)) == [(UserErrorCode.TOO_MANY_ATTEMPTS, None)]
    assert refusals(await sign_in(world)) == [(UserErrorCode.TOO_MANY_ATTEMPTS, None)]


async def test_of_two_changes_at_once_one_wins(world: World) -> None:
    await sign_up(world)
    passwords = ["first new password", "second new password"]
    changes = [change(world, 1, PASSWORD, new) for new in passwords]
    payloads = await all_at_once(world, "SELECT FROM credentials FOR UPDATE", *changes)
    assert sorted(map(refusals, payloads)) == [[], WRONG]
    signed_in = [not refusals(await sign_in(world, password=password)) for password in passwords]
    assert signed_in == [not refusals(payload) for payload in payloads]


async def test_who_has_no_password_cannot_change_it(world: World) -> None:
    member_id = await world.member("imported")
    assert refusals(await change(world, member_id, "")) == WRONG
