"""Who sees the followers of a member and what a member follows."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.clients import Api, Json
from tests.follows.scenes import (
    FOLLOWERS,
    FOLLOWING,
    TOLD,
    ask,
    blocked,
    company,
    followed,
    followed_company,
    names,
    opened,
    targets,
)
from tests.statements import counted
from tests.world import World

NETWORK = frozenset({"NETWORK_READ", "PROFILE_READ"})
PROFILES = frozenset({"PROFILE_READ"})


@pytest.fixture
async def ada(world: World) -> int:
    """A member with a connection, two followers, and a followed member and company."""
    ada = await world.member("ada")
    for handle in ("bob", "eve", "kim"):
        await world.member(handle)
    await world.connect(ada, 2)
    await followed(world, 2, ada, origin="CONNECTED")
    await followed(world, 3, ada)
    await followed(world, ada, 4)
    await followed_company(world, ada, await company(world, "acme"))
    return ada


BOB, EVE, KIM = 2, 3, 4
ANYBODY = None


async def followers(api: Api, viewer: int | None, handle: str = "ada", **arguments: Json) -> Json:
    return (await ask(api, FOLLOWERS, viewer, handle=handle, **arguments))["member"]["followers"]


async def following(api: Api, viewer: int | None, handle: str = "ada", **arguments: Json) -> Json:
    return (await ask(api, FOLLOWING, viewer, handle=handle, **arguments))["member"]["following"]


async def test_by_default_connections_see_the_followers_and_nobody_else_does(api: Api, ada: int) -> None:
    for viewer in (ada, BOB):
        page = await followers(api, viewer)
        assert (names(page), page["totalCount"]) == (["eve", "bob"], 2)
    for outsider in (EVE, KIM, ANYBODY):
        assert await followers(api, outsider) is None


async def test_by_default_nobody_else_sees_what_a_member_follows(api: Api, ada: int) -> None:
    page = await following(api, ada)
    assert (targets(page), page["totalCount"]) == (["acme", "kim"], 2)
    for viewer in (BOB, EVE, KIM, ANYBODY):
        assert await following(api, viewer) is None


@pytest.mark.parametrize(
    ("audience", "viewers"),
    [
        ("PUBLIC", [BOB, EVE, KIM, ANYBODY]),
        ("MEMBERS", [BOB, EVE, KIM]),
        ("FOLLOWERS", [BOB, EVE]),
        ("CONNECTIONS", [BOB]),
        ("ONLY_ME", []),
    ],
)
async def test_each_list_follows_its_audience(
    api: Api, world: World, ada: int, audience: str, viewers: list[int | None]
) -> None:
    await opened(world, ada, followers=audience, following=audience)
    for viewer in (BOB, EVE, KIM, ANYBODY):
        seen = [await followers(api, viewer) is not None, await following(api, viewer) is not None]
        assert seen == [viewer in viewers] * 2, viewer


async def test_lists_take_the_scope_of_the_network(api: Api, world: World, ada: int) -> None:
    assert await followers(api, ada, scopes=PROFILES) is None
    assert await following(api, ada, scopes=PROFILES) is None
    assert names(await followers(api, ada, scopes=NETWORK)) == ["eve", "bob"]
    await opened(world, ada, followers="PUBLIC")
    assert names(await followers(api, ada, scopes=PROFILES)) == ["eve", "bob"]


VIEWER = """
    query($kind: FollowableKind) {
      viewer {
        followers { totalCount nodes { ...Told } }
        following(kind: $kind) { totalCount nodes { ...Told } }
      }
    }
"""


@pytest.mark.parametrize(
    ("kind", "expected"), [(None, ["acme", "kim"]), ("MEMBER", ["kim"]), ("COMPANY", ["acme"])]
)
async def test_the_viewers_own_lists_are_those_of_the_member(
    api: Api, ada: int, kind: str | None, expected: list[str]
) -> None:
    viewer = (await ask(api, VIEWER + TOLD, ada, kind=kind))["viewer"]
    assert (names(viewer["followers"]), viewer["followers"]["totalCount"]) == (["eve", "bob"], 2)
    assert (targets(viewer["following"]), viewer["following"]["totalCount"]) == (expected, len(expected))
    assert targets(await following(api, ada, kind=kind)) == expected


async def test_the_viewers_lists_need_their_scope(api: Api, ada: int) -> None:
    answer = await api.ask(VIEWER + TOLD, member=ada, scopes=PROFILES)
    assert answer.codes == ["MISSING_SCOPE"]


async def test_origin_is_for_the_two_and_loudness_for_the_follower(api: Api, world: World, ada: int) -> None:
    await opened(world, ada, followers="MEMBERS")
    told = {}
    for viewer in (ada, BOB, KIM):
        page = await followers(api, viewer)
        told[viewer] = [(row["origin"], row["notify"], row["isFavorite"]) for row in page["nodes"]]
    assert told[ada] == [("MANUAL", None, None), ("CONNECTED", None, None)]
    assert told[BOB] == [(None, None, None), ("CONNECTED", "HIGHLIGHTS", False)]
    assert told[KIM] == [(None, None, None)] * 2


async def test_of_a_company_only_the_follower_knows_how(api: Api, world: World, ada: int) -> None:
    await opened(world, ada, following="MEMBERS")
    for viewer, told in ((ada, ("MANUAL", "HIGHLIGHTS", False)), (KIM, (None, None, None))):
        [row] = (await following(api, viewer, kind="COMPANY"))["nodes"]
        assert (row["origin"], row["notify"], row["isFavorite"]) == told


async def test_whom_a_viewer_does_not_see_is_neither_listed_nor_counted(
    api: Api, world: World, ada: int
) -> None:
    await opened(world, ada, followers="MEMBERS", following="MEMBERS")
    await blocked(world, KIM, EVE)
    lists = await ask(api, FOLLOWERS, KIM, handle="ada")
    assert lists["member"]["followerCount"] == lists["member"]["followers"]["totalCount"] == 1
    assert names(lists["member"]["followers"]) == ["bob"]
    page = await following(api, EVE)
    assert (targets(page), page["totalCount"]) == (["acme"], 1)


async def test_a_closed_account_is_neither_listed_nor_counted(api: Api, world: World, ada: int) -> None:
    await world.execute("UPDATE members SET closed_at = now() WHERE id IN (3, 4)")
    page = await followers(api, ada)
    assert (names(page), page["totalCount"]) == (["bob"], 1)
    page = await following(api, ada)
    assert (targets(page), page["totalCount"]) == (["acme"], 1)


async def test_pages_join_to_the_whole_list(api: Api, world: World) -> None:
    hub = await world.member("hub")
    for number in range(5):
        follower = await world.member(f"fan-{number}")
        at = datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=number // 2)
        await followed(world, follower, hub, followed_at=at)
        await followed(world, hub, follower, followed_at=at)
        await followed_company(world, hub, await company(world, f"firm-{number}"))
        await world.execute(
            "UPDATE company_follows SET followed_at = $1 WHERE company_id = $2", at, number + 1
        )
    found: list[Json] = []
    for ask_page in (followers, following):
        seen, after = [], None
        while True:
            page = await ask_page(api, hub, "hub", first=2, after=after)
            seen += page["nodes"]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        found.append(seen)
    fans, firms = [f"fan-{number}" for number in range(5)], [f"firm-{number}" for number in range(5)]
    assert [row["member"]["handle"] for row in found[0]] == fans
    assert [row["target"]["handle"] for row in found[1]] == [
        *fans[:2], *firms[:2], *fans[2:4], *firms[2:4], fans[4], firms[4],
    ]  # fmt: skip


async def test_a_cursor_fits_its_own_list_alone(api: Api, ada: int) -> None:
    cursor = (await following(api, ada))["pageInfo"]["endCursor"]
    for arguments in ({"kind": "MEMBER"}, {"kind": "COMPANY"}):
        answer = await api.ask(FOLLOWING + TOLD, {"handle": "ada", "after": cursor, **arguments}, member=ada)
        assert answer.codes == ["INVALID_CURSOR"]
    answer = await api.ask(FOLLOWERS + TOLD, {"handle": "ada", "after": cursor}, member=ada)
    assert answer.codes == ["INVALID_CURSOR"]


LIST = "query($first: Int) { viewer { list: %s { totalCount nodes { %s } } } }"
WIDE = {
    "followers": LIST % ("followers(first: $first)", "id member { handle followerCount }"),
    "follows of followers": LIST % ("followers(first: $first)", "member { viewerFollow { id notify } }"),
    "members": LIST % ("following(first: $first, kind: MEMBER)", "id target { id viewerFollow { id } }"),
    "companies": LIST % ("following(first: $first, kind: COMPANY)", "id target { id viewerFollow { id } }"),
    "lists of followers": LIST
    % ("followers(first: $first)", "member { followers { totalCount nodes { id } } }"),
    "lists of what followers follow": LIST
    % ("followers(first: $first)", "member { following { totalCount nodes { id } } }"),
}


@pytest.mark.parametrize("document", WIDE.values(), ids=WIDE)
async def test_a_page_of_fifty_costs_as_many_statements_as_a_page_of_one(
    api: Api, world: World, document: str
) -> None:
    hub = await world.member("hub")
    for number in range(50):
        fan = await world.member(f"fan-{number}")
        await opened(world, fan, followers="PUBLIC", following="PUBLIC")
        await followed(world, fan, hub, is_private=number % 7 == 1)
        await followed(world, hub, fan)
        await followed_company(world, hub, await company(world, f"firm-{number}"))
    sent = []
    for size in (1, 50):
        async with counted(api.deployment.pool) as statements:
            answer = await api.ask(document, {"first": size}, member=hub)
        assert len(answer.data["viewer"]["list"]["nodes"]) == size
        sent.append(statements)
    assert len(sent[0]) == len(sent[1]), sent


async def test_what_nobody_asked_to_count_is_not_counted(api: Api, ada: int) -> None:
    ask_for = "{ viewer { followers { %s nodes { id } } } }"
    sent = []
    for fields in ("", "totalCount"):
        async with counted(api.deployment.pool) as statements:
            await api.ask(ask_for % fields, member=ada)
        sent.append(len(statements))
    assert sent[1] == sent[0] + 1


CROWD = """
    WITH crowd AS (
        INSERT INTO members (handle, given_name, family_name)
        SELECT 'fan-' || number, 'Fan', 'Tester' FROM generate_series(1, $2) AS number RETURNING id
    )
    INSERT INTO follows (follower_id, followee_id) SELECT id, $1 FROM crowd
"""


async def test_a_list_that_is_too_long_to_count_has_no_total(api: Api, world: World) -> None:
    star = await world.member("star")
    await world.execute(CROWD, star, 10_000)
    # As autovacuum does: statements keep the plans that they were given when the tables were empty.
    await world.execute("ANALYZE members, follows")
    assert (await followers(api, star, "star", first=1))["totalCount"] == 10_000
    await followed(world, await world.member("one-more"), star)
    member = (await ask(api, FOLLOWERS, star, handle="star", first=1))["member"]
    assert (member["followers"]["totalCount"], member["followerCount"]) == (None, 10_001)
