"""Nobody is found by what the viewer does not see of them, and some are not found at all."""

import pytest

from auth.closing import close
from auth.visibility import OPEN_TO, Standing
from rules.audiences import DEFAULT_AUDIENCES, Audience, ProfileSection
from tests.clients import Api, Json
from tests.search.asking import EDUCATION, SEARCH, SKILL, Searching, works
from tests.world import World

WAYS: dict[ProfileSection, list[dict[str, Json]]] = {
    ProfileSection.FAMILY_NAME: [
        {"query": "tester"},
        {"query": "ben tester"},
        {"query": "t"},
        {"query": "testre"},
    ],
    ProfileSection.HEADLINE: [{"query": "headline"}, {"query": "haedline"}],
    ProfileSection.EXPERIENCE: [{"query": "oven"}, {"query": "acme"}, {"filter": {"companyIds": ["CO_MQ"]}}],
    ProfileSection.SKILLS: [
        {"query": "juggling"},
        {"filter": {"skills": ["Juggling"]}},
        {"filter": {"languages": ["Swedish"]}},
    ],
    ProfileSection.EDUCATION: [{"filter": {"schools": ["Academy"]}}],
    ProfileSection.INDUSTRY: [{"filter": {"industries": ["Baking"]}}],
    ProfileSection.LOCATION: [{"filter": {"locations": ["Lund"]}}],
}
"""Searches for what each section holds."""
OPEN_TO_MEMBERS = {
    audience for audience, to in OPEN_TO.items() if {Standing.ANYBODY, Standing.MEMBER} & {*to}
}
CASES = [(section, way) for section, ways in WAYS.items() for way in ways]


@pytest.fixture
async def ben(world: World) -> int:
    """Somebody with something in every section that is searched."""
    columns = {"industry": "Baking", "location": "Lund", "languages": ["Swedish"]}
    ben = await world.member("ben", columns)
    await world.execute("INSERT INTO companies (handle, name) VALUES ('acme', 'Acme')")
    await works(world, ben, "ACME", "Oven operator")
    await world.execute(EDUCATION, ben, "Academy")
    await world.execute(SKILL, ben, "Juggling")
    return ben


@pytest.fixture
async def nobody(ada: Searching, world: World) -> None:
    """The searcher has no name and headline to be found by."""
    await world.execute("UPDATE members SET headline = NULL, family_name = 'X' WHERE id = $1", ada.member)


async def open_to(world: World, member: int, section: ProfileSection, audience: Audience) -> None:
    update = "UPDATE members SET audiences = jsonb_build_object($2::text, $3::text) WHERE id = $1"
    await world.execute(update, member, section.value, audience.value)


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize(("section", "way"), CASES)
async def test_who_sees_a_section_finds_by_it(
    ada: Searching, world: World, ben: int, section: ProfileSection, way: dict[str, Json]
) -> None:
    """At every audience, as a stranger and as a connection."""
    for audience in Audience:
        await open_to(world, ben, section, audience)
        found = ["ben"] if audience in OPEN_TO_MEMBERS else []
        assert await ada.found(**way) == found, audience
    await world.connect(ada.member, ben)
    for audience in Audience:
        await open_to(world, ben, section, audience)
        found = [] if audience in (Audience.ONLY_ME, Audience.GROUP) else ["ben"]
        assert await ada.found(**way) == found, audience


@pytest.mark.parametrize("section", WAYS)
@pytest.mark.parametrize("audience", [None, *Audience])
async def test_documents_know_what_is_open_as_the_rules_do(
    world: World, ben: int, section: ProfileSection, audience: Audience | None
) -> None:
    if audience:
        await open_to(world, ben, section, audience)
    words = {
        ProfileSection.FAMILY_NAME: "tester",
        ProfileSection.HEADLINE: "headline",
        ProfileSection.EXPERIENCE: "=company:acme",
        ProfileSection.SKILLS: "=language:swedish",
        ProfileSection.EDUCATION: "=school:academy",
        ProfileSection.INDUSTRY: "=industry:baking",
        ProfileSection.LOCATION: "=location:lund",
    }
    read = "SELECT $2 = ANY (tsvector_to_array(open_words)) FROM search_documents WHERE member_id = $1"
    is_open = (audience or DEFAULT_AUDIENCES[section]) in OPEN_TO_MEMBERS
    assert await world.value(read, ben, words[section]) is is_open


@pytest.mark.parametrize("direction", [(0, 1), (1, 0)])
async def test_a_block_hides_either_way(
    ada: Searching, world: World, ben: int, direction: tuple[int, int]
) -> None:
    assert await ada.found("ben") == ["ben"]
    pair = ada.member, ben
    insert = "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'x', 'x')"
    await world.execute(insert, *(pair[place] for place in direction))
    assert await ada.found("ben") == []
    assert await ada.found() == ["ada"]


async def test_who_is_not_discoverable_is_not_found_even_by_connections(
    ada: Searching, world: World, ben: int
) -> None:
    await world.connect(ada.member, ben)
    await world.execute("UPDATE members SET discoverable = false WHERE id = $1", ben)
    assert await ada.found("ben") == []
    await world.execute("UPDATE members SET discoverable = true WHERE id = $1", ben)
    assert await ada.found("ben") == ["ben"]


async def test_a_closed_account_is_not_found(ada: Searching, world: World, ben: int) -> None:
    async with world.connection() as connection, connection.transaction():
        await close(connection, ben)
    assert await ada.found("ben") == []


@pytest.mark.usefixtures("ben")
async def test_nobody_searches_without_signing_in_or_the_scope(api: Api, ada: Searching) -> None:
    assert (await api.ask(SEARCH, {"query": "ben"})).data == {"memberSearch": None}
    assert await Searching(api, ada.member, frozenset({"NETWORK_READ"})).page("ben") is None
    assert await Searching(api, ada.member, frozenset({"PROFILE_READ"})).found("ben") == ["ben"]


async def test_a_token_without_the_network_learns_no_distance(
    api: Api, ada: Searching, world: World, ben: int
) -> None:
    await world.member("cara")
    await world.connect(ada.member, ben)
    reader = Searching(api, ada.member, frozenset({"PROFILE_READ"}))
    assert await reader.found() == ["cara", "ben", "ada"] == await reader.found(orderBy="DEGREE")
    assert await reader.found(filter={"degrees": ["FIRST"]}) == []
    assert await reader.found(filter={"connectionsOf": "M_MQ"}) == []
