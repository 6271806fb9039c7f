"""Privacy settings: most members keep the defaults, some don't."""

from dataclasses import dataclass
from random import Random
from typing import Final

from rules.audiences import (
    Audience,
    ConnectionsVisibility,
    FollowAudience,
    ProfileSection,
    ProfileViewMode,
    RequestAudience,
)

AUDIENCES: Final[tuple[tuple[int, dict[str, str] | None], ...]] = (
    (75, None),
    (8, {ProfileSection.FAMILY_NAME.value: Audience.PUBLIC}),
    (5, {ProfileSection.EXPERIENCE.value: Audience.CONNECTIONS}),
    (5, {ProfileSection.LOCATION.value: Audience.ONLY_ME}),
    (4, {ProfileSection.CONNECTION_COUNT.value: Audience.ONLY_ME}),
    (3, {ProfileSection.HEADLINE.value: Audience.MEMBERS, ProfileSection.PHOTO.value: Audience.MEMBERS}),
)
"""How many in a hundred change what."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """The privacy columns of `members`; unless said otherwise, their defaults."""

    audiences: dict[str, str] | None = None
    connections_visibility: ConnectionsVisibility = ConnectionsVisibility.CONNECTIONS
    who_can_request: RequestAudience = RequestAudience.ANYONE
    require_note: bool = False
    who_can_follow: FollowAudience = FollowAudience.ANYONE
    profile_view_mode: ProfileViewMode = ProfileViewMode.FULL
    discoverable: bool = True


def privacy(dice: Random) -> Privacy:
    """One member's choices."""
    return Privacy(
        audiences=dice.choices([row[1] for row in AUDIENCES], [row[0] for row in AUDIENCES])[0],
        connections_visibility=dice.choices(tuple(ConnectionsVisibility), (20, 65, 10, 5))[0],
        who_can_request=dice.choices(tuple(RequestAudience), (80, 12, 4, 4))[0],
        require_note=dice.random() < 0.1,
        who_can_follow=dice.choices(tuple(FollowAudience), (92, 8))[0],
        profile_view_mode=dice.choices(tuple(ProfileViewMode), (80, 10, 10))[0],
        discoverable=dice.random() < 0.97,
    )
