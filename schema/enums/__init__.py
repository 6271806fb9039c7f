"""Makes the enums of `rules/` and `auth/` GraphQL enums, with a description for every value."""

from schema.enums import events, network, profiles, requests

__all__ = ["events", "network", "profiles", "requests"]
