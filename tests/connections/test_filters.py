"""Lists of connections in parts: what keeps a member in a list, and what may not."""

from datetime import UTC, datetime, timedelta

import pytest

from rules import ids
from tests.clients import Answer, Api, Json
from tests.clocks import Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.messages.talk import writes
from tests.statements import counted
from tests.tags.labels import tag
from tests.world import World

PAGE = "totalCount nodes { handle } edges { connection { tags { name } } } pageInfo { hasNextPage endCursor }"
OWN = f"""
    query($filter: NetworkFilter, $orderBy: NetworkOrder! = OLDEST, $first: Int, $after: String) {{
      viewer {{ connections(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {{ {PAGE} }} }}
    }}
"""
OTHERS = f"""
    query($id: ID!, $filter: NetworkFilter, $orderBy: NetworkOrder! = OLDEST) {{
      member(id: $id) {{ connections(filter: $filter, orderBy: $orderBy) {{ {PAGE} }} }}
    }}
"""
MANY = """
    query($ids: [ID!]!, $filter: NetworkFilter, $orderBy: NetworkOrder! = OLDEST) {
      nodes(ids: $ids) {
        ... on Member { connections(filter: $filter, orderBy: $orderBy) { totalCount nodes { handle } } }
      }
    }
"""
SET = "UPDATE members SET {column} = $2 WHERE id = $1"
SINCE = "UPDATE connections SET connected_at = $1 WHERE $2 IN (member_id, other_id)"
WORKS = "INSERT INTO positions (member_id, title, company_name) VALUES ($1, 'Smith', $2)"
COMPANY = "INSERT INTO companies (handle, name) VALUES ($1, $2) RETURNING id"
START = datetime(2026, 1, 1, tzinfo=UTC)


async def friends_of(hub: Person, newcomer: Newcomer, *handles: str) -> list[Person]:
    """Connections, each since a day later than the one before."""
    found = []
    for day, handle in enumerate(handles):
        friend = await newcomer(handle)
        await hub.world.connect(hub.number, friend.number)
        await hub.world.execute(SINCE, START + timedelta(days=day), friend.number)
        found.append(friend)
    return found


async def says(person: Person, **columns: Json) -> None:
    """The person's profile has these columns."""
    for column, value in columns.items():
        await person.world.execute(SET.format(column=column), person.number, value)


async def hides(person: Person, section: str) -> None:
    """The section is for its owner alone."""
    await says(person, audiences={section: "ONLY_ME"})


async def kept(viewer: Person, owner: Person | None = None, **filter: Json) -> list[str]:
    """The handles that a filter keeps of the viewer's list or of an owner's, as many as it counts."""
    document, given = (OTHERS, {"id": owner.id}) if owner else (OWN, {})
    data = (await viewer.ask(document, filter=filter, **given)).data
    page = (data["member"] if owner else data["viewer"])["connections"]
    handles = [node["handle"] for node in page["nodes"]]
    assert page["totalCount"] == len(handles)
    return handles


@pytest.mark.parametrize(
    ("query", "handles"),
    [
        ("IDA T", ["ida"]),
        ("tester", ["ida", "jon"]),
        ("smithy", ["jon"]),
        ("pebble", ["ida"]),
        (" jon ", ["jon"]),
        ("headline of", ["ida"]),
        ("100%", []),
        ("_", []),
        (" ", ["ida", "jon"]),
    ],
)
async def test_a_query_finds_names_headlines_and_companies(
    ada: Person, newcomer: Newcomer, query: str, handles: list[str]
) -> None:
    ida, jon = await friends_of(ada, newcomer, "ida", "jon")
    await says(jon, headline="Runs a smithy")
    await ada.world.execute(WORKS, ida.number, "Pebble & Vine")
    assert await kept(ada, query=query) == handles


@pytest.mark.parametrize(
    ("section", "filter"),
    [
        ("HEADLINE", {"query": "headline of ida"}),
        ("FAMILY_NAME", {"query": "ester"}),
        ("EXPERIENCE", {"query": "pebble"}),
        ("EXPERIENCE", {"companyIds": [ids.encode("CO", 1)]}),
        ("INDUSTRY", {"industries": ["research"]}),
        ("LOCATION", {"locations": ["LUND"]}),
    ],
)
async def test_what_is_hidden_never_matches(
    ada: Person, ben: Person, newcomer: Newcomer, section: str, filter: Json
) -> None:
    """Ida hides it, Jon does not; Ben looks at Ada's list, and Ida at her own place in it."""
    ida, jon = await friends_of(ada, newcomer, "ida", "jon")
    await ada.world.connect(ada.number, ben.number)
    assert await ada.world.value(COMPANY, "pebble", "PEBBLE") == 1
    for person in (ida, jon):
        await says(person, headline="Headline of Ida", industry="Research", location="Lund")
        await ada.world.execute(WORKS, person.number, "Pebble")
    for viewer, owner in ((ada, None), (ben, ada)):
        assert {"ida", "jon"} <= {*await kept(viewer, owner, **filter)}
    await hides(ida, section)
    for viewer, owner in ((ada, None), (ben, ada), (ida, ada)):
        assert ("ida" in await kept(viewer, owner, **filter)) == (viewer is ida)
        assert "jon" in await kept(viewer, owner, **filter)


async def test_a_name_that_is_cut_is_found_as_it_is_shown(ada: Person, newcomer: Newcomer) -> None:
    [ida] = await friends_of(ada, newcomer, "ida")
    await hides(ida, "FAMILY_NAME")
    assert await kept(ada, query="ida t.") == ["ida"]


async def test_each_part_takes_any_of_its_choices_and_all_parts_hold(ada: Person, newcomer: Newcomer) -> None:
    for number, person in enumerate(await friends_of(ada, newcomer, "ida", "jon", "kim")):
        await says(
            person, industry=("Steel", "Wood", "Wool")[number], location=("Lund", "Lund", "Malmö")[number]
        )
    assert await kept(ada, industries=["steel", "WOOL"]) == ["ida", "kim"]
    assert await kept(ada, industries=["steel", "wool"], locations=["lund"]) == ["ida"]
    assert await kept(ada, industries=["stee"]) == []
    assert await kept(ada, industries=[]) == []
    assert await kept(ada, industries=None, locations=["Malmö"]) == ["kim"]


async def test_tags_keep_their_connections(ada: Person, ben: Person, newcomer: Newcomer) -> None:
    ida, jon, _ = await friends_of(ada, newcomer, "ida", "jon", "kim")
    first, second = await tag(ada, "first"), await tag(ada, "second")
    await ada.does("tagConnections", memberIds=[ida.id], addTagIds=[first, second])
    await ada.does("tagConnections", memberIds=[jon.id], addTagIds=[second])
    for tags, handles in [([first], ["ida"]), ([first, second], ["ida", "jon"]), ([], []), (["x"], [])]:
        assert await kept(ada, tagIds=tags) == handles
    await ada.world.connect(ben.number, ida.number)
    assert await kept(ben, tagIds=[first]) == []


async def test_relation_types_are_those_of_the_requests(ada: Person, newcomer: Newcomer) -> None:
    for handle, kind in (("ida", "CLIENT"), ("jon", "MENTOR")):
        await ada.answers(await (await newcomer(handle)).sends(ada, relationType=kind), "accept")
    kim = await newcomer("kim")
    await kim.answers(await ada.sends(kim, relationType="FRIEND"), "accept")
    assert await kept(ada, relationTypes=["FRIEND"]) == ["kim"]
    assert {*await kept(ada, relationTypes=["CLIENT", "MENTOR"])} == {"ida", "jon"}


async def test_instants_keep_who_came_later_or_was_silent_since(
    ada: Person, newcomer: Newcomer, clock: Clock
) -> None:
    ida, jon, _ = await friends_of(ada, newcomer, "ida", "jon", "kim")
    for person in (ida, jon):
        clock.advance(days=1)
        await writes(ada, person)
    assert await kept(ada, connectedAfter="2026-01-02T00:00:00Z") == ["kim"]
    assert await kept(ada, inactiveSince="2026-01-03T00:00:00Z") == []
    assert await kept(ada, inactiveSince="2026-01-03T00:00:01Z") == ["kim"]
    assert await kept(ada, inactiveSince="2030-01-03T00:00:00Z") == ["ida", "kim"]


PRIVATE: list[Json] = [
    {"filter": {"tagIds": []}},
    {"filter": {"relationTypes": ["CLIENT"]}},
    {"filter": {"connectedAfter": "2026-01-02T00:00:00Z"}},
    {"filter": {"inactiveSince": "2026-01-02T00:00:00Z"}},
    {"orderBy": "LAST_INTERACTION"},
]


@pytest.mark.parametrize("given", PRIVATE)
async def test_what_only_the_two_know_filters_ones_own_list_alone(
    ada: Person, ben: Person, cleo: Person, given: Json
) -> None:
    await ada.world.connect(ada.number, ben.number)
    assert (await ben.ask(OTHERS, id=ada.id, **given)).codes == ["BAD_USER_INPUT"]
    assert (await ada.ask(OTHERS, id=ada.id, **given)).data["member"]["connections"]["nodes"] is not None
    assert (await cleo.ask(OTHERS, id=ada.id, **given)).data == {"member": {"connections": None}}


@pytest.mark.parametrize(
    "filter",
    [
        {"query": "x" * 101},
        {"query": "x\0"},
        {"industries": ["x"] * 101},
        {"locations": ["x", "\0"]},
        {"companyIds": ["x"] * 101},
    ],
)
async def test_a_filter_has_bounds(ada: Person, filter: Json) -> None:
    assert (await ada.ask(OWN, filter=filter)).codes == ["BAD_USER_INPUT"]


async def test_a_cursor_fits_the_filter_and_the_order_that_it_came_from(
    ada: Person, newcomer: Newcomer
) -> None:
    await friends_of(ada, newcomer, "ida", "jon", "kim")

    async def ask(**given: Json) -> Answer:
        return await ada.ask(OWN, **{"first": 1, "filter": {"query": "tester"}, **given})

    after = (await ask()).data["viewer"]["connections"]["pageInfo"]["endCursor"]
    assert (await ask(after=after)).data["viewer"]["connections"]["nodes"] == [{"handle": "jon"}]
    others: list[Json] = [{"filter": {"query": "teste"}}, {"filter": None}, {"orderBy": "NEWEST"}]
    for given in [*others, {"orderBy": "NAME"}, {"orderBy": "LAST_INTERACTION"}]:
        assert (await ask(after=after, **given)).codes == ["INVALID_CURSOR"]


async def test_an_empty_filter_keeps_the_list_as_it_is(ada: Person, newcomer: Newcomer) -> None:
    await friends_of(ada, newcomer, "ida", "jon")
    whole = await ada.ask(OWN, orderBy="NEWEST", first=1)
    assert await ada.ask(OWN, orderBy="NEWEST", first=1, filter={}) == whole
    after = whole.data["viewer"]["connections"]["pageInfo"]["endCursor"]
    rest = await ada.ask(OWN, orderBy="NEWEST", filter={"query": None}, after=after)
    assert rest.data["viewer"]["connections"]["nodes"] == [{"handle": "ida"}]


@pytest.mark.parametrize("filter", [{}, {"query": "tester", "industries": ["research"]}])
@pytest.mark.parametrize("order", ["NEWEST", "NAME"])
async def test_fifty_lists_cost_as_many_statements_as_one(
    api: Api, world: World, order: str, filter: Json
) -> None:
    hub = await world.member("hub", {"industry": "Research"})
    owners = [await world.member(f"owner-{number}") for number in range(50)]
    for owner in owners:
        await world.connect(hub, owner)
    sent = []
    for count in (1, 50):
        given = {
            "ids": [ids.encode("M", owner) for owner in owners[:count]],
            "filter": filter,
            "orderBy": order,
        }
        async with counted(api.deployment.pool) as statements:
            data = (await api.ask(MANY, given, member=hub)).data
        assert data["nodes"] == [{"connections": {"totalCount": 1, "nodes": [{"handle": "hub"}]}}] * count
        sent.append(statements)
    assert len(sent[0]) == len(sent[1]) == (3 if filter else 2), sent
