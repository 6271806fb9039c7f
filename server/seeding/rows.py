"""Made-up people and their ties as rows for the stage."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Final, TypeAlias

from rules.accounts import normalised_email
from server.seeding.careers import Period
from server.seeding.people import Person
from server.seeding.privacy import Privacy
from server.seeding.ties import Tie

Row: TypeAlias = tuple[object, ...]

PROFILE: Final = (
    *("handle", "given_name", "family_name", "headline", "summary", "location", "industry", "career_level"),
    *("languages", "contact_email", "joined_at"),
    *(field.name for field in fields(Privacy)),
)
POSITION_COLUMNS: Final = ("line", "company_name", "title", "started_on", "ended_on")
EDUCATION_COLUMNS: Final = ("line", "school", "degree", "started_on", "ended_on")
SKILL_COLUMNS: Final = ("line", "name", "rank")


def member_row(person: Person, password_hash: str) -> Row:
    """A row of key, sign-in data and PROFILE; the key is the index, the line the place in the network."""
    employer = person.career.employer
    return (
        *(person.index + 1, str(person.index), normalised_email(person.email), person.email, password_hash),
        *(person.handle, person.given_name, person.family_name, person.headline, person.summary),
        *(person.location, employer and employer.industry, person.career.level, person.languages),
        *(person.email if person.shows_email else None, person.joined_at),
        *(getattr(person.privacy, field.name) for field in fields(Privacy)),
    )


def position_rows(person: Person) -> Iterator[Row]:
    """Rows of POSITION_COLUMNS."""
    return (_period_row(person, position) for position in person.career.positions)


def education_row(person: Person) -> Row:
    """A row of EDUCATION_COLUMNS."""
    return _period_row(person, person.career.study)


def skill_rows(person: Person) -> Iterator[Row]:
    """Rows of SKILL_COLUMNS."""
    return ((person.index + 1, name, rank) for rank, name in enumerate(person.skills))


def tie_row(line: int, tie: Tie) -> Row:
    """A row of the links' stage."""
    return line, str(tie.one), str(tie.other), tie.since


def _period_row(person: Person, period: Period) -> Row:
    return person.index + 1, period.place, period.role, *period.dates
