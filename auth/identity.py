"""Who is asking: the member behind a token and what the token allows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class OAuthScope(StrEnum):
    """OAuth scopes that a third party may ask for."""

    PROFILE_READ = "PROFILE_READ"
    PROFILE_WRITE = "PROFILE_WRITE"
    NETWORK_READ = "NETWORK_READ"
    NETWORK_WRITE = "NETWORK_WRITE"
    REQUESTS_READ = "REQUESTS_READ"
    REQUESTS_WRITE = "REQUESTS_WRITE"
    MESSAGES_READ = "MESSAGES_READ"
    MESSAGES_WRITE = "MESSAGES_WRITE"
    CONTENT_READ = "CONTENT_READ"
    CONTENT_WRITE = "CONTENT_WRITE"
    NOTIFICATIONS_READ = "NOTIFICATIONS_READ"
    NOTIFICATIONS_WRITE = "NOTIFICATIONS_WRITE"
    EXPORT = "EXPORT"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in member, also the row of the GraphQL type `Viewer`.

    `scopes` None is a first-party session, which holds every scope. `expires_at` is when the token ends that
    was shown; two tokens of one session and scope see the same.
    """

    member_id: int
    session_id: int
    scopes: frozenset[str] | None = None
    expires_at: datetime | None = field(default=None, compare=False)

    def may(self, scope: OAuthScope) -> bool:
        """Whether the token covers this scope."""
        return self.scopes is None or scope in self.scopes
