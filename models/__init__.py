"""Tables, constraints and indexes, and the pool of connections to PostgreSQL."""

from models.accounts import credentials, idempotency_keys, refresh_tokens, sessions, sign_in_failures
from models.connections import adjacency, connections
from models.follows import follows
from models.members import educations, emails, handles, members, positions, skills
from models.metadata import metadata

__all__ = [
    "adjacency",
    "connections",
    "credentials",
    "educations",
    "emails",
    "follows",
    "handles",
    "idempotency_keys",
    "members",
    "metadata",
    "positions",
    "refresh_tokens",
    "sessions",
    "sign_in_failures",
    "skills",
]
