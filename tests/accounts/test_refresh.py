"""Refresh tokens: each works once."""

import pytest

from executor.errors import CodedError
from resolvers import accounts
from resolvers.accounts import RefreshSessionPayload
from rules.refusals import UserErrorCode
from tests.accounts.people import asking_with, refresh_token_of, refusals, sign_in, sign_up, viewer_of
from tests.races import all_at_once
from tests.world import World

REFUSED = [(UserErrorCode.INVALID_CREDENTIALS, ["refresh_token"])]


async def refresh(world: World, token: str) -> RefreshSessionPayload:
    """Ask for the next pair."""
    return await accounts.refresh_session(world.context(None), refresh_token=token)


async def test_a_refresh_token_gives_the_next_pair_of_the_same_session(world: World) -> None:
    first = await sign_up(world)
    second = await refresh(world, refresh_token_of(first))
    third = await refresh(world, refresh_token_of(second))
    assert viewer_of(first) == viewer_of(second) == viewer_of(third)
    assert len({payload.refresh_token for payload in (first, second, third)}) == 3
    assert asking_with(world, third).viewer == viewer_of(first)


async def test_a_token_used_twice_at_once_succeeds_once_and_then_its_family_is_dead(world: World) -> None:
    first = await sign_up(world)
    token = refresh_token_of(first)
    both = refresh(world, token), refresh(world, token)
    payloads = await all_at_once(world, "SELECT FROM sessions FOR UPDATE", *both)
    lost, won = sorted(payloads, key=lambda payload: payload.refresh_token or "")
    assert (refusals(lost), refusals(won)) == (REFUSED, [])
    assert refusals(await refresh(world, refresh_token_of(won))) == REFUSED
    for dead in (first, won):
        with pytest.raises(CodedError):
            asking_with(world, dead)


async def test_a_used_token_ends_the_session_long_after(world: World) -> None:
    first = await sign_up(world)
    last = await refresh(world, refresh_token_of(await refresh(world, refresh_token_of(first))))
    await world.execute(
        "UPDATE refresh_tokens SET used_at = now() - interval '50 days' WHERE used_at < now()"
    )
    assert refusals(await refresh(world, refresh_token_of(first))) == REFUSED
    assert refusals(await refresh(world, refresh_token_of(last))) == REFUSED


async def test_a_forged_token_is_refused_and_ends_nothing(world: World) -> None:
    first = await sign_up(world)
    token = refresh_token_of(first)
    forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    assert refusals(await refresh(world, forged)) == REFUSED
    assert asking_with(world, first)
    assert not refusals(await refresh(world, token))


async def test_a_token_of_one_session_does_not_refresh_another(world: World) -> None:
    phone, laptop, bob = await sign_up(world, "ada"), await sign_in(world), await sign_up(world, "bob")
    secret = refresh_token_of(phone)[16:]
    for other in (laptop, bob):
        assert refusals(await refresh(world, refresh_token_of(other)[:16] + secret)) == REFUSED
        assert not refusals(await refresh(world, refresh_token_of(other)))


@pytest.mark.parametrize("text", ["", "x", "\x00", "\ud800", "é" * 59, "A" * 59, "A" * 100_000, "_" * 59])
async def test_what_is_no_token_is_refused(world: World, text: str) -> None:
    assert refusals(await refresh(world, text)) == REFUSED


async def test_a_session_that_was_not_refreshed_in_time_is_over(world: World) -> None:
    first = await sign_up(world)
    await world.execute("UPDATE sessions SET expires_at = now()")
    assert refusals(await refresh(world, refresh_token_of(first))) == REFUSED


async def test_refreshing_prolongs_the_session(world: World) -> None:
    first = await sign_up(world)
    await world.execute(
        "UPDATE sessions SET expires_at = now() + interval '1 minute', last_used_at = created_at"
    )
    await refresh(world, refresh_token_of(first))
    assert await world.value("SELECT expires_at > now() + interval '59 days' FROM sessions")
    assert await world.value("SELECT last_used_at > created_at FROM sessions")


async def test_tokens_used_before_the_lifetime_of_a_session_are_forgotten(world: World) -> None:
    first = await sign_up(world)
    second = await refresh(world, refresh_token_of(first))
    await world.execute("UPDATE refresh_tokens SET used_at = used_at - interval '61 days'")
    await refresh(world, refresh_token_of(second))
    assert await world.value("SELECT count(*) FROM refresh_tokens") == 2


async def test_only_a_digest_of_the_token_is_stored(world: World) -> None:
    first = await sign_up(world)
    assert await world.value("SELECT length(digest) FROM refresh_tokens") == 32
    assert refresh_token_of(first)[16:] not in str(await world.value("SELECT digest FROM refresh_tokens"))
