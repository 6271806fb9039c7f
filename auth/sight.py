"""Whose eyes look, and what their token opens them to."""

from typing import NamedTuple

from auth.identity import OAuthScope, Viewer


class Sight(NamedTuple):
    """Whose eyes, None nobody's, and what the token opens them to; without its scope only what is public."""

    member_id: int | None
    reads_profiles: bool
    reads_network: bool

    @property
    def viewer_id(self) -> int | None:
        """The member who looks at profiles."""
        return self.member_id if self.reads_profiles else None

    @property
    def network_viewer_id(self) -> int | None:
        """The member who looks at lists of the network."""
        return self.member_id if self.reads_network else None

    def parameters(self) -> dict[str, object]:
        """The values of the parameters that the predicates of `auth.visibility` leave open."""
        return {
            "seen_by": self.member_id,
            "reads_profiles": self.reads_profiles,
            "reads_network": self.reads_network,
        }


def sight_of(viewer: Viewer | None) -> Sight:
    """What this viewer sees with."""
    if viewer is None:
        return Sight(None, reads_profiles=False, reads_network=False)
    reads_profiles = viewer.may(OAuthScope.PROFILE_READ)
    return Sight(viewer.member_id, reads_profiles, reads_network=viewer.may(OAuthScope.NETWORK_READ))
