"""The orders of a list of connections, walked in pages from both ends."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.clients import Json
from tests.clocks import START, Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.messages.talk import writes

PAGE = """
    query($orderBy: NetworkOrder!, $first: Int, $after: String, $last: Int, $before: String) {
      viewer {
        connections(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
          totalCount nodes { handle } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
      }
    }
"""
NAMES = "query { viewer { connections(orderBy: NAME) { nodes { displayName } } } }"
SINCE = "UPDATE connections SET connected_at = $1 WHERE $2 IN (member_id, other_id)"
NAME = "UPDATE members SET given_name = $2, family_name = $3, audiences = $4 WHERE id = $1"
ORDERS: Mapping[str, list[str]] = {
    "NEWEST": ["liv", "kim", "jon", "ida"],
    "OLDEST": ["ida", "jon", "kim", "liv"],
    "NAME": ["ida", "jon", "kim", "liv"],
    "LAST_INTERACTION": ["jon", "liv", "kim", "ida"],
}


@pytest.fixture
async def hub(ada: Person, newcomer: Newcomer, clock: Clock) -> Person:
    """Ada is connected to four, each since a day later; she wrote to Kim, and Ida wrote to her last."""
    friends = {handle: await newcomer(handle) for handle in ("ida", "jon", "kim", "liv")}
    for day, friend in enumerate(friends.values()):
        await ada.world.connect(ada.number, friend.number)
        await ada.world.execute(SINCE, START + timedelta(days=day - 4), friend.number)
    for author, other in ((ada, friends["kim"]), (friends["ida"], ada)):
        clock.advance(hours=1)
        await writes(author, other)
    return ada


async def page(viewer: Person, order: str, **given: Json) -> Json:
    return (await viewer.ask(PAGE, orderBy=order, **given)).data["viewer"]["connections"]


@pytest.mark.parametrize("order", ORDERS)
async def test_pages_from_the_front_join_to_the_whole_list(hub: Person, order: str) -> None:
    first = await page(hub, order, first=3)
    second = await page(hub, order, first=3, after=first["pageInfo"]["endCursor"])
    assert [node["handle"] for node in (*first["nodes"], *second["nodes"])] == ORDERS[order]
    assert [each["pageInfo"]["hasNextPage"] for each in (first, second)] == [True, False]
    assert first["totalCount"] == 4


@pytest.mark.parametrize("order", ORDERS)
async def test_pages_from_the_back_keep_the_order(hub: Person, order: str) -> None:
    last = await page(hub, order, last=2)
    before = await page(hub, order, last=2, before=last["pageInfo"]["startCursor"])
    assert [node["handle"] for node in (*before["nodes"], *last["nodes"])] == ORDERS[order]
    assert [each["pageInfo"]["hasPreviousPage"] for each in (last, before)] == [True, False]


async def test_names_are_ordered_as_they_are_shown(ada: Person, newcomer: Newcomer) -> None:
    """In whatever case; a family name that is cut stands where its initial does."""
    names = [("Eva", "Zorn"), ("eva", "Ek"), ("Eva", "Dahl"), ("Örjan", "Ek"), ("Bo", "Ek"), ("Eva", "Dahl")]
    for number, name in enumerate(names):
        friend = await newcomer(f"friend-{number}")
        audiences = {"FAMILY_NAME": "ONLY_ME"} if name == ("Eva", "Zorn") else None
        await ada.world.execute(NAME, friend.number, *name, audiences)
        await ada.world.connect(ada.number, friend.number)
    nodes = (await ada.ask(NAMES)).data["viewer"]["connections"]["nodes"]
    shown = ["Bo Ek", "Eva Dahl", "Eva Dahl", "eva Ek", "Eva Z.", "Örjan Ek"]
    assert [node["displayName"] for node in nodes] == shown


async def test_pages_of_one_name_join_as_well(ada: Person, newcomer: Newcomer) -> None:
    for number in range(5):
        friend = await newcomer(f"friend-{number}")
        await ada.world.execute(NAME, friend.number, "Eva", "Ek", None)
        await ada.world.connect(ada.number, friend.number)
    handles, after = set(), None
    for _ in range(3):
        found = await page(ada, "NAME", first=2, after=after)
        handles |= {node["handle"] for node in found["nodes"]}
        after = found["pageInfo"]["endCursor"]
    assert len(handles) == 5
