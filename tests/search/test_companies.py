"""Companies by their names, and who in the viewer's network works there."""

from dataclasses import dataclass

import pytest

from rules.ids import encode
from tests.clients import Api, Json
from tests.search.asking import Searching, works
from tests.statements import counted
from tests.world import World

SEARCH = """
    query($query: String!, $first: Int, $after: String, $last: Int, $before: String) {
      companySearch(query: $query, first: $first, after: $after, last: $last, before: $before) {
        totalCount nodes { handle } pageInfo { hasNextPage endCursor }
      }
    }
"""
COLLEAGUES = """
    query($ids: [ID!]!, $current: Boolean, $first: Int, $after: String) {
      nodes(ids: $ids) { ... on Company {
        viewerConnections(current: $current, first: $first, after: $after) {
          totalCount edges { node { handle } connection { connectedAt } } pageInfo { endCursor }
        }
        secondDegreeMembers { totalCount nodes { handle } }
      } }
    }
"""
DEFAULT = (
    "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Company { viewerConnections { nodes { handle } } } } }"
)
MANY = """
INSERT INTO companies (handle, name)
SELECT 'c' || number, 'Acme ' || number FROM generate_series(1, $1::int) AS number
"""


async def company(world: World, handle: str, name: str) -> str:
    """A company's public id."""
    insert = "INSERT INTO companies (handle, name) VALUES ($1, $2) RETURNING id"
    return encode("CO", await world.value(insert, handle, name))


async def page(api: Api, query: str, **arguments: Json) -> Json:
    return (await api.ask(SEARCH, {"query": query, **arguments})).data["companySearch"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("pebble & vine", ["pebble", "pebbles"]),
        ("PEBBLÉ", ["pebbles", "pebble"]),
        ("peb", ["pebbles", "pebble"]),
        ("pebbel vine", ["pebbles", "pebble"]),
        ("vine nordvik", []),
        ("!", []),
        ("", []),
    ],
)
async def test_companies_are_found_by_words_of_their_names(
    api: Api, world: World, query: str, found: list[str]
) -> None:
    await company(world, "pebbles", "Pebble Vineyards & Vine")
    await company(world, "pebble", "Pebble & Vine")
    await company(world, "nordvik", "Nordvik Energy")
    results = await page(api, query)
    assert [node["handle"] for node in results["nodes"]] == found
    assert results["totalCount"] == len(found)


async def test_a_new_name_is_found_at_once(api: Api, world: World) -> None:
    await company(world, "acme", "Acme")
    await world.execute("UPDATE companies SET name = 'Zenith'")
    assert (await page(api, "acme"))["totalCount"] == 0
    assert (await page(api, "zenth"))["totalCount"] == 1


async def test_company_pages_join_without_a_seam(api: Api, world: World) -> None:
    await world.execute(MANY, 30)
    seen, results = [], await page(api, "acme", first=7)
    seen += results["nodes"]
    while results["pageInfo"]["hasNextPage"]:
        results = await page(api, "acme", first=7, after=results["pageInfo"]["endCursor"])
        seen += results["nodes"]
    assert [node["handle"] for node in seen] == [f"c{number}" for number in range(1, 31)]
    assert (await page(api, "acme", last=2))["nodes"] == seen[-2:]


async def test_a_query_has_a_length(api: Api) -> None:
    assert (await api.ask(SEARCH, {"query": "x" * 201})).codes == ["BAD_USER_INPUT"]


@dataclass(frozen=True)
class Office:
    """A company with people whom Ada knows, or whose friends she knows."""

    id: str
    ids: dict[str, int]


@pytest.fixture
async def office(ada: Searching, world: World) -> Office:
    """Ben works there, Cara used to, Dan did both and Eve never; Fay and Gus work there, known to Eve."""
    id = await company(world, "acme", "Acme Ltd")
    ids = {name: await world.member(name) for name in ("ben", "cara", "dan", "eve", "fay", "gus", "hal")}
    for name in ("ben", "cara", "dan", "eve"):
        await world.connect(ada.member, ids[name])
    for name in ("ben", "dan", "fay", "gus", "hal"):
        await works(world, ids[name], "ACME, Ltd.")
    for name in ("cara", "dan"):
        await works(world, ids[name], "Acme Ltd", until="2020-01-01")
    for name in ("fay", "gus", "dan"):
        await world.connect(ids["eve"], ids[name])
    return Office(id, ids)


async def seen(
    ada: Searching, office: Office, scopes: frozenset[str] | None = None, **arguments: Json
) -> tuple[list[str] | None, list[str] | None]:
    """The handles of both lists."""
    variables = {"ids": [office.id], **arguments}
    answer = await ada.api.ask(COLLEAGUES, variables, member=ada.member, scopes=scopes)
    [at] = answer.data["nodes"]
    first, second = at["viewerConnections"], at["secondDegreeMembers"]
    return (
        first and sorted(edge["node"]["handle"] for edge in first["edges"]),
        second and [node["handle"] for node in second["nodes"]],
    )


@pytest.mark.parametrize(
    ("current", "found"), [(True, ["ben", "dan"]), (False, ["cara"]), (None, ["ben", "cara", "dan"])]
)
async def test_connections_work_there_or_used_to(
    ada: Searching, office: Office, current: bool | None, found: list[str]
) -> None:
    assert await seen(ada, office, current=current) == (found, ["gus", "fay"])


async def test_current_colleagues_are_the_default(ada: Searching, office: Office) -> None:
    [at] = (await ada.api.ask(DEFAULT, {"ids": [office.id]}, member=ada.member)).data["nodes"]
    assert sorted(node["handle"] for node in at["viewerConnections"]["nodes"]) == ["ben", "dan"]


async def test_a_position_that_names_a_company_by_id_is_at_no_other(
    ada: Searching, world: World, office: Office
) -> None:
    other = await company(world, "other", "Acme Ltd")
    move = "UPDATE positions SET company_id = 2, company_name = 'Somewhere' WHERE member_id = $1"
    await world.execute(move, office.ids["ben"])
    assert await seen(ada, office, current=True) == (["dan"], ["gus", "fay"])
    assert await seen(ada, Office(other, {}), current=True) == (["ben", "dan"], ["gus", "fay"])
    assert await ada.found("ben", filter={"companyIds": [office.id]}) == []
    assert await ada.found("ben", filter={"companyIds": [office.id, other]}) == ["ben"]
    await world.execute("DELETE FROM companies WHERE id = 2")
    assert await ada.found("ben", filter={"companyIds": [other]}) == []


@pytest.mark.parametrize("audience", ["ONLY_ME", "CONNECTIONS"])
async def test_hidden_experience_lists_nobody(
    ada: Searching, world: World, office: Office, audience: str
) -> None:
    hide = "UPDATE members SET audiences = jsonb_build_object('EXPERIENCE', $2::text) WHERE id = ANY ($1)"
    await world.execute(hide, [office.ids["ben"], office.ids["fay"]], audience)
    first = ["ben", "dan"] if audience == "CONNECTIONS" else ["dan"]
    assert await seen(ada, office, current=True) == (first, ["gus"])


async def test_blocked_and_silent_members_lead_nowhere(ada: Searching, world: World, office: Office) -> None:
    block = "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'x', 'x')"
    await world.execute(block, office.ids["gus"], ada.member)
    assert await seen(ada, office, current=True) == (["ben", "dan"], ["fay"])
    silence = "UPDATE members SET connections_visibility = 'NOBODY' WHERE id = $1"
    await world.execute(silence, office.ids["eve"])
    assert await seen(ada, office, current=True) == (["ben", "dan"], [])


async def test_only_who_reads_the_network_sees_it(ada: Searching, office: Office) -> None:
    assert await seen(ada, office, frozenset({"PROFILE_READ"})) == (None, None)
    [at] = (await ada.api.ask(COLLEAGUES, {"ids": [office.id]})).data["nodes"]
    assert at == {"viewerConnections": None, "secondDegreeMembers": None}


async def test_colleagues_come_in_pages(ada: Searching, office: Office) -> None:
    ask = {"ids": [office.id], "current": None, "first": 2}
    [at] = (await ada.api.ask(COLLEAGUES, ask, member=ada.member)).data["nodes"]
    cursor = at["viewerConnections"]["pageInfo"]["endCursor"]
    [rest] = (await ada.api.ask(COLLEAGUES, ask | {"after": cursor}, member=ada.member)).data["nodes"]
    edges = [edge for part in (at, rest) for edge in part["viewerConnections"]["edges"]]
    assert sorted(edge["node"]["handle"] for edge in edges) == ["ben", "cara", "dan"]
    assert all(edge["connection"]["connectedAt"] for edge in edges)
    assert at["viewerConnections"]["totalCount"] == 3


async def test_fifty_companies_take_as_many_statements_as_one(
    ada: Searching, world: World, office: Office
) -> None:
    await world.execute(MANY, 50)
    ids = [office.id, *(encode("CO", number) for number in range(2, 51))]
    numbers = set()
    for some in (ids[:1], ids):
        async with counted(ada.api.deployment.pool) as sent:
            await ada.api.ask(COLLEAGUES, {"ids": some}, member=ada.member)
        numbers.add(len(sent))
    assert len(numbers) == 1
