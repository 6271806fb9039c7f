"""What the recipient of a request is told about its sender, over HTTP."""

from datetime import date, timedelta
from typing import Final

import pytest

from auth.identity import OAuthScope
from rules import ids
from rules.members import WHOLE_PROFILE
from rules.terms import RelationType, RequestOrigin
from tests.clients import Answer, Api, Json
from tests.clocks import START, Clock, SetPolicy, after
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.connection_requests.test_scopes import is_refused, without
from tests.selections import each_field
from tests.statements import counted
from tests.world import World

FACTS: Final = each_field(
    "VettingContext",
    {
        "mutualConnections": "{ totalCount nodes { handle } }",
        "sharedEmployers": "{ name }",
        "earlierRequests": "{ id state sender { handle } }",
    },
)
COLLEAGUE: Final = {"relationType": "COLLEAGUE"}
CLASSMATE: Final = {"relationType": "CLASSMATE"}
UNCHECKED: Final = sorted({*RelationType} - {RelationType.COLLEAGUE, RelationType.CLASSMATE})


async def asked(person: Person, request: str, *facts: str) -> Answer:
    """The answer to who asks for these facts."""
    selected = " ".join(FACTS[fact] for fact in facts)
    query = (
        f"query($id: ID!) {{ node(id: $id) {{ ... on ConnectionRequest {{ vetting {{ {selected} }} }} }} }}"
    )
    return await person.ask(query, id=request)


async def told(person: Person, request: str, *facts: str) -> Json:
    """The facts that a person is told; all where none is named. None where they are told nothing."""
    return (await asked(person, request, *(facts or FACTS))).data["node"]["vetting"]


async def fact(person: Person, request: str, name: str) -> Json:
    """One of the facts."""
    return (await told(person, request, name))[name]


async def company(world: World, name: str) -> str:
    """A company page."""
    insert = "INSERT INTO companies (handle, name) VALUES (lower($1), $1) RETURNING id"
    return ids.encode("CO", await world.value(insert, name))


async def works(person: Person, name: str, since: int | None, until: int | None, **given: Json) -> None:
    """Add a position from the first day of a year to the last of another."""
    dates = {
        "startedOn": since and date(since, 1, 1).isoformat(),
        "endedOn": until and date(until, 12, 31).isoformat(),
    }
    await person.does("savePosition", "member { id }", title="x", companyName=name, **dates, **given)


async def studies(person: Person, school: str) -> None:
    """Add a course of study."""
    await person.does("saveEducation", "member { id }", school=school)


async def shows(person: Person, section: str, audience: str) -> None:
    """Choose who sees a section."""
    choice = [{"section": section, "audience": audience}]
    await person.does("updatePrivacy", "settings { id }", sectionAudiences=choice)


async def test_the_recipient_alone_is_told(ada: Person, ben: Person) -> None:
    request = await ada.sends(ben)
    assert await told(ada, request) is None
    assert await told(ben, request) == {
        "mutualConnections": {"totalCount": 0, "nodes": []},
        "sharedEmployers": [],
        "sharedSchools": [],
        "degree": "OUT_OF_NETWORK",
        "relationCorroborated": None,
        "followsViewerSince": after(),
        "senderJoinedOn": await joined_on(ada),
        "senderProfileCompleteness": 12,
        "origin": "PROFILE",
        "noteIsMassSent": False,
        "earlierRequests": [],
    }


async def joined_on(person: Person) -> Json:
    return (await person.ask("{ viewer { member { joinedOn } } }")).data["viewer"]["member"]["joinedOn"]


@pytest.mark.parametrize("answer", ["accept", "ignore", "decline"])
async def test_whatever_they_answered(ada: Person, ben: Person, answer: str) -> None:
    request = await ada.sends(ben)
    await ben.answers(request, answer)
    assert await told(ben, request)
    assert await told(ada, request) is None


@pytest.mark.parametrize("end", ["block", "close"])
async def test_of_a_sender_who_is_gone_nothing_is_told(
    ada: Person, ben: Person, world: World, end: str
) -> None:
    request = await ada.sends(ben)
    if end == "block":
        await ada.does("blockMember", "relationship { id }", memberId=ben.id)
    else:
        await world.execute("UPDATE members SET closed_at = now() WHERE id = $1", ada.number)
    assert (await asked(ben, request, *FACTS)).data["node"] is None


async def test_it_takes_the_scope_to_read_requests(ada: Person, ben: Person) -> None:
    """Also where the request is the answer to a mutation, which takes another one."""
    request = await ada.sends(ben)
    writing = ben.with_scopes(OAuthScope.REQUESTS_WRITE)
    answer = await writing.tries(
        "ignoreConnectionRequest", "request { vetting { origin } }", requestId=request
    )
    assert is_refused(answer, OAuthScope.REQUESTS_READ)
    assert await told(ben.with_scopes(OAuthScope.REQUESTS_READ), request, "origin")


async def test_shared_connections_and_the_degree_are_those_of_any_member(
    ada: Person, ben: Person, cleo: Person, newcomer: Newcomer, world: World
) -> None:
    silent = await newcomer("silent")
    for person in (ada, ben):
        for shared in (cleo, silent):
            await world.connect(person.number, shared.number)
    await silent.does("updatePrivacy", "settings { id }", connectionsVisibility="NOBODY")
    request = await ada.sends(ben)
    facts = ("mutualConnections", "degree")
    mutual = {"totalCount": 1, "nodes": [{"handle": "cleo"}]}
    assert await told(ben, request, *facts) == {"mutualConnections": mutual, "degree": "SECOND"}
    nothing = {"mutualConnections": None, "degree": None}
    assert await told(without(ben, OAuthScope.NETWORK_READ), request, *facts) == nothing
    await ada.does("updatePrivacy", "settings { id }", connectionsVisibility="NOBODY")
    assert await told(ben, request, *facts) == {"mutualConnections": None, "degree": "SECOND"}
    await ben.answers(request, "accept")
    assert await fact(ben, request, "degree") == "FIRST"


async def test_shared_connections_come_in_pages(
    ada: Person, ben: Person, newcomer: Newcomer, world: World
) -> None:
    for number in range(3):
        shared = await newcomer(f"shared-{number}")
        for person in (ada, ben):
            await world.connect(person.number, shared.number)
    request = await ada.sends(ben)
    query = """
        query($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on ConnectionRequest {
          vetting { page: mutualConnections(first: $first, after: $after) {
            nodes { handle } pageInfo { endCursor hasNextPage }
          } }
        } } }
    """
    page = (await ben.ask(query, id=request, first=2)).data["node"]["vetting"]["page"]
    assert [node["handle"] for node in page["nodes"]] == ["shared-0", "shared-1"]
    cursor = page["pageInfo"]["endCursor"]
    rest = (await ben.ask(query, id=request, after=cursor)).data["node"]["vetting"]["page"]
    assert [node["handle"] for node in rest["nodes"]] == ["shared-2"]
    assert (await ben.ask(query, id=request, first=101)).codes == ["BAD_USER_INPUT"]
    assert (await ben.ask(query, id=request, after="x")).codes == ["INVALID_CURSOR"]


async def test_employers_of_overlapping_years_are_shared(ada: Person, ben: Person, world: World) -> None:
    acme, beta, gone = [await company(world, name) for name in ("Acme", "Beta", "Gone")]
    for person, since in ((ada, 2001), (ben, 2003)):
        await works(person, "Acme", since, 2005, companyId=acme)
        await works(person, "Gone", since, since, companyId=gone)
    await works(ben, "Beta Ltd.", 2010, None, companyId=beta)
    await works(ada, "BETA  ltd.", 2020, 2021)
    await works(ada, "Nobody's page", 2010, None)
    await works(ben, "Nobody's page", 2010, None)
    request = await ada.sends(ben, **COLLEAGUE)
    assert await told(ben, request, "sharedEmployers", "relationCorroborated") == {
        "sharedEmployers": [{"name": "Beta"}, {"name": "Acme"}],
        "relationCorroborated": True,
    }


async def test_both_schools_are_shared_in_the_words_of_the_recipient(ada: Person, ben: Person) -> None:
    for school in ("lund", "Oslo"):
        await studies(ada, school)
    for school in ("Lund", "Bergen"):
        await studies(ben, school)
    request = await ada.sends(ben, **CLASSMATE)
    assert await told(ben, request, "sharedSchools", "relationCorroborated") == {
        "sharedSchools": ["Lund"],
        "relationCorroborated": True,
    }


@pytest.mark.parametrize("audience", ["CONNECTIONS", "FOLLOWERS", "ONLY_ME"])
async def test_a_request_opens_no_section_of_its_sender(
    ada: Person, ben: Person, world: World, audience: str
) -> None:
    acme = await company(world, "Acme")
    for person in (ada, ben):
        await works(person, "Acme", 2010, None, companyId=acme)
        await studies(person, "Lund")
    for section in ("EXPERIENCE", "EDUCATION"):
        await shows(ada, section, audience)
    request = await ada.sends(ben)
    for relation in ("COLLEAGUE", "CLASSMATE"):
        await world.execute("UPDATE connection_requests SET relation_type = $1", relation)
        facts = await told(ben, request, "sharedEmployers", "sharedSchools", "relationCorroborated")
        assert facts == {"sharedEmployers": [], "sharedSchools": [], "relationCorroborated": None}


async def test_what_the_recipient_hides_from_others_is_compared(
    ada: Person, ben: Person, world: World
) -> None:
    acme = await company(world, "Acme")
    for person in (ada, ben):
        await works(person, "Acme", 2010, None, companyId=acme)
    await shows(ben, "EXPERIENCE", "ONLY_ME")
    request = await ada.sends(ben)
    assert await fact(ben, request, "sharedEmployers") == [{"name": "Acme"}]


async def test_a_token_that_may_not_read_profiles_learns_nothing_of_careers(
    ada: Person, ben: Person, world: World
) -> None:
    acme = await company(world, "Acme")
    for person in (ada, ben):
        await works(person, "Acme", 2010, None, companyId=acme)
    request = await ada.sends(ben, **COLLEAGUE)
    blind = without(ben, OAuthScope.PROFILE_READ)
    facts = ("sharedEmployers", "relationCorroborated", "senderJoinedOn")
    assert await told(blind, request, *facts) == {
        "sharedEmployers": [],
        "relationCorroborated": None,
        "senderJoinedOn": None,
    }


async def test_a_relation_that_the_profiles_contradict_is_not_corroborated(ada: Person, ben: Person) -> None:
    await works(ada, "Acme", 2010, 2012)
    await works(ben, "Acme", 2013, None)
    request = await ada.sends(ben, **COLLEAGUE)
    assert await fact(ben, request, "relationCorroborated") is False


@pytest.mark.parametrize("relation", UNCHECKED)
async def test_of_other_relations_profiles_say_nothing(ada: Person, ben: Person, relation: str) -> None:
    for person in (ada, ben):
        await works(person, "Acme", 2010, None)
        await studies(person, "Lund")
    request = await ada.sends(ben, relationType=relation)
    assert await fact(ben, request, "relationCorroborated") is None


async def test_since_when_the_sender_follows_is_told_of_open_follows_alone(
    ada: Person, ben: Person, clock: Clock, world: World
) -> None:
    request = await ada.sends(ben, followWhilePending=False)
    assert await fact(ben, request, "followsViewerSince") is None
    clock.advance(days=1)
    await ada.does("follow", "follow { id }", targetId=ben.id)
    assert await fact(ben, request, "followsViewerSince") == after(days=1)
    assert await fact(without(ben, OAuthScope.NETWORK_READ), request, "followsViewerSince") is None
    await ada.does("updateFollow", "follow { id }", targetId=ben.id, isPrivate=True)
    assert await fact(ben, request, "followsViewerSince") is None
    await ada.does("updateFollow", "follow { id }", targetId=ben.id, isPrivate=False)
    await ben.does("updatePrivacy", "settings { id }", whoCanFollow="CONNECTIONS")
    assert await fact(ben, request, "followsViewerSince") is None


async def test_a_section_that_is_hidden_counts_as_one_that_is_empty(ada: Person, ben: Person) -> None:
    await ada.does(
        "updateProfile",
        "member { id }",
        photoUrl="https://a.test/1.png",
        location="Lund",
        industry="Research",
        summary="I.",
    )
    await works(ada, "Acme", 2010, None)
    await studies(ada, "Lund")
    await ada.does("setSkills", "member { id }", names=["Bread"])
    request = await ada.sends(ben)
    seen = [await fact(ben, request, "senderProfileCompleteness")]
    for section in WHOLE_PROFILE:
        await shows(ada, section, "ONLY_ME")
        seen.append(await fact(ben, request, "senderProfileCompleteness"))
    assert seen == [100, 87, 75, 62, 50, 37, 25, 12, 0]


@pytest.mark.parametrize("origin", sorted({*RequestOrigin} - {RequestOrigin.THIRD_PARTY}))
async def test_the_origin_is_what_the_senders_client_said(ada: Person, ben: Person, origin: str) -> None:
    request = await ada.sends(ben, origin=origin)
    assert await fact(ben, request, "origin") == origin


async def test_the_server_says_that_a_third_party_sent_it(ada: Person, ben: Person) -> None:
    third_party = ada.with_scopes(OAuthScope.REQUESTS_WRITE)
    request = await third_party.sends(ben)
    assert await fact(ben, request, "origin") == "THIRD_PARTY"


NOTE: Final = "Let us  connect!"
SPELLINGS: Final = ["let us connect!", "LET US\nCONNECT! ", "Let us connect!"]


async def send_to_many(ada: Person, newcomer: Newcomer, clock: Clock, count: int) -> list[Person]:
    """Send the same note, in different spellings, an hour apart."""
    others = [await newcomer(f"other-{number}") for number in range(count)]
    for number, other in enumerate(others):
        clock.advance(hours=1)
        await ada.sends(other, note=SPELLINGS[number % len(SPELLINGS)])
    return others


async def test_a_note_that_went_to_many_is_mass_sent(
    ada: Person, ben: Person, cleo: Person, newcomer: Newcomer, clock: Clock, policy: SetPolicy
) -> None:
    policy(mass_note_recipients=4)
    first = await ada.sends(ben, note=NOTE)
    other_note = await ada.sends(cleo, note="Let us not connect!")
    by_another = await cleo.sends(ben, note=NOTE)
    await send_to_many(ada, newcomer, clock, 2)
    assert not await fact(ben, first, "noteIsMassSent")
    last = await newcomer("last")
    late = await ada.sends(last, note=NOTE)
    clock.advance(days=30)
    assert await fact(ben, first, "noteIsMassSent")
    assert await fact(last, late, "noteIsMassSent")
    assert not await fact(cleo, other_note, "noteIsMassSent")
    assert not await fact(ben, by_another, "noteIsMassSent")


async def test_whatever_became_of_the_other_requests_they_count(
    ada: Person, ben: Person, newcomer: Newcomer, clock: Clock, policy: SetPolicy
) -> None:
    """Nobody can make a note look less common, or find out by it who blocks whom."""
    policy(mass_note_recipients=5)
    request = await ada.sends(ben, note=NOTE)
    one, two, three, four = await send_to_many(ada, newcomer, clock, 4)
    [of_one], [of_two] = await one.received(), await two.received()
    await ada.answers(of_one, "withdraw")
    await two.answers(of_two, "decline")
    await three.does("blockMember", "relationship { id }", memberId=ada.id)
    await four.does("blockMember", "relationship { id }", memberId=ben.id)
    assert await fact(ben, request, "noteIsMassSent")


@pytest.mark.parametrize(("hours", "expected"), [(7 * 24, True), (7 * 24 + 1, False)])
async def test_a_week_makes_a_note_another_one(
    ada: Person, ben: Person, cleo: Person, clock: Clock, policy: SetPolicy, hours: int, expected: bool
) -> None:
    policy(mass_note_recipients=2)
    early = await ada.sends(ben, note=NOTE)
    clock.advance(hours=hours)
    late = await ada.sends(cleo, note=NOTE)
    assert await fact(ben, early, "noteIsMassSent") is expected
    assert await fact(cleo, late, "noteIsMassSent") is expected


async def test_the_same_note_to_the_same_recipient_or_none_at_all_is_not_mass_sent(
    ada: Person, ben: Person, cleo: Person, clock: Clock, policy: SetPolicy
) -> None:
    policy(mass_note_recipients=2, withdrawn_cooldown=timedelta(0))
    first = await ada.sends(ben, note=NOTE)
    await ada.answers(first, "withdraw")
    again = await ada.sends(ben, note=NOTE)
    assert not await fact(ben, again, "noteIsMassSent")
    for other in (ben, ada):
        assert not await fact(other, await cleo.sends(other), "noteIsMassSent")


async def test_earlier_requests_are_those_the_viewer_knows_of_the_newest_first(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy
) -> None:
    policy(withdrawn_cooldown=timedelta(0), expired_cooldown=timedelta(0))
    withdrawn = await ada.sends(ben)
    await ada.answers(withdrawn, "withdraw")
    later = await ada.sends(ben)
    await ben.answers(later, "decline")
    clock.advance(days=180)
    own = await ben.sends(ada)
    await ada.answers(own, "decline")
    await ben.answers(own, "withdraw")
    request = await ada.sends(ben)
    found = await fact(ben, request, "earlierRequests")
    assert [(each["id"], each["state"], each["sender"]["handle"]) for each in found] == [
        (own, "WITHDRAWN", "ben"),
        (later, "DECLINED", "ada"),
    ]
    assert await fact(ben, later, "earlierRequests") == []


async def test_what_was_never_delivered_is_no_earlier_request(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy
) -> None:
    policy(withdrawn_cooldown=timedelta(0))
    declined = await ada.sends(ben)
    await ben.answers(declined, "decline")
    await ada.answers(declined, "withdraw")
    await ada.sends(ben)
    await ben.answers(declined, "lift")
    again = await ada.received("ALL") + await ben.received("AWAITING_ANSWER")
    assert len(again) == 1
    assert [each["id"] for each in await fact(ben, again[0], "earlierRequests")] == [declined]


async def test_earlier_requests_are_told_about_as_any_other(
    ada: Person, ben: Person, clock: Clock, policy: SetPolicy
) -> None:
    policy(expired_cooldown=timedelta(0))
    await ada.sends(ben, origin="SEARCH")
    clock.advance(days=180)
    own = await ben.sends(ada)
    await ada.answers(own, "decline")
    await ben.answers(own, "withdraw")
    request = await ada.sends(ben)
    query = """
        query($id: ID!) { node(id: $id) { ... on ConnectionRequest {
          vetting { earlierRequests { ignored declineKind vetting { origin } } }
        } } }
    """
    assert (await ben.ask(query, id=request)).data["node"]["vetting"]["earlierRequests"] == [
        {"ignored": None, "declineKind": None, "vetting": None},
        {"ignored": False, "declineKind": None, "vetting": {"origin": "SEARCH"}},
    ]


MAKE_EARLIER: Final = """
    INSERT INTO connection_requests (sender_id, recipient_id, state, sender_state, closed_at,
        sender_closed_at, sent_at, expires_at)
    SELECT $1, $2, $5, $5, $3, $3, $3::timestamptz - interval '1 day' * number, $3
    FROM generate_series(1, $4) AS number
"""


async def test_no_more_than_ten_earlier_requests_are_told(ada: Person, ben: Person, world: World) -> None:
    """The last ten that the viewer knows of, whatever else there was."""
    long_ago = START - timedelta(days=100)
    await world.execute(MAKE_EARLIER, ada.number, ben.number, long_ago, 8, "EXPIRED")
    await world.execute(MAKE_EARLIER, ben.number, ada.number, long_ago, 4, "EXPIRED")
    await world.execute(MAKE_EARLIER, ada.number, ben.number, long_ago, 20, "WITHDRAWN")
    request = await ada.sends(ben)
    found = await fact(ben, request, "earlierRequests")
    assert [each["sender"]["handle"] for each in found] == ["ben"] * 4 + ["ada"] * 6


MAKE_FIFTY: Final = """
    WITH friends AS (
        INSERT INTO members (handle, given_name, family_name)
        SELECT 'friend-' || number, 'Friend', 'Tester' FROM generate_series(1, 50) AS number RETURNING id
    ), broker AS (
        INSERT INTO members (handle, given_name, family_name) VALUES ('broker', 'Broker', 'T') RETURNING id
    ), neighbours AS (
        INSERT INTO adjacency (member_id, ids)
        SELECT member_id, ARRAY[broker.id]
        FROM (SELECT id FROM friends UNION ALL SELECT $1::int) AS people (member_id), broker
    ), employer AS (
        INSERT INTO companies (handle, name) VALUES ('acme', 'Acme') RETURNING id
    ), positions AS (
        INSERT INTO positions (member_id, title, company_name, company_id, started_on)
        SELECT member_id, 'x', 'Acme', employer.id, '2010-01-01'
        FROM (SELECT id FROM friends UNION ALL SELECT $1::int) AS people (member_id), employer
    ), educations AS (
        INSERT INTO educations (member_id, school) SELECT id, 'Lund' FROM friends UNION ALL SELECT $1, 'Lund'
    ), follows AS (
        INSERT INTO follows (follower_id, followee_id) SELECT id, $1 FROM friends
    )
    INSERT INTO connection_requests (sender_id, recipient_id, relation_type, note, state, sender_state,
        closed_at, sender_closed_at, sent_at, expires_at)
    SELECT id, $1, (ARRAY['COLLEAGUE', 'CLASSMATE'])[1 + id % 2], 'Hello', state, state, closed_at, closed_at,
        sent_at, '2030-06-30T12:00Z'
    FROM friends, (VALUES
        ('EXPIRED', '2029-06-30T12:00Z'::timestamptz, '2029-01-01T12:00Z'::timestamptz),
        ('PENDING', NULL, '2029-12-31T12:00Z')
    ) AS history (state, closed_at, sent_at)
"""
MOST_STATEMENTS: Final = 12
PAGE: Final = """
    query($first: Int) {
      viewer { receivedRequests(first: $first) { nodes { relationType vetting { %s } } } }
    }
"""


async def page_of(ben: Person, size: int, *facts: str) -> tuple[list[Json], list[str]]:
    """The requests of a page, and the statements that they cost."""
    query = PAGE % " ".join(FACTS[name] for name in facts)
    async with counted(ben.api.deployment.pool) as statements:
        answer = await ben.ask(query, first=size)
    return answer.data["viewer"]["receivedRequests"]["nodes"], statements


async def test_a_page_of_fifty_costs_no_more_statements_than_a_page_of_two(
    api: Api, ben: Person, world: World, clock: Clock
) -> None:
    """Two, of which one claims to be a colleague and the other a classmate."""
    await world.execute(MAKE_FIFTY, ben.number)
    sent = []
    for size in (2, 50):
        nodes, statements = await page_of(ben, size, *FACTS)
        assert len(nodes) == size
        assert {node["relationType"] for node in nodes} == {"COLLEAGUE", "CLASSMATE"}
        for node in nodes:
            facts = node["vetting"]
            assert (facts["sharedEmployers"], facts["sharedSchools"]) == ([{"name": "Acme"}], ["Lund"])
            assert facts["relationCorroborated"] is True
            assert facts["mutualConnections"] == {"totalCount": 1, "nodes": [{"handle": "broker"}]}
            assert [each["state"] for each in facts["earlierRequests"]] == ["EXPIRED"]
        sent.append(statements)
    # Which of them are asked for together depends on which answers come first.
    assert all(len(each) <= MOST_STATEMENTS for each in sent), sent


@pytest.mark.parametrize(
    ("name", "cost"),
    [
        ("origin", 0),
        ("senderJoinedOn", 0),
        ("noteIsMassSent", 1),
        ("earlierRequests", 1),
        ("senderProfileCompleteness", 1),
        ("sharedSchools", 1),
        ("sharedEmployers", 2),
        ("relationCorroborated", 2),
        ("followsViewerSince", 1),
        ("degree", 1),
        ("mutualConnections", 1),
    ],
)
async def test_what_nobody_asked_for_is_not_read(
    ben: Person, world: World, clock: Clock, name: str, cost: int
) -> None:
    """Beside the list and the senders."""
    await world.execute(MAKE_FIFTY, ben.number)
    nodes, statements = await page_of(ben, 50, name)
    assert len(nodes) == 50
    assert len(statements) == 2 + cost, statements
