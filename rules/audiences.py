"""Who sees which part of a profile: the audiences, their defaults and what lies open to whom.

The defaults are the matrix of the visibility rules: career sections for members, contact data for
connections, the rest as named.
"""

from collections.abc import Mapping
from enum import StrEnum


class Audience(StrEnum):
    """Who may see something, from everybody to nobody else."""

    PUBLIC = "PUBLIC"
    MEMBERS = "MEMBERS"
    NETWORK = "NETWORK"
    FOLLOWERS = "FOLLOWERS"
    CONNECTIONS = "CONNECTIONS"
    GROUP = "GROUP"
    ONLY_ME = "ONLY_ME"


class ConnectionsVisibility(StrEnum):
    """Who sees the connections list."""

    NETWORK = "NETWORK"
    CONNECTIONS = "CONNECTIONS"
    ONLY_ME = "ONLY_ME"
    NOBODY = "NOBODY"


class RequestAudience(StrEnum):
    """Who may send requests."""

    ANYONE = "ANYONE"
    SECOND_DEGREE = "SECOND_DEGREE"
    KNOWS_EMAIL = "KNOWS_EMAIL"
    NOBODY = "NOBODY"


class FollowAudience(StrEnum):
    """Who may follow."""

    ANYONE = "ANYONE"
    CONNECTIONS = "CONNECTIONS"


class ProfileViewMode(StrEnum):
    """How a visitor appears to the owner of a profile."""

    FULL = "FULL"
    SEMI_PRIVATE = "SEMI_PRIVATE"
    PRIVATE = "PRIVATE"


class ProfileSection(StrEnum):
    """Part of a profile."""

    FAMILY_NAME = "FAMILY_NAME"
    PHOTO = "PHOTO"
    HEADLINE = "HEADLINE"
    INDUSTRY = "INDUSTRY"
    SUMMARY = "SUMMARY"
    EXPERIENCE = "EXPERIENCE"
    EDUCATION = "EDUCATION"
    SKILLS = "SKILLS"
    ACCOMPLISHMENTS = "ACCOMPLISHMENTS"
    RECOMMENDATIONS = "RECOMMENDATIONS"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    WEBSITES = "WEBSITES"
    LOCATION = "LOCATION"
    CONNECTION_COUNT = "CONNECTION_COUNT"
    CONNECTIONS_LIST = "CONNECTIONS_LIST"
    MUTUAL_CONNECTIONS = "MUTUAL_CONNECTIONS"
    FOLLOWER_COUNT = "FOLLOWER_COUNT"
    FOLLOWERS = "FOLLOWERS"
    FOLLOWING = "FOLLOWING"
    ACTIVITY = "ACTIVITY"
    MILESTONES = "MILESTONES"


class VisibilityReason(StrEnum):
    """Why a part of a profile is hidden."""

    AUDIENCE_SETTING = "AUDIENCE_SETTING"
    DEGREE_TOO_FAR = "DEGREE_TOO_FAR"
    NOT_FOLLOWING = "NOT_FOLLOWING"
    NOT_SIGNED_IN = "NOT_SIGNED_IN"
    BLOCKED_BY_VIEWER = "BLOCKED_BY_VIEWER"
    SCOPE_MISSING = "SCOPE_MISSING"
    TEMPORARILY_UNAVAILABLE = "TEMPORARILY_UNAVAILABLE"


class ProfileAction(StrEnum):
    """What a client can offer on a profile."""

    CONNECT = "CONNECT"
    FOLLOW = "FOLLOW"
    MESSAGE = "MESSAGE"
    ACCEPT_REQUEST = "ACCEPT_REQUEST"
    WITHDRAW_REQUEST = "WITHDRAW_REQUEST"
    REQUEST_INTRODUCTION = "REQUEST_INTRODUCTION"
    EMAIL = "EMAIL"
    NONE = "NONE"


OPENING_ACTIONS: Mapping[VisibilityReason, ProfileAction] = {
    VisibilityReason.DEGREE_TOO_FAR: ProfileAction.CONNECT,
    VisibilityReason.NOT_FOLLOWING: ProfileAction.FOLLOW,
}
"""The action that would open a section hidden for this reason."""

DEFAULT_AUDIENCES: Mapping[ProfileSection, Audience] = {
    ProfileSection.FAMILY_NAME: Audience.NETWORK,
    ProfileSection.PHOTO: Audience.PUBLIC,
    ProfileSection.HEADLINE: Audience.PUBLIC,
    ProfileSection.INDUSTRY: Audience.MEMBERS,
    ProfileSection.SUMMARY: Audience.MEMBERS,
    ProfileSection.EXPERIENCE: Audience.MEMBERS,
    ProfileSection.EDUCATION: Audience.MEMBERS,
    ProfileSection.SKILLS: Audience.MEMBERS,
    ProfileSection.ACCOMPLISHMENTS: Audience.MEMBERS,
    ProfileSection.RECOMMENDATIONS: Audience.MEMBERS,
    ProfileSection.EMAIL: Audience.CONNECTIONS,
    ProfileSection.PHONE: Audience.ONLY_ME,
    ProfileSection.WEBSITES: Audience.MEMBERS,
    ProfileSection.LOCATION: Audience.MEMBERS,
    ProfileSection.CONNECTION_COUNT: Audience.MEMBERS,
    ProfileSection.FOLLOWER_COUNT: Audience.PUBLIC,
    ProfileSection.FOLLOWERS: Audience.CONNECTIONS,
    ProfileSection.FOLLOWING: Audience.ONLY_ME,
    ProfileSection.ACTIVITY: Audience.PUBLIC,
    ProfileSection.MILESTONES: Audience.FOLLOWERS,
}
"""Sections with an audience of their own; the two lists of connections follow `ConnectionsVisibility`."""


def check_audience(section: ProfileSection, audience: Audience) -> str | None:
    """Why a section can't have this audience, in words for the client."""
    if section not in DEFAULT_AUDIENCES:
        return "Lists of connections follow `connectionsVisibility`."
    if audience is Audience.GROUP:
        return "Only posts can be for a group."
    return None
