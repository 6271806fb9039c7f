"""Connections and follows without interaction: who they are, in what order, and in which pages."""

from datetime import timedelta
from typing import Final

import pytest

from tests.clients import Json
from tests.clocks import START, Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.follows.scenes import company, followed, followed_company
from tests.messages.talk import asks_back, goes_on, writes
from tests.statements import counted

LISTS: Final = """
    query($for: Duration!, $first: Int, $after: String) {
      viewer {
        networkHealth {
          inactiveConnections(inactiveFor: $for, first: $first, after: $after) { ...Members }
          neverContacted { ...Members }
        }
      }
    }
    fragment Members on NetworkConnection {
      totalCount nodes { handle } pageInfo { hasNextPage endCursor }
    }
"""
FOLLOWS: Final = """
    query($for: Duration!, $first: Int, $after: String) {
      viewer {
        networkHealth {
          inactiveFollows(inactiveFor: $for, first: $first, after: $after) {
            totalCount nodes { target { handle } } pageInfo { hasNextPage endCursor }
          }
        }
      }
    }
"""
DEFAULTS: Final = """
    {
      viewer {
        networkHealth {
          inactiveConnections { nodes { handle } } inactiveFollows { nodes { target { handle } } }
        }
      }
    }
"""
EVERYTHING: Final = """
    query($first: Int) {
      viewer {
        networkHealth {
          connectionCount benchmark { level } goal { purpose } acceptanceRate personalisedShare
          inactiveConnections(inactiveFor: "P1D", first: $first) {
            totalCount nodes { headline } edges { connection { lastInteractionAt } }
          }
          neverContacted(first: $first) { totalCount nodes { headline } }
          inactiveFollows(inactiveFor: "P1D", first: $first) { totalCount nodes { target { handle } } }
        }
      }
    }
"""
SINCE: Final = "UPDATE connections SET connected_at = $1 WHERE $2 IN (member_id, other_id)"


async def connected(hub: Person, friend: Person, days_ago: int) -> None:
    """The two are connected, since so many days."""
    await hub.world.connect(hub.number, friend.number)
    await hub.world.execute(SINCE, START - timedelta(days=days_ago), friend.number)


async def follows(follower: Person, followee: Person, days_ago: int) -> None:
    """A follow, since so many days."""
    since = START - timedelta(days=days_ago)
    await followed(follower.world, follower.number, followee.number, followed_at=since)


async def health(person: Person, document: str = LISTS, **given: Json) -> Json:
    given = {} if document == DEFAULTS else {"for": "P10D", **given}
    return (await person.ask(document, **given)).data["viewer"]["networkHealth"]


def handles(page: Json) -> list[str]:
    """The handles on a page, as many as it counts."""
    found = [(node.get("target") or node)["handle"] for node in page["nodes"]]
    assert page.get("totalCount", len(found)) == len(found)
    return found


@pytest.fixture
async def hub(ada: Person, newcomer: Newcomer, clock: Clock) -> Person:
    """Ada is connected to Ida for 40 days, to Jon for 30, to Kim for 20 and to Liv for 5."""
    friends = {}
    for handle, days_ago in {"ida": 40, "jon": 30, "kim": 20, "liv": 5}.items():
        friends[handle] = await newcomer(handle)
        await connected(ada, friends[handle], days_ago)
    await writes(ada, friends["ida"])
    return ada


async def test_who_was_silent_for_so_long_is_told_oldest_first(hub: Person, clock: Clock) -> None:
    assert handles((await health(hub))["inactiveConnections"]) == ["jon", "kim"]
    assert handles((await health(hub, **{"for": "P4D"}))["inactiveConnections"]) == ["jon", "kim", "liv"]
    clock.advance(days=11)
    assert handles((await health(hub))["inactiveConnections"]) == ["jon", "kim", "liv", "ida"]


async def test_who_was_never_written_to_is_told_oldest_first(hub: Person) -> None:
    assert handles((await health(hub))["neverContacted"]) == ["jon", "kim", "liv"]


async def test_pages_join_while_time_passes(hub: Person, clock: Clock) -> None:
    first = (await health(hub, first=1))["inactiveConnections"]
    assert (first["nodes"], first["totalCount"]) == ([{"handle": "jon"}], 2)
    clock.advance(seconds=1)
    after = first["pageInfo"]["endCursor"]
    second = (await health(hub, first=1, after=after))["inactiveConnections"]
    assert (second["nodes"], second["pageInfo"]["hasNextPage"]) == ([{"handle": "kim"}], False)
    given = {"for": "P11D", "after": after}
    assert "INVALID_CURSOR" in (await hub.ask(LISTS, **given)).codes


async def test_follows_without_interaction_are_told_oldest_first(
    ada: Person, newcomer: Newcomer, clock: Clock
) -> None:
    """Of whom Ada follows, she wrote to Ida, Kim wrote to her, and Liv she has followed since yesterday."""
    friends = {handle: await newcomer(handle) for handle in ("ida", "jon", "kim", "liv", "mia")}
    for handle, days_ago in {"ida": 40, "jon": 30, "kim": 20, "liv": 1, "mia": 60}.items():
        await follows(ada, friends[handle], days_ago)
    await connected(ada, friends["ida"], 40)
    await writes(ada, friends["ida"])
    _, conversation = await asks_back(friends["kim"], ada)
    await goes_on(friends["kim"], conversation)
    acme = await company(ada.world, "acme")
    await followed_company(ada.world, ada.number, acme)
    await ada.world.execute("UPDATE company_follows SET followed_at = $1", START - timedelta(days=50))
    page = (await health(ada, FOLLOWS))["inactiveFollows"]
    assert handles(page) == ["mia", "acme", "jon"]
    clock.advance(days=11)
    found = (await health(ada, FOLLOWS))["inactiveFollows"]
    assert handles(found) == ["mia", "acme", "ida", "jon", "kim", "liv"]


async def test_follows_come_in_pages(ada: Person, newcomer: Newcomer, clock: Clock) -> None:
    for number in range(3):
        await follows(ada, await newcomer(f"friend-{number}"), 30 - number)
    first = (await health(ada, FOLLOWS, first=2))["inactiveFollows"]
    second = (await health(ada, FOLLOWS, first=2, after=first["pageInfo"]["endCursor"]))["inactiveFollows"]
    found = [node["target"]["handle"] for node in (*first["nodes"], *second["nodes"])]
    assert found == ["friend-0", "friend-1", "friend-2"]
    assert first["totalCount"] == second["totalCount"] == 3


async def test_silence_is_a_year_of_a_connection_and_half_of_one_of_a_follow(
    ada: Person, newcomer: Newcomer, clock: Clock
) -> None:
    for handle, days_ago in {"ida": 364, "jon": 366}.items():
        await connected(ada, await newcomer(handle), days_ago)
    for handle, days_ago in {"kim": 179, "liv": 181}.items():
        await follows(ada, await newcomer(handle), days_ago)
    found = await health(ada, DEFAULTS)
    lists = (found["inactiveConnections"], found["inactiveFollows"])
    assert [handles(page) for page in lists] == [["jon"], ["liv"]]


@pytest.mark.parametrize("document", [LISTS, FOLLOWS])
async def test_more_than_a_hundred_years_are_too_long(ada: Person, document: str) -> None:
    assert (await ada.ask(document, **{"for": "P36501D"})).codes == ["BAD_USER_INPUT"]
    assert (await ada.ask(document, **{"for": "P36500D"})).codes == []


async def test_fifty_of_everything_cost_as_many_statements_as_one(
    ada: Person, newcomer: Newcomer, clock: Clock
) -> None:
    for number in range(50):
        friend = await newcomer(f"friend-{number}")
        await connected(ada, friend, 30)
        await follows(ada, friend, 30)
    sent = []
    for first in (1, 50):
        async with counted(ada.api.deployment.pool) as statements:
            found = (await ada.ask(EVERYTHING, first=first)).data["viewer"]["networkHealth"]
        for name in ("inactiveConnections", "neverContacted", "inactiveFollows"):
            assert (len(found[name]["nodes"]), found[name]["totalCount"]) == (first, 50)
        sent.append(statements)
    assert len(sent[0]) == len(sent[1]), sent
