"""A person's studies and positions. Years are counted from September to August."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Final

from rules.terms import CareerLevel
from server.seeding.names import Culture
from server.seeding.occupations import OCCUPATIONS, Occupation
from server.seeding.places import CITIES, EMPLOYERS, SCHOOLS, Employer

USUAL_CAREER: Final = 11
LONGEST_CAREER: Final = 38
USUAL_STAY: Final = 3
LONGEST_STAY: Final = 7
EVER: Final = 9999
OWN_TRADE: Final = 0.8
"""Share of positions that are in the trade a person started in."""
AT_HOME: Final = 0.75
"""Share of people who study where they come from."""

LADDER: Final = ((2, "Junior {name}"), (6, "{name}"), (11, "Senior {name}"), (17, "Lead {name}"))
TOP: Final = "Head of {field}"
LEVELS: Final = (
    (0, CareerLevel.STUDENT),
    (2, CareerLevel.RECENT_GRADUATE),
    (7, CareerLevel.YOUNG_PROFESSIONAL),
    (18, CareerLevel.ESTABLISHED_PROFESSIONAL),
)
EMPLOYERS_OF: Final = {
    industry: tuple(employer for employer in EMPLOYERS if employer.industry == industry)
    for industry in OCCUPATIONS
}


@dataclass(frozen=True, slots=True)
class Period:
    """Time at a school or an employer, from the year `since` up to the year `until`, or to this day."""

    place: str
    role: str
    since: int
    until: int | None

    def overlaps(self, other: "Period") -> bool:
        """Whether the two were there at the same time."""
        return self.since < (other.until or EVER) and other.since < (self.until or EVER)

    @property
    def dates(self) -> tuple[date, date | None]:
        """The first day, and the last one where it is over."""
        return date(self.since, 9, 1), date(self.until, 8, 31) if self.until else None


@dataclass(frozen=True, slots=True)
class Career:
    """Studies and positions, oldest first; without a position somebody who still studies."""

    occupation: Occupation
    study: Period
    positions: tuple[Period, ...]
    employer: Employer | None
    level: CareerLevel


def career(dice: Random, culture: Culture, today: date, *, has_branches: bool) -> Career:
    """One course of study, then one position after another up to `today`, at a branch where there are any."""
    this_year = today.year if today.month >= 9 else today.year - 1
    worked = min(int(dice.expovariate(1 / USUAL_CAREER)), LONGEST_CAREER) - 1
    occupation, jobs = _jobs(dice, this_year - worked, this_year, has_branches)
    return Career(
        occupation,
        _study(dice, culture, occupation, this_year - worked, this_year),
        tuple(position for position, _ in jobs),
        jobs[-1][1] if jobs else None,
        next((level for years, level in LEVELS if worked < years), CareerLevel.EXECUTIVE),
    )


def _jobs(
    dice: Random, graduated: int, this_year: int, has_branches: bool
) -> tuple[Occupation, list[tuple[Period, Employer]]]:
    industry = _drawn(dice, EMPLOYERS).industry
    occupation = dice.choice(OCCUPATIONS[industry])
    jobs: list[tuple[Period, Employer]] = []
    for since, until in _stays(dice, graduated, this_year):
        pool = EMPLOYERS_OF[industry] if dice.random() < OWN_TRADE else EMPLOYERS
        employer = _drawn(dice, [known for known in pool if not jobs or known is not jobs[-1][1]])
        employer = _branch(dice, employer) if has_branches else employer
        jobs.append((Period(employer.name, _title(occupation, since - graduated), since, until), employer))
    return occupation, jobs


def _stays(dice: Random, graduated: int, this_year: int) -> Iterator[tuple[int, int | None]]:
    """Years with one employer after another, the last of them open."""
    since = graduated
    while since <= this_year:
        until = since + 1 + min(int(dice.expovariate(1 / USUAL_STAY)), LONGEST_STAY)
        yield since, until if until <= this_year else None
        since = until


def _study(dice: Random, culture: Culture, occupation: Occupation, graduated: int, this_year: int) -> Period:
    at_home = dice.random() < AT_HOME
    school = dice.choice(SCHOOLS[culture.language] if at_home else ALL_SCHOOLS)
    degree = f"{dice.choice(('BSc', 'MSc', 'BA', 'MA'))} {occupation.subject}"
    until = graduated if graduated <= this_year else None
    return Period(school, degree, graduated - dice.choice((3, 4, 5)), until)


def _title(occupation: Occupation, worked: int) -> str:
    form = next((form for years, form in LADDER if worked < years), TOP)
    return form.format(name=occupation.name, field=occupation.field)


def _branch(dice: Random, employer: Employer) -> Employer:
    city = dice.choice(CITIES)
    return replace(employer, name=f"{employer.name} {city}", city=city)


def _drawn(dice: Random, employers: Sequence[Employer]) -> Employer:
    return dice.choices(employers, [employer.size for employer in employers])[0]


ALL_SCHOOLS: Final = tuple(school for schools in SCHOOLS.values() for school in schools)
