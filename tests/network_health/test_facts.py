"""What a member learns of how their network does: size, benchmark, goal and rates."""

from typing import Final

import pytest

from auth.identity import OAuthScope
from tests.clients import Json
from tests.clocks import Clock, SetPolicy
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.errors import invalid
from tests.connection_requests.people import Person

FACTS: Final = """
    {
      viewer {
        networkHealth {
          connectionCount benchmark { level minimum maximum }
          goal { targetConnections weeklyRequests purpose dueOn }
        }
      }
    }
"""
RATES: Final = "{ viewer { networkHealth { acceptanceRate personalisedShare } } }"
GOAL: Json = {
    "targetConnections": 500,
    "weeklyRequests": 5,
    "purpose": "A new job",
    "dueOn": "2031-01-01",
}


async def health(person: Person, document: str = FACTS) -> Json:
    return (await person.ask(document)).data["viewer"]["networkHealth"]


async def rates(person: Person) -> tuple[float | None, float | None]:
    found = await health(person, RATES)
    return found["acceptanceRate"], found["personalisedShare"]


async def test_who_has_done_nothing_yet_has_neither_goal_nor_benchmark(ada: Person) -> None:
    assert await health(ada) == {"connectionCount": 0, "benchmark": None, "goal": None}


@pytest.mark.parametrize(
    ("level", "minimum", "maximum"),
    [("STUDENT", 50, 100), ("YOUNG_PROFESSIONAL", 300, 500), ("EXECUTIVE", 1000, None)],
)
async def test_the_size_is_told_beside_what_is_usual_at_the_career_level(
    ada: Person, ben: Person, level: str, minimum: int, maximum: int | None
) -> None:
    await ada.world.connect(ada.number, ben.number)
    await ada.does("updateProfile", "member { id }", careerLevel=level)
    found = await health(ada)
    assert found["connectionCount"] == 1
    assert found["benchmark"] == {"level": level, "minimum": minimum, "maximum": maximum}


async def test_a_goal_takes_the_place_of_the_one_before(ada: Person, ben: Person) -> None:
    payload = await ada.does("setNetworkGoal", **GOAL)
    assert payload["viewer"]["networkHealth"]["goal"] == GOAL
    await ada.does("setNetworkGoal", purpose=" Friends ")
    assert (await health(ada))["goal"] == dict.fromkeys(GOAL) | {"purpose": "Friends"}
    assert (await health(ben))["goal"] is None


@pytest.mark.parametrize("nothing", [{}, dict.fromkeys(GOAL), {"purpose": " "}])
async def test_a_goal_without_any_part_is_none(ada: Person, nothing: Json) -> None:
    await ada.does("setNetworkGoal", **GOAL)
    await ada.does("setNetworkGoal", **nothing)
    assert (await health(ada))["goal"] is None


@pytest.mark.parametrize(
    ("part", "value", "refusal"),
    [
        ("targetConnections", 0, invalid("INVALID", "targetConnections", "range=1-100000")),
        ("targetConnections", 100_001, invalid("INVALID", "targetConnections", "range=1-100000")),
        ("weeklyRequests", -1, invalid("INVALID", "weeklyRequests", "range=1-1000")),
        ("purpose", "x" * 501, invalid("TOO_LONG", "purpose", "maxLength=500")),
        ("dueOn", "1999-12-31", invalid("INVALID", "dueOn", "year=2000-2100")),
    ],
)
async def test_a_goal_out_of_bounds_changes_nothing(
    ada: Person, part: str, value: Json, refusal: Json
) -> None:
    await ada.does("setNetworkGoal", **GOAL)
    assert await ada.refused("setNetworkGoal", **GOAL | {part: value}) == refusal
    assert (await health(ada))["goal"] == GOAL


async def test_the_requests_of_ninety_days_are_rated(ada: Person, newcomer: Newcomer, clock: Clock) -> None:
    assert await rates(ada) == (None, None)
    people = [await newcomer(f"friend-{number}") for number in range(4)]
    requests = [await ada.sends(person, note="Hello" if person is people[0] else None) for person in people]
    assert await rates(ada) == (0, 0.25)
    for person, request in zip(people[:2], requests, strict=False):
        await person.answers(request, "accept")
    assert await rates(ada) == (0.5, 0.25)
    clock.advance(days=90)
    assert await rates(ada) == (None, None)


@pytest.mark.parametrize("move", ["ignore", "decline", "report"])
async def test_an_answer_that_the_sender_may_not_know_changes_no_rate(
    ada: Person, ben: Person, cleo: Person, move: str
) -> None:
    await cleo.answers(await ada.sends(cleo), "accept")
    request = await ada.sends(ben)
    before = await rates(ada)
    await ben.answers(request, move)
    assert await rates(ada) == before == (0.5, 0)


async def test_a_decline_that_is_told_changes_it_no_more_than_a_request_that_waits(
    ada: Person, ben: Person, policy: SetPolicy
) -> None:
    policy(decline_hidden_from_sender=False)
    await ben.answers(await ada.sends(ben), "decline")
    assert await rates(ada) == (0, 0)


async def test_a_request_that_was_taken_back_had_no_success(ada: Person, ben: Person, cleo: Person) -> None:
    await ada.answers(await ada.sends(ben, note="Hello"), "withdraw")
    await cleo.answers(await ada.sends(cleo), "accept")
    assert await rates(ada) == (0.5, 0.5)


async def test_requests_that_are_gone_are_not_rated(ada: Person, ben: Person, cleo: Person) -> None:
    await ada.sends(ben)
    await cleo.answers(await ada.sends(cleo), "accept")
    assert await rates(ada) == (0.5, 0)
    await ben.does("blockMember", memberId=ada.id)
    assert await rates(ada) == (1, 0)
    await cleo.does("blockMember", memberId=ada.id)
    assert await rates(ada) == (None, None)


async def test_a_token_needs_the_scopes_of_what_is_told(ada: Person) -> None:
    network = ada.with_scopes(OAuthScope.NETWORK_READ)
    assert (await network.ask(RATES)).codes == ["MISSING_SCOPE"]
    assert (await health(network))["connectionCount"] == 0
    assert (await ada.with_scopes(OAuthScope.REQUESTS_READ).ask(RATES)).codes == ["MISSING_SCOPE"]
    assert (await network.tries("setNetworkGoal", "viewer { id }")).codes == ["MISSING_SCOPE"]
