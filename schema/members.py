"""A member and the sections of the profile."""

from datetime import date

import strawberry

from loaders import profiles as rows
from loaders.connections import list_columns
from loaders.members import MemberRow
from resolvers import connections, distances, follows, members, relationships
from resolvers import profiles as sections
from resolvers.nodes import id_of
from rules.audiences import ProfileAction, ProfileSection, VisibilityReason
from rules.members import ENTRIES_COUNTED
from rules.terms import CareerLevel
from schema.fields import FOLLOWABLE_KIND, entity, field, paged
from schema.interfaces import Followable, Node
from schema.network_lists import NETWORK_LIST
from schema.pages import MemberConnection
from schema.refs import CompanyRef, FollowConnectionRef, FollowRef, NetworkConnectionRef, RelationshipRef
from schema.scalars import URL


@strawberry.type(description="Which part of a profile is hidden, and why.")
class HiddenSection:
    """A part that resolves to null."""

    section: ProfileSection = field("Part of the profile.")
    reason: VisibilityReason = field("Why it is null.")
    opened_by: ProfileAction | None = field("The action that would open it, if any.")


@entity(rows.PositionRow, "A position held.")
class Position(Node):
    """An entry of the experience."""

    id: strawberry.ID = field("Global id.", column=id_of("P", "member_id", "id"))
    title: str = field("Job title.")
    company: CompanyRef | None = field(
        "Company as an object when it is known to the network.", batch=sections.employers
    )
    company_name: str = field("Company name as typed.")
    started_on: date | None = field("First day.")
    ended_on: date | None = field("Last day, null while current.")
    description: str | None = field("What the work was.")


@entity(rows.EducationRow, "A course of study.")
class Education(Node):
    """An entry of the education."""

    id: strawberry.ID = field("Global id.", column=id_of("E", "member_id", "id"))
    school: str = field("School name.")
    degree: str | None = field("Degree and field.")
    started_on: date | None = field("First day.")
    ended_on: date | None = field("Last day.")


@entity(rows.SkillRow, "A skill on a profile.")
class Skill(Node):
    """What a member says to be good at."""

    id: strawberry.ID = field("Global id.", column=id_of("SK", "member_id", "id"))
    name: str = field("Skill name.")


@strawberry.type(
    description="Ways to reach a member outside the API. Each is null when its audience excludes the viewer."
)
class ContactInfo:
    """The contact data, read from the member's row."""

    email: str | None = field(
        "Address to write to; the one to sign in with is `Viewer.email`.", value=lambda row: row.contact_email
    )
    phone: str | None = field("Phone number.")
    websites: list[URL] | None = field("Web sites, at most 10.")
    preferred_channel: str | None = field("How the member prefers to be approached.")


@entity(MemberRow, "A person. Fields resolve to null when privacy hides them from the viewer.")
class Member(Followable):
    """A profile as one viewer sees it."""

    id: strawberry.ID = field(
        "Global id.",
        column=id_of("M", "id"),
        reads=["id"],
    )
    handle: str = field("Unique URL name.")
    display_name: str = field(
        "Name as this viewer may see it; the family name is cut to an initial outside the network when the "
        "member chose so."
    )
    family_name: str | None = field("Family name, null when masked.")
    given_name: str | None = field("Given name.")
    headline: str | None = field("One line under the name.")
    photo_url: URL | None = field("Address of the photo.")
    location: str | None = field("Free-form place name.")
    industry: str | None = field("Field of work.")
    career_level: CareerLevel | None = field("Career level; drives the network-size benchmark.")
    summary: str | None = field("The 'about' text.")
    experience: list[Position] | None = field(
        "Positions, newest first, at most 100.",
        batch=sections.experience,
        assumed_size=ENTRIES_COUNTED,
        reads=["shows_experience"],
    )
    education: list[Education] | None = field(
        "Education, newest first, at most 100.",
        batch=sections.education,
        assumed_size=ENTRIES_COUNTED,
        reads=["shows_education"],
    )
    skills: list[Skill] | None = field(
        "Skills in the owner's order, at most 100.",
        batch=sections.skills,
        assumed_size=ENTRIES_COUNTED,
        reads=["shows_skills"],
    )
    accomplishments: list[str] | None = field(
        "Certificates, publications and awards, one line each, at most 100."
    )
    languages: list[str] | None = field("Languages spoken, at most 50.")
    contact_info: ContactInfo | None = field(
        "Email, phone and sites: each item has its own audience.",
        value=lambda row: None if row.is_face else row,
        reads=["is_face", "contact_email", "phone", "websites", "preferred_channel"],
    )
    connection_count: int | None = field(
        "Number of connections, null when hidden. Others than the owner see no more than the display cap of "
        "`NetworkPolicy`."
    )
    connection_count_label: str | None = field(
        "The count as shown on profiles: exact below the display cap, then e.g. `500+`.",
        batch=members.connection_count_labels,
        reads=["connection_count"],
    )
    connections: NetworkConnectionRef | None = paged(
        "The member's connections; null when the member hides the list from this viewer.",
        arguments=NETWORK_LIST,
        batch=connections.of_members,
        reads=list_columns,
    )
    mutual_connections: MemberConnection | None = paged(
        "Connections shared with the viewer, in the order in which they joined. Shown even when the full "
        "list is hidden, unless the list is set to NOBODY; who set theirs so is left out.",
        batch=distances.mutual_connections,
        reads=["id"],
        weight=3,
    )
    follower_count: int | None = field("Followers; null when hidden.")
    followers: FollowConnectionRef | None = paged(
        "Followers, as far as visible.", batch=follows.followers_of_members, reads=["shows_followers"]
    )
    following: FollowConnectionRef | None = paged(
        "Followed members and companies; null when hidden.",
        arguments={"kind": FOLLOWABLE_KIND},
        batch=follows.following_of_members,
        reads=["shows_following"],
    )
    relationship: RelationshipRef | None = field(
        "Everything between the viewer and this member. Null for anonymous requests and when temporarily "
        "unavailable.",
        batch=relationships.of_members,
        reads=["id"],
    )
    primary_action: ProfileAction = field(
        "The button a client should put first on this profile for this viewer.",
        batch=relationships.primary_actions,
        reads=["id"],
    )
    viewer_follow: FollowRef | None = field(
        "The viewer's own follow, if any.", batch=follows.of_members, reads=["id"]
    )
    is_viewer: bool = field(
        "True on the viewer's own profile.",
        batch=members.are_viewer,
        reads=["id"],
    )
    hidden_sections: list[HiddenSection] = field(
        "Sections that resolve to null for this viewer, and what would open them.",
        batch=members.hidden_sections,
        reads=members.EXPLAINED,
    )
    joined_on: date | None = field(
        "Account creation day, a vetting signal; null without signing in.",
        batch=members.joined_on,
        reads=["joined_at"],
    )
    version: int | None = field(
        "Changes with each edit of the own profile, to detect lost updates; null on those of others."
    )
