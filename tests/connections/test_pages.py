"""Pages over one's own network, as HTTP clients walk them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tests.clients import Api, Json
from tests.statements import counted
from tests.world import World

PAGE = """
    query($first: Int, $after: String, $last: Int, $before: String) {
      viewer {
        connections(first: $first, after: $after, last: $last, before: $before) {
          totalCount
          nodes { handle }
          edges { cursor node { handle } connection { id connectedAt members { handle } } }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
      }
    }
"""

CONNECTED_AT = "UPDATE connections SET connected_at = $1 WHERE $2 IN (member_id, other_id)"


async def network(world: World, size: int) -> tuple[int, list[str]]:
    """A member with so many connections, and their handles in the order of the list: newest first."""
    hub = await world.member("hub")
    handles = [f"friend-{number}" for number in range(size)]
    for number, handle in enumerate(handles):
        friend = await world.member(handle)
        await world.connect(hub, friend)
        at = datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=number // 2)
        await world.execute(CONNECTED_AT, at, friend)
    return hub, handles


async def page(api: Api, member: int, **arguments: Json) -> Json:
    answer = await api.ask(PAGE, arguments, member=member)
    return answer.data["viewer"]["connections"]


def handles_of(page: Json) -> Sequence[str]:
    return [node["handle"] for node in page["nodes"]]


async def test_pages_from_the_front_join_to_the_whole_list(api: Api, world: World) -> None:
    hub, handles = await network(world, 7)
    first = await page(api, hub, first=3)
    second = await page(api, hub, first=3, after=first["pageInfo"]["endCursor"])
    third = await page(api, hub, first=3, after=second["pageInfo"]["endCursor"])
    assert [*handles_of(first), *handles_of(second), *handles_of(third)] == handles
    ends = [(p["pageInfo"]["hasPreviousPage"], p["pageInfo"]["hasNextPage"]) for p in (first, second, third)]
    assert ends == [(False, True), (True, True), (True, False)]
    assert first["totalCount"] == 7


async def test_pages_from_the_back_keep_the_order_of_the_list(api: Api, world: World) -> None:
    hub, handles = await network(world, 5)
    last = await page(api, hub, last=2)
    before = await page(api, hub, last=2, before=last["pageInfo"]["startCursor"])
    assert handles_of(last) == handles[3:]
    assert handles_of(before) == handles[1:3]
    assert (last["pageInfo"]["hasNextPage"], last["pageInfo"]["hasPreviousPage"]) == (False, True)


async def test_a_cursor_stays_where_it_is_when_the_list_grows_in_front(api: Api, world: World) -> None:
    hub, handles = await network(world, 4)
    first = await page(api, hub, first=2)
    await world.connect(hub, await world.member("newest"))
    assert handles_of(await page(api, hub, first=2, after=first["pageInfo"]["endCursor"])) == handles[2:]


async def test_both_cursors_bound_a_page(api: Api, world: World) -> None:
    hub, handles = await network(world, 5)
    cursors = [edge["cursor"] for edge in (await page(api, hub, first=5))["edges"]]
    assert handles_of(await page(api, hub, first=5, after=cursors[0], before=cursors[4])) == handles[1:4]


async def test_an_empty_list_is_an_empty_page(api: Api, world: World) -> None:
    loner = await world.member("loner")
    assert await page(api, loner) == {
        "totalCount": 0,
        "nodes": [],
        "edges": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }


async def test_an_edge_carries_the_link(api: Api, world: World) -> None:
    hub, _ = await network(world, 1)
    [edge] = (await page(api, hub))["edges"]
    assert edge["connection"]["connectedAt"] == "2026-01-01T00:00:00Z"
    assert [member["handle"] for member in edge["connection"]["members"]] == ["hub", "friend-0"]


@pytest.mark.parametrize("arguments", [{"first": 0}, {"first": 101}, {"last": -1}, {"first": 1, "last": 1}])
async def test_a_page_size_that_no_list_has_is_a_coded_error(api: Api, world: World, arguments: Json) -> None:
    hub = await world.member("hub")
    answer = await api.ask(PAGE, arguments, member=hub)
    assert answer.codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "Zm9v" * 20, "é", "=" * 50])
async def test_a_made_up_cursor_is_a_coded_error(api: Api, world: World, cursor: str) -> None:
    hub = await world.member("hub")
    assert (await api.ask(PAGE, {"after": cursor}, member=hub)).codes == ["INVALID_CURSOR"]


async def test_a_cursor_of_another_list_is_a_coded_error(api: Api, world: World) -> None:
    hub, _ = await network(world, 1)
    cursor = (await page(api, hub))["pageInfo"]["endCursor"]
    other = await world.member("other")
    assert (await api.ask(PAGE, {"after": cursor}, member=other)).codes == ["INVALID_CURSOR"]


RICH = """
    query($first: Int) {
      viewer {
        connections(first: $first) {
          nodes {
            handle experience { companyName } education { school } skills { name } hiddenSections { reason }
          }
        }
      }
    }
"""


async def test_a_page_of_fifty_costs_as_many_statements_as_a_page_of_one(api: Api, world: World) -> None:
    hub, _ = await network(world, 50)
    sent = []
    for size in (1, 50):
        async with counted(api.deployment.pool) as statements:
            answer = await api.ask(RICH, {"first": size}, member=hub)
        assert len(answer.data["viewer"]["connections"]["nodes"]) == size
        sent.append(statements)
    assert len(sent[0]) == len(sent[1]) == 4, sent


async def test_the_scope_of_the_network_shows_its_size(api: Api, world: World) -> None:
    hub, _ = await network(world, 3)
    ask = "{ viewer { connectionCount connections { totalCount } } }"
    answer = await api.ask(ask, member=hub, scopes=frozenset({"NETWORK_READ"}))
    assert answer.data["viewer"] == {"connectionCount": 3, "connections": {"totalCount": 3}}
