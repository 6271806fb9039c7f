"""Who sees which section: every viewer, audience and section against the matrix, written out again."""

from dataclasses import dataclass
from itertools import product

import pytest

from rules.audiences import DEFAULT_AUDIENCES, Audience, ProfileSection
from tests.clients import Api, Json
from tests.world import World

SECTIONS = {
    ProfileSection.FAMILY_NAME: "familyName",
    ProfileSection.PHOTO: "photoUrl",
    ProfileSection.HEADLINE: "headline",
    ProfileSection.INDUSTRY: "careerLevel",
    ProfileSection.SUMMARY: "summary",
    ProfileSection.EXPERIENCE: "experience",
    ProfileSection.EDUCATION: "education",
    ProfileSection.SKILLS: "skills",
    ProfileSection.ACCOMPLISHMENTS: "accomplishments",
    ProfileSection.LOCATION: "location",
    ProfileSection.CONNECTION_COUNT: "connectionCount",
    ProfileSection.EMAIL: "email",
    ProfileSection.PHONE: "phone",
    ProfileSection.WEBSITES: "websites",
}
CONTACT = {"email", "phone", "websites"}
FULL = {
    "photo_url": "https://a.test/ada.png",
    "career_level": "EXECUTIVE",
    "summary": "About Ada",
    "location": "Lund",
    "industry": "Research",
    "contact_email": "ada@a.test",
    "phone": "+46 1",
}
MEMBER = """
    query {
      member(handle: "ada") {
        familyName photoUrl headline careerLevel industry summary location
        connectionCount connectionCountLabel
        experience { title } education { school } skills { name } languages accomplishments
        contactInfo { email phone websites preferredChannel }
        displayName joinedOn version isViewer
        connections { totalCount nodes { handle } }
        hiddenSections { section reason openedBy }
      }
    }
"""
SEES = {
    "owner": set(Audience),
    "member": {Audience.PUBLIC, Audience.MEMBERS},
    "anonymous": {Audience.PUBLIC},
    "token without PROFILE_READ": {Audience.PUBLIC},
}

AUDIENCES = sorted(set(Audience) - {Audience.GROUP})


@dataclass
class Cast:
    """The owner of a profile and somebody else."""

    ada: int
    bob: int

    async def looks(self, api: Api, viewer: str) -> Json:
        """The profile of Ada in the eyes of the viewer."""
        bare = frozenset({"NETWORK_READ"})
        asking: Json = {
            "owner": {"member": self.ada},
            "member": {"member": self.bob},
            "anonymous": {},
            "token without PROFILE_READ": {"member": self.ada, "scopes": bare},
        }[viewer]
        answer = await api.ask(MEMBER, **asking)
        return answer.data["member"]


@pytest.fixture
async def cast(world: World) -> Cast:
    return Cast(await world.member("ada", FULL), await world.member("bob"))


def shown(member: Json) -> set[ProfileSection]:
    """The sections that are not null."""
    values = member | member["contactInfo"]
    return {section for section, name in SECTIONS.items() if values[name] is not None}


@pytest.mark.parametrize(("viewer", "audience"), list(product(SEES, AUDIENCES)))
async def test_each_section_follows_its_audience(
    api: Api, world: World, cast: Cast, viewer: str, audience: Audience
) -> None:
    await world.execute(
        "UPDATE members SET audiences = $1", {section.value: audience for section in SECTIONS}
    )
    member = await cast.looks(api, viewer)
    assert shown(member) == (set(SECTIONS) if audience in SEES[viewer] else set())


@pytest.mark.parametrize("viewer", SEES)
async def test_defaults_are_those_of_the_matrix(api: Api, cast: Cast, viewer: str) -> None:
    everybody = {ProfileSection.PHOTO, ProfileSection.HEADLINE}
    closed_to_members = {ProfileSection.FAMILY_NAME, ProfileSection.EMAIL, ProfileSection.PHONE}
    expected = {"owner": set(SECTIONS), "member": set(SECTIONS) - closed_to_members}.get(viewer, everybody)
    assert shown(await cast.looks(api, viewer)) == expected


@pytest.mark.parametrize("viewer", SEES)
async def test_hidden_sections_name_exactly_what_is_null(api: Api, cast: Cast, viewer: str) -> None:
    member = await cast.looks(api, viewer)
    hidden = {each["section"] for each in member["hiddenSections"]}
    assert hidden & set(SECTIONS) == set(SECTIONS) - shown(member)
    assert (ProfileSection.CONNECTIONS_LIST in hidden) == (member["connections"] is None)


async def test_the_reason_and_the_action_that_opens_are_told(api: Api, world: World, cast: Cast) -> None:
    member = await cast.looks(api, "member")
    told = {each["section"]: (each["reason"], each["openedBy"]) for each in member["hiddenSections"]}
    assert told["EMAIL"] == ("DEGREE_TOO_FAR", "CONNECT")
    assert told["MILESTONES"] == ("NOT_FOLLOWING", "FOLLOW")
    assert told["PHONE"] == ("AUDIENCE_SETTING", None)
    anonymous = await cast.looks(api, "anonymous")
    assert {each["reason"] for each in anonymous["hiddenSections"]} == {"NOT_SIGNED_IN"}
    bare = await cast.looks(api, "token without PROFILE_READ")
    assert {each["reason"] for each in bare["hiddenSections"]} == {"SCOPE_MISSING"}


async def test_a_masked_family_name_shows_its_initial(api: Api, cast: Cast) -> None:
    assert (await cast.looks(api, "owner"))["displayName"] == "Ada Tester"
    assert (await cast.looks(api, "anonymous"))["displayName"] == "Ada T."


async def test_the_version_and_the_list_are_the_owners(api: Api, world: World, cast: Cast) -> None:
    await world.connect(cast.ada, cast.bob)
    own, other = await cast.looks(api, "owner"), await cast.looks(api, "member")
    assert own["connections"] == {"totalCount": 1, "nodes": [{"handle": "bob"}]}
    assert (own["version"], other["version"], other["connections"]) == (1, None, None)


@pytest.mark.parametrize(
    ("count", "own", "others", "label"), [(499, 499, 499, "499"), (700, 700, 500, "500+")]
)
async def test_others_see_a_count_up_to_the_display_cap(
    api: Api, world: World, cast: Cast, count: int, own: int, others: int, label: str
) -> None:
    await world.execute("UPDATE members SET connection_count = $1", count)
    seen = [await cast.looks(api, viewer) for viewer in ("owner", "member")]
    assert [member["connectionCount"] for member in seen] == [own, others]
    assert {member["connectionCountLabel"] for member in seen} == {label}


async def test_a_closed_account_is_as_if_it_never_was(api: Api, world: World, cast: Cast) -> None:
    await world.execute("UPDATE members SET closed_at = now() WHERE id = $1", cast.ada)
    assert (await api.ask(MEMBER, member=cast.bob)).data == {"member": None}
    assert (await api.ask("{ viewer { id } }", member=cast.ada)).data == {"viewer": None}


async def test_every_section_with_an_audience_has_a_default(cast: Cast) -> None:
    lists = {ProfileSection.CONNECTIONS_LIST, ProfileSection.MUTUAL_CONNECTIONS}
    assert set(DEFAULT_AUDIENCES) == set(ProfileSection) - lists
