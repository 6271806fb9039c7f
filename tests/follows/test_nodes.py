"""A follow by its id: open to its two members, and to whom one of the two lists that show it is open."""

import pytest

from rules.ids import encode
from tests.clients import Api
from tests.follows.scenes import NODE, TOLD, ask, blocked, company, followed, followed_company, opened
from tests.world import World

ADA, BOB, EVE = 1, 2, 3
NETWORK, PROFILES = frozenset({"NETWORK_READ"}), frozenset({"PROFILE_READ"})


@pytest.fixture(autouse=True)
async def cast(world: World) -> None:
    """Ada follows Bob and a company; Eve looks on."""
    for handle in ("ada", "bob", "eve"):
        await world.member(handle)
    await followed(world, ADA, BOB)
    await followed_company(world, ADA, await company(world, "acme"))


MEMBER, COMPANY = encode("F", ADA, BOB), encode("CF", ADA, 1)


async def sees(api: Api, viewer: int | None, id: str = MEMBER, scopes: frozenset[str] | None = None) -> bool:
    return (await ask(api, NODE, viewer, id=id, scopes=scopes))["node"] is not None


@pytest.mark.parametrize(
    ("owner", "section"), [(ADA, "following"), (BOB, "followers"), (ADA, "followers"), (BOB, "following")]
)
async def test_one_of_the_two_lists_opens_it_to_others(
    api: Api, world: World, owner: int, section: str
) -> None:
    shows_it = (owner, section) in ((ADA, "following"), (BOB, "followers"))
    assert [await sees(api, viewer) for viewer in (ADA, BOB, EVE, None)] == [True, True, False, False]
    await opened(world, owner, **{section: "MEMBERS"})
    assert [await sees(api, viewer) for viewer in (ADA, BOB, EVE, None)] == [True, True, shows_it, False]


async def test_of_a_company_the_followers_list_opens_it(api: Api, world: World) -> None:
    assert [await sees(api, viewer, COMPANY) for viewer in (ADA, EVE, None)] == [True, False, False]
    await opened(world, ADA, following="MEMBERS")
    assert [await sees(api, viewer, COMPANY) for viewer in (ADA, EVE, None)] == [True, True, False]


@pytest.mark.parametrize("id", [MEMBER, COMPANY])
async def test_it_takes_the_scope_of_the_network(api: Api, id: str) -> None:
    assert await sees(api, ADA, id, NETWORK)
    assert not await sees(api, ADA, id, PROFILES)


@pytest.mark.parametrize("hidden", [ADA, BOB])
async def test_both_ends_must_exist_for_the_viewer(api: Api, world: World, hidden: int) -> None:
    await opened(world, ADA, following="PUBLIC")
    await opened(world, BOB, followers="PUBLIC")
    assert await sees(api, EVE)
    await blocked(world, hidden, EVE)
    assert not await sees(api, EVE)
    assert await sees(api, None)


async def test_an_end_that_closed_its_account_hides_it(api: Api, world: World) -> None:
    await world.execute("UPDATE members SET closed_at = now() WHERE id = $1", ADA)
    assert not await sees(api, BOB)
    assert not await sees(api, EVE, COMPANY)


@pytest.mark.parametrize(
    "id",
    [
        encode("F", ADA, 2**40),
        encode("F", BOB, ADA),
        encode("F", ADA),
        encode("CF", ADA, 2**40),
        encode("CF", ADA, 99),
        encode("CF", BOB, 1),
        encode("FP", ADA, 2**40, 1, 1, 1, 1),
    ],
)
async def test_what_is_no_follow_is_null(api: Api, id: str) -> None:
    assert not await sees(api, ADA, id)


async def test_follows_are_refetched_in_their_order_with_holes(api: Api, world: World) -> None:
    ids = [encode("F", ADA, BOB), encode("F", ADA, EVE), COMPANY, MEMBER]
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id ...Told } }" + TOLD
    nodes = (await api.ask(document, {"ids": ids}, member=ADA)).data["nodes"]
    assert [node and node["id"] for node in nodes] == [MEMBER, None, COMPANY, MEMBER]
