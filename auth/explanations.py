"""Which parts of a profile a viewer does not see, and why: the rules of `auth.visibility` in words."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from auth.sight import Sight
from auth.visibility import LIST_AUDIENCES, NETWORK_SECTIONS, audience_of
from rules.audiences import (
    DEFAULT_AUDIENCES,
    Audience,
    ConnectionsVisibility,
    FollowAudience,
    ProfileSection,
    VisibilityReason,
)

SECTIONS = [*DEFAULT_AUDIENCES, *LIST_AUDIENCES]
_ON_FACES = ProfileSection.PHOTO

_REASONS: Mapping[Audience, VisibilityReason] = {
    Audience.NETWORK: VisibilityReason.DEGREE_TOO_FAR,
    Audience.FOLLOWERS: VisibilityReason.NOT_FOLLOWING,
    Audience.CONNECTIONS: VisibilityReason.DEGREE_TOO_FAR,
}


class Owner(Protocol):
    """What the row of a member tells of what lies open."""

    @property
    def is_face(self) -> bool:
        """Whether it is only the face of a member whom the viewer blocks."""

    @property
    def audiences(self) -> Mapping[str, str] | None:
        """The owner's choices that differ from the default."""

    @property
    def connections_visibility(self) -> str:
        """The setting of the list of connections."""

    @property
    def who_can_follow(self) -> str:
        """The setting of follows."""

    @property
    def open_audiences(self) -> Sequence[str]:
        """As in `VIEW`."""

    @property
    def network_audiences(self) -> Sequence[str]:
        """As in `VIEW`."""


def hidden_sections(sight: Sight, owner: Owner) -> dict[ProfileSection, VisibilityReason]:
    """The sections that this viewer does not see, each with the reason.

    A list of connections that shows only what the viewer shares with the owner is not hidden.
    """
    if owner.is_face:
        return {section: VisibilityReason.BLOCKED_BY_VIEWER for section in SECTIONS if section != _ON_FACES}
    return {
        section: _reason(section, sight, owner)
        for section in SECTIONS
        if _audience(section, owner) not in _open_to(section, owner)
    }


def _audience(section: ProfileSection, owner: Owner) -> Audience:
    if section in LIST_AUDIENCES:
        return LIST_AUDIENCES[section][ConnectionsVisibility(owner.connections_visibility)]
    return audience_of(section, owner.audiences)


def _open_to(section: ProfileSection, owner: Owner) -> Sequence[str]:
    return owner.network_audiences if section in NETWORK_SECTIONS else owner.open_audiences


def _reason(section: ProfileSection, sight: Sight, owner: Owner) -> VisibilityReason:
    if not (sight.reads_network if section in NETWORK_SECTIONS else sight.reads_profiles):
        is_anonymous = sight.member_id is None
        return VisibilityReason.NOT_SIGNED_IN if is_anonymous else VisibilityReason.SCOPE_MISSING
    audience = _audience(section, owner)
    if audience is Audience.FOLLOWERS and owner.who_can_follow == FollowAudience.CONNECTIONS:
        return VisibilityReason.DEGREE_TOO_FAR
    return _REASONS.get(audience, VisibilityReason.AUDIENCE_SETTING)
