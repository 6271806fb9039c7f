"""Making an account."""

import asyncio

from loaders import members
from resolvers import accounts
from rules.refusals import UserErrorCode
from tests.accounts.people import PASSWORD, asking_with, refusals, sign_in, sign_up, viewer_of
from tests.world import World


async def test_who_signs_up_is_a_member_and_signed_in(world: World) -> None:
    payload = await sign_up(world, "ada", headline="  Counts  ")
    ctx = asking_with(world, payload)
    ada = await members.load(ctx, viewer_of(payload).member_id)
    assert ada is not None
    assert (ada.handle, ada.given_name, ada.family_name, ada.headline) == ("ada", "Ada", "Tester", "Counts")


async def test_the_rest_of_the_operation_is_answered_to_the_new_member(world: World) -> None:
    ctx = world.context(None)
    names = {"given_name": "Ada", "family_name": "Tester"}
    payload = await accounts.sign_up(ctx, email="ada@example.org", password=PASSWORD, handle="ada", **names)
    ada = await members.load(ctx, viewer_of(payload).member_id)
    assert ada is not None
    assert ada.version == 1


async def test_the_address_of_the_account_is_not_shown_on_the_profile(world: World) -> None:
    payload = await sign_up(world, "ada")
    ada = await members.load(asking_with(world, payload), viewer_of(payload).member_id)
    assert ada is not None
    assert ada.contact_email is None


async def test_all_bad_values_are_named_at_once(world: World) -> None:
    payload = await sign_up(
        world,
        "X",
        email="nobody",
        password="short",
        given_name=" ",
        family_name="n" * 101,
        headline="h" * 221,
    )
    assert refusals(payload) == [
        (UserErrorCode.INVALID, ["email"]),
        (UserErrorCode.INVALID, ["password"]),
        (UserErrorCode.INVALID, ["handle"]),
        (UserErrorCode.REQUIRED, ["given_name"]),
        (UserErrorCode.TOO_LONG, ["family_name"]),
        (UserErrorCode.TOO_LONG, ["headline"]),
    ]


async def test_a_taken_address_and_a_taken_handle_are_told_together(world: World) -> None:
    await sign_up(world, "ada")
    payload = await sign_up(world, "ada", email=" ADA@Example.org ")
    assert refusals(payload) == [(UserErrorCode.TAKEN, ["email"]), (UserErrorCode.TAKEN, ["handle"])]


async def test_a_refused_sign_up_leaves_nothing(world: World) -> None:
    await sign_up(world, "ada")
    await sign_up(world, "bob", email="ada@example.org")
    assert await world.value("SELECT count(*) FROM members") == 1
    assert not refusals(await sign_up(world, "bob"))


async def test_of_many_who_want_the_same_names_at_once_one_gets_them(world: World) -> None:
    payloads = await asyncio.gather(*(sign_up(world, "ada") for _ in range(8)))
    assert sorted(len(payload.user_errors) for payload in payloads) == [0, 2, 2, 2, 2, 2, 2, 2]
    assert await world.value("SELECT count(*) FROM members") == 1


async def test_the_password_is_stored_as_an_argon2id_hash(world: World) -> None:
    await sign_up(world, "ada")
    stored = await world.value("SELECT password_hash FROM credentials")
    assert stored.startswith("$argon2id$")


async def test_an_address_is_known_however_it_is_spelt(world: World) -> None:
    await sign_up(world, "ada", email=" Ada.Lovelace@Example.org")
    assert not refusals(await sign_in(world, "ada.lovelace@example.ORG "))
