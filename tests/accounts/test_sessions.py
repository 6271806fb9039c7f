"""The devices of a member: listed, found by id, ended."""

import pytest

from executor.errors import CodedError
from loaders import sessions
from loaders.context import Context
from loaders.sessions import SessionRow
from resolvers import accounts
from rules import ids
from rules.accounts import MAX_USER_AGENT
from rules.refusals import UserErrorCode
from tests.accounts.people import asking_with, refusals, sign_in, sign_up, viewer_of
from tests.world import World


async def own_sessions(ctx: Context) -> list[SessionRow]:
    """What `Viewer.sessions` lists."""
    assert ctx.viewer is not None
    [found] = await accounts.of_viewers([ctx.viewer], ctx)
    return found


def public_id(ctx: Context) -> str:
    """The id of the session that asks."""
    return ids.encode("S", ctx.member_id, ctx.session_id)


async def test_sessions_are_listed_with_the_one_used_last_first(world: World) -> None:
    phone = asking_with(world, await sign_up(world, "ada"))
    laptop = asking_with(world, await sign_in(world))
    await sign_up(world, "bob")
    listed = await own_sessions(phone)
    assert [session.id for session in listed] == [laptop.session_id, phone.session_id]
    assert [session.user_agent for session in listed] == ["tests", None]
    assert await accounts.are_current(listed, phone) == [False, True]


async def test_a_long_user_agent_is_cut(world: World) -> None:
    phone = asking_with(world, await sign_up(world, "ada"))
    grant = world.deployment.accounts
    async with world.connection() as connection:
        await grant.open_session(connection, phone.member_id, "x" * 10_000)
    assert max(len(session.user_agent or "") for session in await own_sessions(phone)) == MAX_USER_AGENT


async def test_ended_and_expired_sessions_are_not_listed(world: World) -> None:
    phone = asking_with(world, await sign_up(world, "ada"))
    ended, expired = await sign_in(world), await sign_in(world)
    await accounts.sign_out(asking_with(world, ended))
    await world.execute("UPDATE sessions SET expires_at = now() WHERE id = $1", viewer_of(expired).session_id)
    assert [session.id for session in await own_sessions(phone)] == [phone.session_id]


async def test_only_the_owner_finds_a_session_by_its_id(world: World) -> None:
    ada, bob = (
        asking_with(world, await sign_up(world, "ada")),
        asking_with(world, await sign_up(world, "bob")),
    )
    keys = [(ada.member_id, ada.session_id), (bob.member_id, ada.session_id), (ada.member_id, 99)]
    found = await sessions.by_keys(ada, keys)
    assert [session and session.id for session in found] == [ada.session_id, None, None]
    assert await sessions.by_keys(bob, keys) == [None, None, None]
    assert await sessions.by_keys(world.context(None), keys) == [None, None, None]
    assert await sessions.by_keys(world.context(ada.member_id, frozenset()), keys) == [None, None, None]


async def test_signing_out_ends_this_session_and_its_access_token(world: World) -> None:
    payload = await sign_up(world, "ada")
    phone = asking_with(world, payload)
    assert (await accounts.sign_out(phone)).ended_session_id == public_id(phone)
    with pytest.raises(CodedError):
        asking_with(world, payload)


async def test_signing_out_another_session_leaves_this_one(world: World) -> None:
    phone, lost = await sign_up(world, "ada"), await sign_in(world)
    named = public_id(asking_with(world, lost))
    assert not refusals(await accounts.sign_out(asking_with(world, phone), session_id=named))
    assert asking_with(world, phone)
    with pytest.raises(CodedError):
        asking_with(world, lost)


async def test_sessions_of_others_and_ended_ones_are_not_found(world: World) -> None:
    phone, lost = asking_with(world, await sign_up(world, "ada")), asking_with(world, await sign_in(world))
    bob = await sign_up(world, "bob")
    await accounts.sign_out(lost)
    keys = [(phone.member_id, 99), (viewer_of(bob).member_id, phone.session_id), (phone.member_id,)]
    not_there = [
        public_id(lost),
        public_id(asking_with(world, bob)),
        *(ids.encode("S", *key) for key in keys),
    ]
    for wanted in [*not_there, ids.encode("M", 1), "", "\x00"]:
        payload = await accounts.sign_out(phone, session_id=wanted)
        assert refusals(payload) == [(UserErrorCode.NOT_FOUND, ["session_id"])]
    assert asking_with(world, bob)
