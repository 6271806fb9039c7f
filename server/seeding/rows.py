"""Made-up people as rows of tables."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Final, TypeAlias

from rules.accounts import normalised_email
from server.seeding.careers import Period
from server.seeding.people import Person
from server.seeding.privacy import Privacy

Row: TypeAlias = tuple[object, ...]

PROFILE: Final = (
    *("handle", "given_name", "family_name", "headline", "summary", "location", "industry", "career_level"),
    *("languages", "contact_email", "joined_at"),
    *(field.name for field in fields(Privacy)),
)
MEMBER_COLUMNS: Final = ("id", "email_key", "email", "password_hash", *PROFILE)
POSITION_COLUMNS: Final = ("member_id", "company_name", "title", "started_on", "ended_on")
EDUCATION_COLUMNS: Final = ("member_id", "school", "degree", "started_on", "ended_on")
SKILL_COLUMNS: Final = ("member_id", "name", "rank")


def member_row(person: Person, password_hash: str) -> Row:
    """A row of MEMBER_COLUMNS; the id is the place in the network."""
    employer = person.career.employer
    return (
        *(person.index + 1, normalised_email(person.email), person.email, password_hash),
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


def _period_row(person: Person, period: Period) -> Row:
    return person.index + 1, period.place, period.role, *period.dates
