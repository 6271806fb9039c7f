"""Who sees which section of one profile, rule by rule; `tests.visibility` compares whole networks."""

from dataclasses import dataclass
from itertools import product

import pytest

from auth.closing import close
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
    ProfileSection.FOLLOWER_COUNT: "followerCount",
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
        connectionCount connectionCountLabel followerCount
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
    "connection": set(Audience) - {Audience.ONLY_ME},
    "second degree": {Audience.PUBLIC, Audience.MEMBERS, Audience.NETWORK},
    "follower": {Audience.PUBLIC, Audience.MEMBERS, Audience.FOLLOWERS},
    "member": {Audience.PUBLIC, Audience.MEMBERS},
    "anonymous": {Audience.PUBLIC},
    "token without PROFILE_READ": {Audience.PUBLIC},
}

FOLLOW = "INSERT INTO follows (follower_id, followee_id) VALUES ($1, $2)"
BLOCK = (
    "INSERT INTO blocks (blocker_id, blocked_id, handle, display_name) VALUES ($1, $2, 'then', 'Known Then')"
)
CHOOSE = "UPDATE members SET audiences = $1 WHERE handle = 'ada'"
AUDIENCES = sorted(set(Audience) - {Audience.GROUP})


@dataclass
class Cast:
    """Ada, the owner; Cara, connected to her and to Dan; Eve, who follows Ada; and Bob, a stranger."""

    ada: int
    bob: int
    cara: int
    dan: int
    eve: int

    async def looks(self, api: Api, viewer: str) -> Json:
        """The profile of Ada in the eyes of the viewer."""
        bare = frozenset({"NETWORK_READ"})
        asking: Json = {
            "owner": {"member": self.ada},
            "connection": {"member": self.cara},
            "second degree": {"member": self.dan},
            "follower": {"member": self.eve},
            "member": {"member": self.bob},
            "anonymous": {},
            "token without PROFILE_READ": {"member": self.ada, "scopes": bare},
        }[viewer]
        answer = await api.ask(MEMBER, **asking)
        return answer.data["member"]


@pytest.fixture
async def cast(world: World) -> Cast:
    ada = await world.member("ada", FULL)
    cast = Cast(ada, *[await world.member(handle) for handle in ("bob", "cara", "dan", "eve")])
    await world.connect(cast.ada, cast.cara)
    await world.connect(cast.cara, cast.dan)
    await world.execute(FOLLOW, cast.eve, cast.ada)
    return cast


def shown(member: Json) -> set[ProfileSection]:
    """The sections that are not null."""
    values = member | member["contactInfo"]
    return {section for section, name in SECTIONS.items() if values[name] is not None}


async def hidden(api: Api, cast: Cast, viewer: str) -> dict[str, tuple[str, str | None]]:
    """The hidden sections, why, and what opens them."""
    sections = (await cast.looks(api, viewer))["hiddenSections"]
    return {each["section"]: (each["reason"], each["openedBy"]) for each in sections}


@pytest.mark.parametrize(("viewer", "audience"), list(product(SEES, AUDIENCES)))
async def test_each_section_follows_its_audience(
    api: Api, world: World, cast: Cast, viewer: str, audience: Audience
) -> None:
    await world.execute(CHOOSE, {section.value: audience for section in SECTIONS})
    member = await cast.looks(api, viewer)
    assert shown(member) == (set(SECTIONS) if audience in SEES[viewer] else set())


@pytest.mark.parametrize("viewer", SEES)
async def test_defaults_are_those_of_the_matrix(api: Api, cast: Cast, viewer: str) -> None:
    everybody = {ProfileSection.PHOTO, ProfileSection.HEADLINE, ProfileSection.FOLLOWER_COUNT}
    closed = {
        "owner": set[ProfileSection](),
        "connection": {ProfileSection.PHONE},
        "second degree": {ProfileSection.PHONE, ProfileSection.EMAIL},
        "follower": {ProfileSection.PHONE, ProfileSection.EMAIL, ProfileSection.FAMILY_NAME},
        "member": {ProfileSection.PHONE, ProfileSection.EMAIL, ProfileSection.FAMILY_NAME},
    }.get(viewer, set(SECTIONS) - everybody)
    assert shown(await cast.looks(api, viewer)) == set(SECTIONS) - closed


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


async def test_a_connection_is_never_told_to_connect_or_to_follow(api: Api, world: World, cast: Cast) -> None:
    for audience in AUDIENCES:
        await world.execute(CHOOSE, {section.value: audience for section in DEFAULT_AUDIENCES})
        hidden = (await cast.looks(api, "connection"))["hiddenSections"]
        assert {(each["reason"], each["openedBy"]) for each in hidden} <= {("AUDIENCE_SETTING", None)}


async def test_who_may_not_follow_is_told_to_connect(api: Api, world: World, cast: Cast) -> None:
    await world.execute(CHOOSE, {"SUMMARY": "FOLLOWERS"})
    assert "SUMMARY" not in await hidden(api, cast, "follower")
    assert (await hidden(api, cast, "member"))["SUMMARY"] == ("NOT_FOLLOWING", "FOLLOW")
    await world.execute("UPDATE members SET who_can_follow = 'CONNECTIONS'")
    assert (await hidden(api, cast, "follower"))["SUMMARY"] == ("DEGREE_TOO_FAR", "CONNECT")


async def test_nobody_is_second_degree_through_who_hides_the_list_from_everybody(
    api: Api, world: World, cast: Cast
) -> None:
    assert (await cast.looks(api, "second degree"))["familyName"] == "Tester"
    await world.execute("UPDATE members SET connections_visibility = 'NOBODY' WHERE id = $1", cast.cara)
    assert (await cast.looks(api, "second degree"))["familyName"] is None
    broker = await world.member("broker")
    await world.connect(broker, cast.ada)
    await world.connect(broker, cast.dan)
    assert (await cast.looks(api, "second degree"))["familyName"] == "Tester"


@pytest.mark.parametrize("blocks_ada", [True, False])
async def test_across_a_block_there_is_no_member(
    api: Api, world: World, cast: Cast, blocks_ada: bool
) -> None:
    await world.execute(BLOCK, *((cast.bob, cast.ada) if blocks_ada else (cast.ada, cast.bob)))
    for scopes in (None, frozenset[str](), frozenset({"PROFILE_READ"})):
        assert (await api.ask(MEMBER, member=cast.bob, scopes=scopes)).data == {"member": None}
    assert (await cast.looks(api, "anonymous"))["headline"]


@pytest.mark.parametrize("blocks_bob", [True, False])
async def test_counts_leave_out_who_does_not_exist_for_the_viewer(
    api: Api, world: World, cast: Cast, blocks_bob: bool
) -> None:
    blocked = (cast.cara, cast.eve)
    for other in blocked:
        await world.execute(BLOCK, *((other, cast.bob) if blocks_bob else (cast.bob, other)))
    member, owner = await cast.looks(api, "member"), await cast.looks(api, "owner")
    assert [(each["connectionCount"], each["followerCount"]) for each in (member, owner)] == [(0, 0), (1, 1)]


async def test_suspended_follows_do_not_count(api: Api, world: World, cast: Cast) -> None:
    await world.execute(FOLLOW, cast.cara, cast.ada)
    assert (await cast.looks(api, "anonymous"))["followerCount"] == 2
    await world.execute("UPDATE members SET who_can_follow = 'CONNECTIONS'")
    assert (await cast.looks(api, "anonymous"))["followerCount"] == 1


FACE = (
    "{ viewer { blockedMembers { totalCount nodes { " + MEMBER.split("{", 2)[2].rsplit("}", 2)[0] + " } } } }"
)


async def test_the_face_of_a_blocked_member_tells_nothing_but_its_names(
    api: Api, world: World, cast: Cast
) -> None:
    await world.execute(BLOCK, cast.bob, cast.ada)
    before = (await api.ask(FACE, member=cast.bob)).data
    await world.execute(BLOCK, cast.ada, cast.bob)
    async with world.connection() as connection, connection.transaction():
        await close(connection, cast.ada)
    assert (await api.ask(FACE, member=cast.bob)).data == before
    [face] = before["viewer"]["blockedMembers"]["nodes"]
    told = {name: value for name, value in face.items() if value is not None}
    assert {each["reason"] for each in told.pop("hiddenSections")} == {"BLOCKED_BY_VIEWER"}
    assert told == {"displayName": "Known Then", "isViewer": False}


async def test_a_masked_family_name_shows_its_initial(api: Api, cast: Cast) -> None:
    assert (await cast.looks(api, "owner"))["displayName"] == "Ada Tester"
    assert (await cast.looks(api, "anonymous"))["displayName"] == "Ada T."


async def test_the_version_is_the_owners(api: Api, cast: Cast) -> None:
    assert [(await cast.looks(api, viewer))["version"] for viewer in ("owner", "connection")] == [1, None]


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
    assert (await api.ask("{ viewer { member { id } } }", member=cast.ada)).codes == ["UNAUTHENTICATED"]


async def test_every_section_with_an_audience_has_a_default(cast: Cast) -> None:
    lists = {ProfileSection.CONNECTIONS_LIST, ProfileSection.MUTUAL_CONNECTIONS}
    assert set(DEFAULT_AUDIENCES) == set(ProfileSection) - lists
