"""By what a list of connections is filtered and ordered, and whose list it may be."""

from collections.abc import Mapping
from typing import Final

from rules.search import problem_of_texts
from rules.terms import NetworkOrder

MAX_QUERY_LENGTH: Final = 100
MAX_CHOICES: Final = 100
PRIVATE: Final = frozenset(
    {"tag_ids", "relation_types", "connected_after", "inactive_since", NetworkOrder.LAST_INTERACTION}
)
"""Filters and orders by what only the two members of a connection know: for one's own list alone."""


def problem(wanted: Mapping[str, object]) -> str | None:
    """Why this filter is not acceptable, in words for the client."""
    for name, value in wanted.items():
        choices = value if isinstance(value, list) else [value]
        if isinstance(value, str) and len(value) > MAX_QUERY_LENGTH:
            return f"`{name}` has at most {MAX_QUERY_LENGTH} characters."
        if len(choices) > MAX_CHOICES:
            return f"At most {MAX_CHOICES} choices of one kind."
        if found := problem_of_texts(choices):
            return found
    return None


def is_private(wanted: Mapping[str, object], order: NetworkOrder) -> bool:
    """Whether the list may only be the viewer's own."""
    return not PRIVATE.isdisjoint((*wanted, order))
