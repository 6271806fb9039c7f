"""Whom a member may know: for which reasons, in which order, and who is never suggested."""

from collections.abc import Awaitable, Callable
from datetime import date
from itertools import pairwise

import pytest

from auth.identity import OAuthScope
from rules import ids
from tests.clients import Json
from tests.clocks import Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.statements import counted

SUGGESTIONS = """
    query($reasons: [SuggestionReasonKind!], $first: Int, $after: String, $last: Int, $before: String) {
      viewer {
        suggestions(reasons: $reasons, first: $first, after: $after, last: $last, before: $before) {
          totalCount
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
          edges { cursor node { id member { handle } reasons { kind text count } suggestedAction } }
        }
      }
    }
"""
WORK = """
    INSERT INTO positions (member_id, title, company_name, started_on, ended_on) VALUES ($1, 'x', $2, $3, $4)
"""
STUDY = "INSERT INTO educations (member_id, school) VALUES ($1, $2)"
MANY = """
    WITH made AS (
        INSERT INTO members (handle, given_name, family_name)
        SELECT 'far-' || number, 'Far', 'Tester' FROM generate_series(1, 120) AS number RETURNING id
    ), knowing AS (
        INSERT INTO adjacency SELECT id, ARRAY[$1::int] FROM made
    )
    UPDATE adjacency SET ids = ids | (SELECT array_agg(id) FROM made) WHERE member_id = $1
"""
FOLLOW = "INSERT INTO follows (follower_id, followee_id, is_private) VALUES ($1, $2, $3)"


async def page(viewer: Person, **arguments: object) -> Json:
    """A page of suggestions."""
    return (await viewer.ask(SUGGESTIONS, **arguments)).data["viewer"]["suggestions"]


async def suggested(viewer: Person, **arguments: object) -> dict[str, list[str]]:
    """Who is suggested, in order, and for which reasons."""
    edges = (await page(viewer, **arguments))["edges"]
    return {
        edge["node"]["member"]["handle"]: [reason["kind"] for reason in edge["node"]["reasons"]]
        for edge in edges
    }


async def link(*chain: Person) -> None:
    """Connections between each and the next, made by requests."""
    for one, other in pairwise(chain):
        await other.answers(await one.sends(other), "accept")


async def test_connections_of_connections_come_first_where_they_share_more(
    ada: Person, ben: Person, cleo: Person, newcomer: Newcomer
) -> None:
    dan, eve = await newcomer("dan"), await newcomer("eve")
    await link(ada, ben, dan)
    await link(ada, cleo, dan)
    await link(cleo, eve)
    found = await page(ada)
    assert await suggested(ada) == {"dan": ["MUTUAL_CONNECTIONS"], "eve": ["MUTUAL_CONNECTIONS"]}
    first, second = (edge["node"] for edge in found["edges"])
    assert first["reasons"] == [{"kind": "MUTUAL_CONNECTIONS", "text": "2 mutual connections", "count": 2}]
    assert second["reasons"][0]["text"] == "1 mutual connection"
    assert (first["suggestedAction"], found["totalCount"]) == ("CONNECT", 2)


async def test_a_newcomer_is_suggested_colleagues_and_alumni_and_followers(
    ada: Person, ben: Person, cleo: Person, newcomer: Newcomer
) -> None:
    dan = await newcomer("dan")
    await ada.world.execute(WORK, ada.number, "Acme", None, None)
    await ada.world.execute(WORK, ben.number, "ACME", None, None)
    await ada.world.execute(STUDY, ada.number, "Lund")
    for person in (ben, cleo):
        await ada.world.execute(STUDY, person.number, "lund")
    await ada.world.execute(FOLLOW, dan.number, ada.number, False)
    assert await suggested(ada) == {
        "ben": ["SAME_EMPLOYER", "SAME_SCHOOL"],
        "dan": ["FOLLOWS_VIEWER"],
        "cleo": ["SAME_SCHOOL"],
    }
    assert await suggested(ada, reasons=["SAME_SCHOOL"]) == {
        "ben": ["SAME_EMPLOYER", "SAME_SCHOOL"],
        "cleo": ["SAME_SCHOOL"],
    }
    assert await suggested(ada, reasons=["SAME_GROUP"]) == {}
    assert await suggested(ada, reasons=[]) == {}


async def test_colleagues_of_other_years_and_private_followers_are_not_suggested(
    ada: Person, ben: Person, cleo: Person
) -> None:
    await ada.world.execute(WORK, ada.number, "Acme", date(2020, 1, 1), None)
    await ada.world.execute(WORK, ben.number, "Acme", date(2010, 1, 1), date(2019, 12, 31))
    await ada.world.execute(FOLLOW, cleo.number, ada.number, True)
    assert await suggested(ada) == {}


async def test_the_same_industry_supports_other_reasons_alone(
    ada: Person, ben: Person, cleo: Person, newcomer: Newcomer
) -> None:
    dan = await newcomer("dan")
    await ada.world.execute("UPDATE members SET industry = 'Research'")
    await link(ada, ben, cleo)
    assert await suggested(ada) == {"cleo": ["MUTUAL_CONNECTIONS", "SAME_INDUSTRY"]}
    assert await suggested(dan) == {}


async def _hide_work(person: Person) -> None:
    await person.world.execute(
        """UPDATE members SET audiences = '{"EXPERIENCE": "NETWORK"}' WHERE id = $1""", person.number
    )


async def _close(person: Person) -> None:
    await person.world.execute("UPDATE members SET closed_at = now() WHERE id = $1", person.number)


async def test_who_hides_their_positions_is_not_suggested_for_them(ada: Person, ben: Person) -> None:
    for person in (ada, ben):
        await ada.world.execute(WORK, person.number, "Acme", None, None)
    assert await suggested(ada) == {"ben": ["SAME_EMPLOYER"]}
    await _hide_work(ben)
    assert await suggested(ada) == {}


async def test_nobody_is_suggested_through_who_hides_the_connections_from_everybody(
    ada: Person, ben: Person, cleo: Person
) -> None:
    await link(ada, ben, cleo)
    for silent in (ben, cleo):
        await ada.world.execute(
            "UPDATE members SET connections_visibility = 'NOBODY' WHERE id = $1", silent.number
        )
        assert await suggested(ada) == {}
        await ada.world.execute("UPDATE members SET connections_visibility = 'CONNECTIONS'")
        await ada.world.execute("DELETE FROM suggestion_lists")
        assert await suggested(ada) == {"cleo": ["MUTUAL_CONNECTIONS"]}


async def test_a_page_is_full_although_a_reason_is_gone(
    ada: Person, ben: Person, cleo: Person, newcomer: Newcomer
) -> None:
    dan, eve, fay = [await newcomer(handle) for handle in ("dan", "eve", "fay")]
    await link(ada, ben, cleo)
    await link(ada, dan, eve)
    await link(dan, fay)
    before = await suggested(ada)
    assert {*before} == {"cleo", "eve", "fay"}
    await ada.world.execute("UPDATE members SET connections_visibility = 'NOBODY' WHERE id = $1", ben.number)
    for first, goes_on in ((1, True), (2, False)):
        found = await page(ada, first=first)
        assert {edge["node"]["member"]["handle"] for edge in found["edges"]} <= {"eve", "fay"}
        assert (len(found["edges"]), found["pageInfo"]["hasNextPage"]) == (first, goes_on)


Act = Callable[[Person, Person], Awaitable[object]]


async def _decline(ada: Person, cleo: Person) -> None:
    await ada.answers(await cleo.sends(ada), "decline")


async def _be_declined(ada: Person, cleo: Person) -> None:
    await cleo.answers(await ada.sends(cleo), "decline")


async def _remove(ada: Person, cleo: Person) -> None:
    await link(ada, cleo)
    await ada.does("removeConnection", memberId=cleo.id)


async def _dismiss(ada: Person, cleo: Person) -> None:
    [edge] = (await page(ada))["edges"]
    payload = await ada.does("dismissSuggestion", "dismissedId", suggestionId=edge["node"]["id"])
    assert payload["dismissedId"] == edge["node"]["id"]


REASONS_AGAINST: dict[str, Act] = {
    "connected": link,
    "asked by the viewer": lambda ada, cleo: ada.sends(cleo),
    "asking the viewer": lambda ada, cleo: cleo.sends(ada),
    "declined by the viewer": _decline,
    "declining the viewer": _be_declined,
    "removed by the viewer": _remove,
    "blocked": lambda ada, cleo: ada.does("blockMember", memberId=cleo.id),
    "blocking": lambda ada, cleo: cleo.does("blockMember", memberId=ada.id),
    "muted": lambda ada, cleo: ada.does("muteMember", memberId=cleo.id),
    "closed": lambda ada, cleo: _close(cleo),
    "dismissed": _dismiss,
}


@pytest.mark.parametrize("reason", REASONS_AGAINST)
async def test_nobody_is_suggested_who_is(ada: Person, ben: Person, cleo: Person, reason: str) -> None:
    await link(ada, ben, cleo)
    assert await suggested(ada) == {"cleo": ["MUTUAL_CONNECTIONS"]}
    await REASONS_AGAINST[reason](ada, cleo)
    assert await suggested(ada) == {}
    # Also of the list that is made anew.
    await ada.world.execute("DELETE FROM suggestion_lists")
    assert await suggested(ada) == {}


async def test_what_others_do_shows_within_a_minute(
    ada: Person, ben: Person, cleo: Person, newcomer: Newcomer, clock: Clock
) -> None:
    dan = await newcomer("dan")
    await link(ada, ben, cleo)
    assert [*await suggested(ada)] == ["cleo"]
    await link(ben, dan)
    clock.advance(seconds=61)
    assert [*await suggested(ada)] == ["cleo", "dan"]


async def test_what_the_viewer_does_shows_at_once(
    ada: Person, ben: Person, cleo: Person, newcomer: Newcomer
) -> None:
    dan = await newcomer("dan")
    await link(ben, cleo)
    await link(dan, cleo)
    assert await suggested(ada) == {}
    await link(ada, ben)
    assert [*await suggested(ada)] == ["cleo"]
    await ada.does("removeConnection", memberId=ben.id)
    assert await suggested(ada) == {}


async def test_pages_go_on_where_the_last_one_ended(ada: Person, ben: Person, newcomer: Newcomer) -> None:
    handles = [f"far{number}" for number in range(5)]
    await link(ada, ben)
    for handle in handles:
        far = await newcomer(handle)
        await ada.world.connect(ben.number, far.number)
    seen: list[str] = []
    after = None
    for size in (2, 2, 1):
        found = await page(ada, first=2, after=after)
        seen += [edge["node"]["member"]["handle"] for edge in found["edges"]]
        assert (len(found["edges"]), found["totalCount"]) == (size, 5)
        after = found["pageInfo"]["endCursor"]
    assert seen == handles
    back = await page(ada, last=2, before=after)
    assert [edge["node"]["member"]["handle"] for edge in back["edges"]] == handles[2:4]
    assert (back["pageInfo"]["hasPreviousPage"], back["pageInfo"]["hasNextPage"]) == (True, True)
    wrong = await ada.ask(SUGGESTIONS, first=2, after=after, reasons=["SAME_SCHOOL"])
    assert wrong.codes == ["INVALID_CURSOR"]
    assert (await ada.ask(SUGGESTIONS, first=0)).codes == ["BAD_USER_INPUT"]


async def test_a_suggestion_is_found_by_its_id_while_it_stands(
    ada: Person, ben: Person, cleo: Person
) -> None:
    await link(ada, ben, cleo)
    query = "query($id: ID!) { node(id: $id) { ... on MemberSuggestion { member { handle } } } }"
    [edge] = (await page(ada))["edges"]
    suggestion_id = edge["node"]["id"]
    assert (await ada.ask(query, id=suggestion_id)).data["node"] == {"member": {"handle": "cleo"}}
    assert (await ben.ask(query, id=suggestion_id)).data["node"] is None
    await ada.does("dismissSuggestion", "dismissedId", suggestionId=suggestion_id)
    assert (await ada.ask(query, id=suggestion_id)).data["node"] is None
    again = await ada.does("dismissSuggestion", "dismissedId", suggestionId=suggestion_id)
    assert again["dismissedId"] == suggestion_id


@pytest.mark.parametrize("key", [(2, 3), (1, 1), (1, 99), (1,), (1, 2**40)])
async def test_what_is_no_suggestion_cannot_be_dismissed(
    ada: Person, ben: Person, cleo: Person, key: tuple[int, ...]
) -> None:
    suggestion_id = ids.encode("SUG", *key)
    query = (
        "mutation($id: ID!) { dismissSuggestion(input: {suggestionId: $id}) { userErrors { code field } } }"
    )
    [error] = (await ada.ask(query, id=suggestion_id)).data["dismissSuggestion"]["userErrors"]
    assert error == {"code": "NOT_FOUND", "field": ["suggestionId"]}


async def test_suggestions_need_the_scope(ada: Person, ben: Person) -> None:
    stranger = ada.with_scopes(OAuthScope.PROFILE_READ)
    answer = await stranger.ask("{ viewer { suggestions { totalCount } } }")
    assert answer.codes == ["MISSING_SCOPE"]


async def test_a_hundred_suggestions_cost_as_many_statements_as_one(ada: Person, ben: Person) -> None:
    await link(ada, ben)
    await ada.world.execute(MANY, ben.number)
    await suggested(ada)
    costs = []
    for first in (1, 100):
        async with counted(ada.api.deployment.pool) as statements:
            assert len((await page(ada, first=first))["edges"]) == first
        costs.append(len(statements))
    assert costs[0] == costs[1]


async def test_what_two_share_is_counted_where_reasons_are_asked_for(
    ada: Person, ben: Person, cleo: Person
) -> None:
    await link(ada, ben, cleo)
    await suggested(ada)
    counts = []
    for selection in (
        "edges { cursor }",
        "nodes { reasons { kind } }",
        "edges { node { reasons { kind } } }",
    ):
        async with counted(ada.api.deployment.pool) as statements:
            found = await ada.ask(f"{{ viewer {{ suggestions {{ {selection} }} }} }}")
        assert len(next(iter(found.data["viewer"]["suggestions"].values()))) == 1
        counts.append(["icount" in statement for statement in statements])
    assert counts == [[False], [True], [True]]
