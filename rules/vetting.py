"""What two profiles have in common, for who judges a request to connect: facts, not a score."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, Protocol

from rules.policy import NetworkPolicy

MOST_SHARED: Final = 10
"""How many shared employers and how many shared schools are told."""

MASS_NOTE_WINDOW: Final = timedelta(days=7)
"""How long before and after a request its note is looked for in others of its sender."""

UNDATED: Final = 0
"""Stands for the years of a position that does not say them."""

Employer = int | str
"""A company by its id, or by its name where the own profile does not say which one that is."""

Pages = Mapping[Employer, int]
"""The companies that the own profile says, by their ids and by what they are called there."""

Years = set[int]


class Position(Protocol):
    """A position held; without `ended_on` it is held to this day, without `started_on` nobody knows when."""

    @property
    def company_name(self) -> str:
        """As typed."""

    @property
    def company_id(self) -> int | None:
        """The company, where the network knows it."""

    @property
    def started_on(self) -> date | None:
        """First day."""

    @property
    def ended_on(self) -> date | None:
        """Last day."""


class Education(Protocol):
    """A course of study."""

    @property
    def school(self) -> str:
        """As typed."""


def shared_employers(own: Sequence[Position], others: Sequence[Position], year: int) -> list[int]:
    """The companies where both worked in the same year, those of the latest such year first.

    Only what the own profile says to be a company is one: another can't pass off a page as an employer.
    """
    latest = {
        employer: max(together)
        for employer, one, other in _shared(own, others, year)
        if isinstance(employer, int) and (together := _together(one, other))
    }
    return sorted(latest, key=lambda company: (-latest[company], company))[:MOST_SHARED]


def are_colleagues(
    own: Sequence[Position] | None, others: Sequence[Position] | None, year: int
) -> bool | None:
    """Whether both worked for one employer in the same year; None where the profiles do not say enough."""
    if not own or not others:
        return None
    shared = [(one, other) for _, one, other in _shared(own, others, year)]
    if any(_together(one, other) for one, other in shared):
        return True
    return None if any(UNDATED in one | other for one, other in shared) else False


def shared_schools(own: Sequence[Education], others: Sequence[Education]) -> list[str]:
    """The schools that both attended, in the order and the spelling of the own profile."""
    theirs = {_plain(each.school) for each in others}
    shared: dict[str, str] = {}
    for each in own:
        if (name := _plain(each.school)) in theirs:
            shared.setdefault(name, each.school)
    return list(shared.values())[:MOST_SHARED]


def are_classmates(own: Sequence[Education] | None, others: Sequence[Education] | None) -> bool | None:
    """Whether both attended one school; None where a profile names none."""
    return bool(shared_schools(own, others)) if own and others else None


def is_mass_sent(recipients: int, policy: NetworkPolicy) -> bool:
    """Whether a note that went to so many members within the window went to many."""
    return recipients >= policy.mass_note_recipients


def _shared(
    own: Sequence[Position], others: Sequence[Position], year: int
) -> list[tuple[Employer, Years, Years]]:
    """The employers of both, with the years that each was there."""
    pages = _pages(own)
    mine, theirs = (_by_employer(positions, pages, year) for positions in (own, others))
    return [(employer, mine[employer], theirs[employer]) for employer in mine.keys() & theirs.keys()]


def _by_employer(positions: Sequence[Position], pages: Pages, year: int) -> Mapping[Employer, Years]:
    years: dict[Employer, Years] = defaultdict(set)
    for position in positions:
        years[_employer(position, pages)] |= _years(position, year)
    return years


def _years(position: Position, year: int) -> Years:
    if position.started_on is None:
        return {UNDATED}
    last = position.ended_on.year if position.ended_on else year
    return set(range(position.started_on.year, last + 1))


def _together(one: Years, other: Years) -> Years:
    return (one & other) - {UNDATED}


def _pages(own: Sequence[Position]) -> Pages:
    return {
        key: each.company_id
        for each in own
        if each.company_id is not None
        for key in (each.company_id, _plain(each.company_name))
    }


def _employer(position: Position, pages: Pages) -> Employer:
    name = _plain(position.company_name)
    page = pages.get(position.company_id or name, pages.get(name))
    return name if page is None else page


def _plain(name: str) -> str:
    """A name without what it can be written differently by: case and blanks."""
    return " ".join(name.casefold().split())
