"""Who may see which part of a profile: one table of rules, read by SQL and by Python.

What lies open depends on where the viewer stands to the owner. `OPEN_AUDIENCES` is that table; the SQL
predicate `sees` and the explanation `hidden_sections` are both made from it and from the owner's audiences.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import ColumnElement, Integer, Text, any_, bindparam, func, or_
from sqlalchemy.dialects.postgresql import ARRAY

from auth.identity import OAuthScope, Viewer
from models import members
from models.database import constant
from rules.audiences import (
    DEFAULT_AUDIENCES,
    Audience,
    ConnectionsVisibility,
    ProfileSection,
    VisibilityReason,
)


class Standing(Enum):
    """Where a viewer stands to the owner of a profile."""

    SELF = auto()
    MEMBER = auto()
    ANONYMOUS = auto()


OPEN_AUDIENCES: Mapping[Standing, frozenset[Audience]] = {
    Standing.SELF: frozenset(Audience),
    Standing.MEMBER: frozenset({Audience.PUBLIC, Audience.MEMBERS}),
    Standing.ANONYMOUS: frozenset({Audience.PUBLIC}),
}

OPEN_LISTS: Mapping[Standing, frozenset[ConnectionsVisibility]] = {
    Standing.SELF: frozenset(ConnectionsVisibility),
    Standing.MEMBER: frozenset(),
    Standing.ANONYMOUS: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose eyes: who looks at profiles and who at lists of the network; None is anybody."""

    viewer_id: int | None
    network_viewer_id: int | None
    scope_missing: bool = False

    @property
    def outside(self) -> Standing:
        """Where the viewer stands to everybody else."""
        return Standing.ANONYMOUS if self.viewer_id is None else Standing.MEMBER

    def standing(self, owner_id: int) -> Standing:
        """Where the viewer stands to this owner."""
        return Standing.SELF if owner_id == self.viewer_id else self.outside

    def network_standing(self, owner_id: int) -> Standing:
        """Where the viewer stands to the owner of a list of connections or follows."""
        if self.network_viewer_id is None:
            return Standing.ANONYMOUS
        return Standing.SELF if owner_id == self.network_viewer_id else Standing.MEMBER

    def parameters(self) -> dict[str, object]:
        """The values of the parameters that the predicates below leave open."""
        return {
            "viewer_id": self.viewer_id,
            "network_viewer_id": self.network_viewer_id,
            "open_audiences": sorted(OPEN_AUDIENCES[self.outside]),
        }


def sight_of(viewer: Viewer | None) -> Sight:
    """What this viewer sees with; a token without the scope sees only what is public."""
    if viewer is None:
        return Sight(None, None)
    profiles, network = viewer.may(OAuthScope.PROFILE_READ), viewer.may(OAuthScope.NETWORK_READ)
    member_id = viewer.member_id
    scope_missing = not (profiles and network)
    return Sight(member_id if profiles else None, member_id if network else None, scope_missing)


def is_self() -> ColumnElement[bool]:
    """SQL: the row of `members` is the viewer's own."""
    return members.c.id.is_not_distinct_from(bindparam("viewer_id", type_=Integer))


def is_own_network() -> ColumnElement[bool]:
    """SQL: the row of `members` is that of a viewer whose token may read the network."""
    return members.c.id.is_not_distinct_from(bindparam("network_viewer_id", type_=Integer))


def sees(section: ProfileSection) -> ColumnElement[bool]:
    """SQL: the viewer may see this section of the row of `members`."""
    chosen = members.c.audiences.op("->>")(constant(section))
    audience = func.coalesce(chosen, constant(DEFAULT_AUDIENCES[section]))
    return or_(is_self(), audience == any_(bindparam("open_audiences", type_=ARRAY(Text))))


def exists() -> ColumnElement[bool]:
    """SQL: the member exists for the viewer; hidden and missing are the same."""
    return members.c.closed_at.is_(None)


def audience_of(section: ProfileSection, changed: Mapping[str, str] | None) -> Audience:
    """The audience of a section: the owner's choice or the default."""
    return Audience((changed or {}).get(section, DEFAULT_AUDIENCES[section]))


def sees_connections(setting: ConnectionsVisibility, standing: Standing) -> bool:
    """Whether the list of connections under this setting lies open."""
    return setting in OPEN_LISTS[standing]


def hidden_sections(
    sight: Sight, owner_id: int, changed: Mapping[str, str] | None, lists: ConnectionsVisibility
) -> Iterator[tuple[ProfileSection, VisibilityReason]]:
    """The sections that this viewer does not see, each with the reason."""
    for section in DEFAULT_AUDIENCES:
        audience = audience_of(section, changed)
        if audience not in OPEN_AUDIENCES[sight.standing(owner_id)]:
            yield section, _reason(sight.viewer_id, audience, sight)
    if not sees_connections(lists, sight.network_standing(owner_id)):
        reason = _reason(sight.network_viewer_id, _LIST_AUDIENCES[lists], sight)
        yield ProfileSection.CONNECTIONS_LIST, reason
        yield ProfileSection.MUTUAL_CONNECTIONS, reason


_LIST_AUDIENCES: Mapping[ConnectionsVisibility, Audience] = {
    ConnectionsVisibility.NETWORK: Audience.NETWORK,
    ConnectionsVisibility.CONNECTIONS: Audience.CONNECTIONS,
    ConnectionsVisibility.ONLY_ME: Audience.ONLY_ME,
    ConnectionsVisibility.NOBODY: Audience.ONLY_ME,
}

_REASONS: Mapping[Audience, VisibilityReason] = {
    Audience.NETWORK: VisibilityReason.DEGREE_TOO_FAR,
    Audience.CONNECTIONS: VisibilityReason.DEGREE_TOO_FAR,
    Audience.FOLLOWERS: VisibilityReason.NOT_FOLLOWING,
}


def _reason(viewer_id: int | None, audience: Audience, sight: Sight) -> VisibilityReason:
    if viewer_id is None:
        return VisibilityReason.SCOPE_MISSING if sight.scope_missing else VisibilityReason.NOT_SIGNED_IN
    return _REASONS.get(audience, VisibilityReason.AUDIENCE_SETTING)
