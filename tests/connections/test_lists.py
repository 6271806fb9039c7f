"""Other members' lists of connections: who sees how much of them, and what a link tells third parties."""

from dataclasses import dataclass

import pytest

from rules.ids import encode
from tests.clients import Api, Json
from tests.statements import counted
from tests.world import World

LIST = """
    query($id: ID!, $first: Int, $after: String) {
      member(id: $id) {
        connectionCount
        connections(first: $first, after: $after) {
          totalCount
          edges { node { handle } connection { id connectedAt members { handle } } }
          pageInfo { hasNextPage endCursor }
        }
        hiddenSections { section reason openedBy }
      }
    }
"""
SETTING = "UPDATE members SET connections_visibility = $2 WHERE id = $1"
BLOCK = "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'x', 'X')"
FRIENDS = ["cara", "dan", "finn"]


@dataclass
class Cast:
    """Ada with her connections Cara, Dan and Finn; Cara and Gus are connected to Dan, Bob to nobody."""

    ada: int
    bob: int
    cara: int
    dan: int
    finn: int
    gus: int


@pytest.fixture
async def cast(world: World) -> Cast:
    names = ("ada", "bob", "cara", "dan", "finn", "gus")
    cast = Cast(*[await world.member(handle) for handle in names])
    links = [(cast.ada, friend) for friend in (cast.cara, cast.dan, cast.finn)]
    for pair in [*links, (cast.cara, cast.dan), (cast.gus, cast.dan)]:
        await world.connect(*pair)
    return cast


async def seen(api: Api, owner: int, viewer: int | None, **arguments: Json) -> Json:
    answer = await api.ask(LIST, {"id": encode("M", owner), **arguments}, member=viewer)
    return answer.data["member"]


async def listed(api: Api, owner: int, viewer: int | None, **arguments: Json) -> list[str] | None:
    """The handles in the list, after a look whether everything else agrees with it."""
    member = await seen(api, owner, viewer, **arguments)
    hidden = [each for each in member["hiddenSections"] if each["section"] == "CONNECTIONS_LIST"]
    assert bool(hidden) == (member["connections"] is None)
    if member["connections"] is None:
        return None
    handles = sorted(edge["node"]["handle"] for edge in member["connections"]["edges"])
    assert arguments or member["connections"]["totalCount"] == len(handles)
    return handles


@pytest.mark.parametrize(
    ("setting", "connection", "second", "member"),
    [
        ("NETWORK", FRIENDS, FRIENDS, None),
        ("CONNECTIONS", FRIENDS, None, None),
        ("ONLY_ME", ["dan"], None, None),
        ("NOBODY", None, None, None),
    ],
)
async def test_each_setting_opens_the_list_to_whom_it_says(
    api: Api, world: World, cast: Cast, setting: str, connection: object, second: object, member: object
) -> None:
    await world.execute(SETTING, cast.ada, setting)
    assert await listed(api, cast.ada, cast.ada) == FRIENDS
    assert await listed(api, cast.ada, cast.cara) == connection
    assert await listed(api, cast.ada, cast.gus) == second
    assert await listed(api, cast.ada, cast.bob) == member
    assert await listed(api, cast.ada, None) is None


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("NETWORK", ("DEGREE_TOO_FAR", "CONNECT")),
        ("CONNECTIONS", ("DEGREE_TOO_FAR", "CONNECT")),
        ("ONLY_ME", ("DEGREE_TOO_FAR", "CONNECT")),
        ("NOBODY", ("AUDIENCE_SETTING", None)),
    ],
)
async def test_a_hidden_list_says_what_would_open_it(
    api: Api, world: World, cast: Cast, setting: str, reason: object
) -> None:
    await world.execute(SETTING, cast.ada, setting)
    hidden = {each["section"]: each for each in (await seen(api, cast.ada, cast.bob))["hiddenSections"]}
    told = hidden["CONNECTIONS_LIST"]
    assert (told["reason"], told["openedBy"]) == reason
    assert ("MUTUAL_CONNECTIONS" in hidden) == (setting == "NOBODY")


@pytest.mark.parametrize("is_blocker", [True, False])
async def test_pages_and_counts_leave_out_who_does_not_exist_for_the_viewer(
    api: Api, world: World, cast: Cast, is_blocker: bool
) -> None:
    """Finn, newest in the list, leaves no hole in the first page."""
    await world.execute(BLOCK, *((cast.cara, cast.finn) if is_blocker else (cast.finn, cast.cara)))
    first = await seen(api, cast.ada, cast.cara, first=1)
    page = first["connections"]
    assert (first["connectionCount"], page["totalCount"], page["pageInfo"]["hasNextPage"]) == (2, 2, True)
    rest = await listed(api, cast.ada, cast.cara, first=1, after=page["pageInfo"]["endCursor"])
    assert {page["edges"][0]["node"]["handle"], *(rest or [])} == {"cara", "dan"}
    assert (await seen(api, cast.ada, cast.dan))["connections"]["totalCount"] == 3


async def test_third_parties_are_not_told_since_when(api: Api, cast: Cast) -> None:
    page = (await seen(api, cast.ada, cast.cara))["connections"]
    told = {edge["node"]["handle"]: edge["connection"]["connectedAt"] for edge in page["edges"]}
    assert told.pop("cara")
    assert told == {"dan": None, "finn": None}


async def test_the_link_of_others_is_reached_in_their_list_alone(api: Api, cast: Cast) -> None:
    node = "query($id: ID!) { node(id: $id) { ... on Connection { connectedAt } } }"
    page = (await seen(api, cast.ada, cast.cara))["connections"]
    ids = {edge["node"]["handle"]: edge["connection"]["id"] for edge in page["edges"]}
    assert (await api.ask(node, {"id": ids["finn"]}, member=cast.cara)).data == {"node": None}
    assert (await api.ask(node, {"id": ids["finn"]}, member=cast.finn)).data["node"]["connectedAt"]


async def test_a_token_sees_lists_by_the_scope_of_the_network_alone(api: Api, cast: Cast) -> None:
    ask = "query($id: ID!) { member(id: $id) { familyName connections { totalCount } } }"
    for scope, member in [
        ("NETWORK_READ", {"familyName": None, "connections": {"totalCount": 3}}),
        ("PROFILE_READ", {"familyName": "Tester", "connections": None}),
    ]:
        variables = {"id": encode("M", cast.ada)}
        answer = await api.ask(ask, variables, member=cast.cara, scopes=frozenset({scope}))
        assert answer.data == {"member": member}


async def test_many_lists_cost_as_many_statements_as_one(api: Api, world: World, cast: Cast) -> None:
    """With lists of all settings, for a viewer with blocks."""
    await world.execute(BLOCK, cast.dan, cast.bob)
    settings = ("NETWORK", "CONNECTIONS", "ONLY_ME", "NOBODY")
    owners = [cast.ada]
    for number in range(49):
        owner = await world.member(f"owner-{number}", {"connections_visibility": settings[number % 4]})
        await world.connect(owner, cast.dan)
        owners.append(owner)
    ask = """query($ids: [ID!]!) {
      nodes(ids: $ids) { ... on Member { followerCount connections(first: 5) { nodes { handle } } } }
    }"""
    sent = []
    for count in (1, 50):
        async with counted(api.deployment.pool) as statements:
            await api.ask(ask, {"ids": [encode("M", owner) for owner in owners[:count]]}, member=cast.dan)
        sent.append(len(statements))
    assert sent[0] == sent[1] <= 3, statements
