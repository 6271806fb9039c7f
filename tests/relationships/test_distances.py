"""Degrees, shared connections and the ways to others, as clients ask for them."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from auth.distances import FEW, FEW_BYTES
from rules import ids
from tests.clients import Answer, Api, Json
from tests.statements import counted
from tests.world import World

FAR = """
    query($ids: [ID!]!) { viewer { relationships(memberIds: $ids) {
        degree mutualCount paths { length members { handle } broker { handle } }
    } } }
"""
SHARED = """
    query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { member(id: $id) {
        mutualConnections(first: $first, after: $after, last: $last, before: $before) {
            totalCount nodes { handle } edges { cursor } pageInfo { hasNextPage hasPreviousPage }
        }
    } }
"""
SILENT = {"connections_visibility": "NOBODY"}


class People:
    """Members by their handles, and what one of them sees of others."""

    def __init__(self, api: Api, world: World) -> None:
        self.api, self.world = api, world
        self.ids: dict[str, int] = {}

    async def join(self, handles: str, **columns: object) -> None:
        """Members with these handles."""
        for handle in handles.split():
            self.ids[handle] = await self.world.member(handle, columns)

    async def link(self, *chain: str) -> None:
        """Connections between each and the next."""
        for one, other in pairwise(chain):
            await self.world.connect(self.ids[one], self.ids[other])

    async def block(self, one: str, other: str) -> None:
        """The one blocks the other."""
        insert = "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'x', 'x')"
        await self.world.execute(insert, self.ids[one], self.ids[other])

    async def far(self, viewer: str, others: str) -> list[Json]:
        """The distances to the others."""
        wanted = [ids.encode("M", self.ids[other]) for other in others.split()]
        answer = await self.api.ask(FAR, {"ids": wanted}, member=self.ids[viewer])
        found: list[Json] = answer.data["viewer"]["relationships"]
        return found

    async def degrees(self, viewer: str, others: str) -> list[str]:
        """The degrees of the others."""
        return [each["degree"] for each in await self.far(viewer, others)]

    async def shared(self, viewer: str, other: str, **page: object) -> Answer:
        """Whom the two have in common."""
        variables = {"id": ids.encode("M", self.ids[other]), **page}
        return await self.api.ask(SHARED, variables, member=self.ids[viewer])


@pytest.fixture
def people(api: Api, world: World) -> People:
    """Nobody yet."""
    return People(api, world)


def ways(relationship: Json) -> list[Sequence[str]]:
    """The handles on each path."""
    return [[member["handle"] for member in path["members"]] for path in relationship["paths"]]


async def test_the_degree_is_the_length_of_the_shortest_chain(people: People) -> None:
    await people.join("ada ben cleo dan eve")
    await people.link("ada", "ben", "cleo", "dan", "eve")
    found = await people.degrees("ada", "ada ben cleo dan eve")
    assert found == ["SELF", "FIRST", "SECOND", "THIRD", "OUT_OF_NETWORK"]
    await people.link("ben", "eve")
    assert await people.degrees("ada", "dan eve") == ["THIRD", "SECOND"]


async def test_no_chain_goes_through_who_hides_the_connections_from_everybody(people: People) -> None:
    await people.join("ada cleo dan eve")
    await people.join("ben", **SILENT)
    await people.link("ada", "ben", "cleo")
    await people.link("ada", "dan", "ben", "eve")
    [cleo, eve] = await people.far("ada", "cleo eve")
    assert cleo == {"degree": "OUT_OF_NETWORK", "mutualCount": 0, "paths": []}
    assert eve == cleo
    await people.link("dan", "cleo")
    assert ways((await people.far("ada", "cleo"))[0]) == [["ada", "dan", "cleo"]]


async def test_who_hides_the_connections_from_everybody_is_found_but_not_through_whom(people: People) -> None:
    await people.join("ada ben")
    await people.join("cleo", **SILENT)
    await people.link("ada", "ben", "cleo")
    [cleo] = await people.far("ada", "cleo")
    assert cleo == {"degree": "SECOND", "mutualCount": None, "paths": None}
    assert (await people.shared("ada", "cleo")).data["member"]["mutualConnections"] is None


async def test_no_chain_goes_through_who_is_blocked(people: People) -> None:
    await people.join("ada ben cleo dan")
    await people.link("ada", "ben", "cleo", "dan")
    await people.block("cleo", "ada")
    assert await people.degrees("ada", "dan") == ["OUT_OF_NETWORK"]
    [cleo] = await people.far("cleo", "ada")
    assert cleo == {"degree": None, "mutualCount": None, "paths": None}


async def test_the_broker_who_is_known_longest_is_the_first_of_three(people: People, world: World) -> None:
    await people.join("ada ben cleo dan eve fay")
    for broker in ("eve", "cleo", "ben", "dan"):
        await people.link("ada", broker, "fay")
    [fay] = await people.far("ada", "fay")
    assert (fay["degree"], fay["mutualCount"]) == ("SECOND", 4)
    assert [path["broker"]["handle"] for path in fay["paths"]] == ["eve", "cleo", "ben"]
    assert {path["length"] for path in fay["paths"]} == {2}


async def test_chains_of_three_go_through_brokers_who_differ(people: People) -> None:
    await people.join("ada ben cleo dan eve fay")
    await people.link("ada", "ben", "dan", "fay")
    await people.link("ben", "eve", "fay")
    await people.link("ada", "cleo", "eve")
    [fay] = await people.far("ada", "fay")
    assert fay["degree"] == "THIRD"
    assert ways(fay) == [["ada", "ben", "dan", "fay"], ["ada", "cleo", "eve", "fay"]]


MAKE_LONG = """
    UPDATE adjacency SET ids = ids || ARRAY(SELECT id FROM generate_series(10000000, 10000000 + $2) AS id)
    WHERE member_id = $1
"""


@pytest.mark.parametrize("has_many", [True, False], ids=["many connections", "connections with long lists"])
async def test_the_ways_are_the_same_for_who_has(people: People, world: World, has_many: bool) -> None:
    await people.join("ada ben cleo eve dan fay gus hal ian jo kim")
    await people.join("ivo", **SILENT)
    for chain in ("ada ben dan fay", "ada cleo dan", "ada hal eve fay", "ada ivo fay", "ben eve gus"):
        await people.link(*chain.split())
    await people.link("ivo", "gus", "cleo", "ben")
    await people.link("ivo", "ian")
    await people.link("eve", "jo")
    await people.link("fay", "kim")
    await people.block("eve", "ada")
    degrees = ["THIRD", "SECOND", "FIRST", *["OUT_OF_NETWORK"] * 3]
    assert await people.degrees("ada", "fay gus hal ian jo kim") == degrees
    found = await people.far("ada", "fay gus hal ivo")
    assert [each["paths"] and ways(each) for each in found] == [
        [["ada", "ben", "dan", "fay"], ["ada", "cleo", "dan", "fay"]],
        [["ada", "cleo", "gus"]],
        [["ada", "hal"]],
        None,
    ]
    if has_many:
        crowd = [f"m{number}" for number in range(FEW)]
        await people.join(" ".join(crowd))
        for handle in crowd:
            await people.link("ada", handle)
    else:
        await world.execute(MAKE_LONG, people.ids["ben"], FEW_BYTES // 4)
    assert await people.degrees("ada", "fay gus hal ian jo kim") == degrees
    assert await people.far("ada", "fay gus hal ivo") == found


async def test_a_connection_is_the_only_way_to_its_member(people: People) -> None:
    await people.join("ada ben cleo")
    await people.link("ada", "ben", "cleo", "ada")
    [ben] = await people.far("ada", "ben")
    assert (ben["degree"], ben["mutualCount"], ways(ben)) == ("FIRST", 1, [["ada", "ben"]])


@pytest.mark.parametrize("first", [0, 4, -1])
async def test_only_one_to_three_paths_can_be_asked_for(people: People, first: int) -> None:
    await people.join("ada ben")
    query = "query($id: ID!, $n: Int!) { member(id: $id) { relationship { paths(first: $n) { length } } } }"
    variables = {"id": ids.encode("M", people.ids["ben"]), "n": first}
    answer = await people.api.ask(query, variables, member=people.ids["ada"])
    assert answer.codes == ["BAD_USER_INPUT"]


async def test_shared_connections_are_paged_in_the_order_of_joining(people: People) -> None:
    await people.join("ada zoe ben cleo dan eve")
    for broker in ("eve", "cleo", "ben", "dan"):
        await people.link("ada", broker, "zoe")
    seen, after = [], None
    for more in (True, False):
        page = (await people.shared("ada", "zoe", first=2, after=after)).data["member"]["mutualConnections"]
        assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (4, more)
        seen += [node["handle"] for node in page["nodes"]]
        after = page["edges"][-1]["cursor"]
    assert seen == ["ben", "cleo", "dan", "eve"]
    back = (await people.shared("ada", "zoe", last=3, before=after)).data["member"]["mutualConnections"]
    assert [node["handle"] for node in back["nodes"]] == ["ben", "cleo", "dan"]
    assert back["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}
    last = (await people.shared("ada", "zoe", last=1)).data["member"]["mutualConnections"]
    assert [node["handle"] for node in last["nodes"]] == ["eve"]


async def test_a_cursor_of_another_list_is_refused(people: People) -> None:
    await people.join("ada ben cleo zoe")
    await people.link("ada", "ben", "zoe")
    await people.link("ben", "cleo")
    page = (await people.shared("ada", "zoe")).data["member"]["mutualConnections"]
    other = await people.shared("ada", "cleo", after=page["edges"][0]["cursor"])
    assert other.codes == ["INVALID_CURSOR"]
    assert (await people.shared("ada", "cleo", first=101)).codes == ["BAD_USER_INPUT"]


async def test_without_the_scope_nothing_is_told(people: People) -> None:
    await people.join("ada ben cleo")
    await people.link("ada", "ben", "cleo")
    query = "query($id: ID!) { member(id: $id) { relationship { degree } mutualConnections { totalCount } } }"
    variables = {"id": ids.encode("M", people.ids["cleo"])}
    profile = frozenset({"PROFILE_READ"})
    answer = await people.api.ask(query, variables, member=people.ids["ada"], scopes=profile)
    assert answer.data["member"] == {"relationship": None, "mutualConnections": None}
    assert (await people.api.ask(query, variables)).data["member"] == answer.data["member"]


async def test_shared_connections_of_fifty_cost_no_more_statements_than_of_one(people: People) -> None:
    handles = [f"m{number}" for number in range(50)]
    await people.join(" ".join(["ada", "ben", *handles]))
    await people.link("ada", "ben")
    for handle in handles:
        await people.link("ben", handle)
    shared = "... on Member { mutualConnections { nodes { handle } } }"
    query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ {shared} }} }}"
    for count in (1, 50):
        wanted = [ids.encode("M", people.ids[handle]) for handle in handles[:count]]
        async with counted(people.api.deployment.pool) as statements:
            await people.api.ask(query, {"ids": wanted}, member=people.ids["ada"])
        # The members, and the pages with whom they share.
        assert len(statements) == 2


@pytest.mark.parametrize(
    ("field", "statements"),
    [("degree", 1), ("mutualCount", 1), ("paths { length }", 2)],
)
async def test_only_what_is_asked_for_is_read(people: People, field: str, statements: int) -> None:
    await people.join("ada ben cleo")
    await people.block("ada", "cleo")
    wanted = [ids.encode("M", people.ids[handle]) for handle in ("ben", "cleo")]
    query = f"query($ids: [ID!]!) {{ viewer {{ relationships(memberIds: $ids) {{ {field} }} }} }}"
    async with counted(people.api.deployment.pool) as sent:
        answer = await people.api.ask(query, {"ids": wanted}, member=people.ids["ada"])
    [_, blocked] = answer.data["viewer"]["relationships"]
    assert blocked == {field.partition(" ")[0]: None}
    assert len(sent) == statements


async def test_a_mutation_tells_of_distances_as_well(people: People) -> None:
    await people.join("ada ben cleo")
    await people.link("ada", "ben", "cleo")
    follow = """
        mutation($id: ID!) { follow(input: { targetId: $id }) {
            relationship { isFollowedBy degree mutualCount }
        } }
    """
    variables = {"id": ids.encode("M", people.ids["cleo"])}
    answer = await people.api.ask(follow, variables, member=people.ids["ada"])
    assert answer.data["follow"]["relationship"] == {
        "isFollowedBy": False,
        "degree": "SECOND",
        "mutualCount": 1,
    }


async def test_a_mutation_looks_at_no_distances_that_nobody_asked_for(people: People) -> None:
    await people.join("ada ben")
    follow = "mutation($id: ID!) { follow(input: { targetId: $id }) { relationship { isFollowedBy } } }"
    async with counted(people.api.deployment.pool) as sent:
        await people.api.ask(follow, {"id": ids.encode("M", people.ids["ben"])}, member=people.ids["ada"])
    assert not any("OUT_OF_NETWORK" in text for text in sent)
