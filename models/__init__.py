"""Tables, constraints and indexes, and the pool of connections to PostgreSQL."""

from models.accounts import credentials, idempotency_keys, refresh_tokens, sessions, sign_in_failures
from models.companies import administrators, companies
from models.connection_requests import connection_requests
from models.connections import adjacency, connections, removals
from models.events import events, inboxes, log_epochs
from models.exports import export_parts, exports
from models.follows import company_follows, follows
from models.introductions import introductions
from models.members import educations, emails, handles, members, positions, skills
from models.messages import conversations, messages, participations, readings
from models.metadata import metadata
from models.network_health import network_goals
from models.notifications import notifications
from models.safety import blocks, lifted_blocks, mutes, reports
from models.search import known_words, search_documents
from models.suggestions import dismissed_suggestions, suggestion_lists
from models.tags import taggings, tags

__all__ = [
    "adjacency",
    "administrators",
    "blocks",
    "companies",
    "company_follows",
    "connection_requests",
    "connections",
    "conversations",
    "credentials",
    "dismissed_suggestions",
    "educations",
    "emails",
    "events",
    "export_parts",
    "exports",
    "follows",
    "handles",
    "idempotency_keys",
    "inboxes",
    "introductions",
    "known_words",
    "lifted_blocks",
    "log_epochs",
    "members",
    "messages",
    "metadata",
    "mutes",
    "network_goals",
    "notifications",
    "participations",
    "positions",
    "readings",
    "refresh_tokens",
    "removals",
    "reports",
    "search_documents",
    "sessions",
    "sign_in_failures",
    "skills",
    "suggestion_lists",
    "taggings",
    "tags",
]
