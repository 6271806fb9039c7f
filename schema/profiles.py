"""Inputs and results of the mutations that edit the own profile."""

from datetime import date

import strawberry

from auth.identity import OAuthScope
from resolvers import profiles
from rules.terms import CareerLevel
from schema.errors import UserError
from schema.fields import field, given, input_of, mutation, payload
from schema.refs import MemberRef
from schema.scalars import URL

EXPECTED_VERSION = "Version read before; a mismatch is a VersionConflictError."
PROFILE_WRITE = [OAuthScope.PROFILE_WRITE]
KEY = "Client-made key (UUID). A retry with the same key and input returns the first result for 24 h."


@input_of("updateProfile")
class UpdateProfileInput:
    """Absent fields stay; null clears."""

    expected_version: int | None = given(EXPECTED_VERSION, optional=True)
    given_name: str | None = given("Given name.", optional=True)
    family_name: str | None = given("Family name.", optional=True)
    headline: str | None = given("One line under the name.", optional=True)
    photo_url: URL | None = given(
        "Address of a photo; it must be reachable without signing in.", optional=True
    )
    summary: str | None = given("The 'about' text.", optional=True)
    location: str | None = given("Free-form place name.", optional=True)
    industry: str | None = given("Field of work.", optional=True)
    career_level: CareerLevel | None = given("Career level.", optional=True)
    languages: list[str] | None = given("Languages spoken; replaces the list.", optional=True)
    accomplishments: list[str] | None = given(
        "Certificates, publications and awards, one line each; replaces the list.", optional=True
    )
    contact_email: str | None = given("Address shown in the contact data.", optional=True)
    phone: str | None = given("Phone number in the contact data.", optional=True)
    websites: list[URL] | None = given("Web sites in the contact data; replaces the list.", optional=True)
    preferred_channel: str | None = given("How the member prefers to be approached.", optional=True)


@input_of("savePosition")
class SavePositionInput:
    """A position in full."""

    position_id: strawberry.ID | None = given("Position to replace; a new one when absent.", optional=True)
    title: str = given("Job title.")
    company_name: str = given("Company name as typed.")
    company_id: strawberry.ID | None = given("The company, where the network knows it.", optional=True)
    started_on: date | None = given("First day.", optional=True)
    ended_on: date | None = given("Last day; absent while current.", optional=True)
    description: str | None = given("What the work was.", optional=True)
    idempotency_key: str | None = given(KEY, optional=True)


@input_of("saveEducation")
class SaveEducationInput:
    """A course of study in full."""

    education_id: strawberry.ID | None = given("Entry to replace; a new one when absent.", optional=True)
    school: str = given("School name.")
    degree: str | None = given("Degree and field.", optional=True)
    started_on: date | None = given("First day.", optional=True)
    ended_on: date | None = given("Last day.", optional=True)
    idempotency_key: str | None = given(KEY, optional=True)


@input_of("deleteProfileEntry")
class DeleteProfileEntryInput:
    """Which entry."""

    entry_id: strawberry.ID = given("The position or education entry.")


@input_of("setSkills")
class SetSkillsInput:
    """The whole list."""

    expected_version: int | None = given(EXPECTED_VERSION, optional=True)
    names: list[str] = given("Skill names in order, at most 100.")


@strawberry.type(description="What every edit of the profile answers.")
class ProfileResult:
    """The profile after the change."""

    member: MemberRef | None = field("The profile.")
    user_errors: list[UserError] = field("Empty on success.")


@payload("updateProfile")
class UpdateProfilePayload(ProfileResult):
    """The profile after the change."""


@payload("savePosition")
class SavePositionPayload(ProfileResult):
    """The profile after the change."""


@payload("saveEducation")
class SaveEducationPayload(ProfileResult):
    """The profile after the change."""


@payload("deleteProfileEntry")
class DeleteProfileEntryPayload(ProfileResult):
    """The profile after the change."""


@payload("setSkills")
class SetSkillsPayload(ProfileResult):
    """The profile after the change."""


@strawberry.type
class ProfileMutations:
    """Editing the own profile."""

    update_profile: UpdateProfilePayload | None = mutation(
        "Change the profile. Absent fields stay; null clears.",
        profiles.update_profile,
        UpdateProfileInput,
        scopes=PROFILE_WRITE,
    )
    save_position: SavePositionPayload | None = mutation(
        "Add or change a position.",
        profiles.save_position,
        SavePositionInput,
        scopes=PROFILE_WRITE,
    )
    save_education: SaveEducationPayload | None = mutation(
        "Add or change an education entry.",
        profiles.save_education,
        SaveEducationInput,
        scopes=PROFILE_WRITE,
    )
    delete_profile_entry: DeleteProfileEntryPayload | None = mutation(
        "Delete a position or an education entry.",
        profiles.delete_profile_entry,
        DeleteProfileEntryInput,
        scopes=PROFILE_WRITE,
    )
    set_skills: SetSkillsPayload | None = mutation(
        "Set the skills in order; a new name is a new skill.",
        profiles.set_skills,
        SetSkillsInput,
        scopes=PROFILE_WRITE,
    )
