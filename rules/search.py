"""What members are searched by: kinds of values, orders, and how long a query may be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from rules.audiences import ProfileSection

MOST_LETTERS: Final = 200
"""Longest query."""
MOST_VALUES: Final = 100
"""Most values of one filter."""
BEYOND: Final = 4
"""The distance of who is further away than all degrees, in connections."""


class MemberSearchOrder(StrEnum):
    """Order of member search."""

    RELEVANCE = "RELEVANCE"
    DEGREE = "DEGREE"
    NEWEST = "NEWEST"


FACETS: Final[Mapping[str, ProfileSection]] = {
    "company": ProfileSection.EXPERIENCE,
    "school": ProfileSection.EDUCATION,
    "skill": ProfileSection.SKILLS,
    "language": ProfileSection.SKILLS,
    "industry": ProfileSection.INDUSTRY,
    "location": ProfileSection.LOCATION,
}
"""The kinds of values that members are filtered by, and the section that holds them."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom somebody looks for: by words, and by values of which each member has one of every kind.

    `steps` are numbers of connections, `BEYOND` for more than three. `within` are the only members to look
    at, named by what they have in common.
    """

    query: str | None = None
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    steps: Sequence[int] | None = None
    within: Sequence[int] | None = field(default=None, repr=False)
    within_name: str | None = None
    order: MemberSearchOrder = MemberSearchOrder.RELEVANCE


def problem(query: str | None, *filters: object) -> str | None:
    """Why a search is not acceptable, in words for the client; `filters` are its values and lists of them."""
    lists = [value for value in filters if isinstance(value, list)]
    texts = [query or "", *(value for values in lists for value in values)]
    if len(query or "") > MOST_LETTERS:
        return f"A query has at most {MOST_LETTERS} characters."
    if any(len(values) > MOST_VALUES for values in lists):
        return f"A filter has at most {MOST_VALUES} values."
    return problem_of_texts(texts)


def problem_of_texts(texts: Iterable[object]) -> str | None:
    """Why something is looked for that no text of the database can hold."""
    return "A text holds what is no character." if any("\0" in str(text) for text in texts) else None
