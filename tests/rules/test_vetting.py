"""What two profiles have in common."""

from dataclasses import dataclass
from datetime import date

import pytest

from rules.vetting import are_classmates, are_colleagues, shared_employers, shared_schools

YEAR = 2030
ACME, BETA = 5, 9


@dataclass(frozen=True)
class Job:
    """A position from the first day of a year to the last of another."""

    company_name: str
    since: int | None = None
    until: int | None = None
    company_id: int | None = None

    @property
    def started_on(self) -> date | None:
        return date(self.since, 1, 1) if self.since else None

    @property
    def ended_on(self) -> date | None:
        return date(self.until, 12, 31) if self.until else None


@dataclass(frozen=True)
class Study:
    """A course of study."""

    school: str


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        (Job("Acme", 2010, 2015), Job("Acme", 2015, 2020), True),
        (Job("Acme", 2010, 2014), Job("Acme", 2015, 2020), False),
        (Job("Acme", 2010), Job("Acme", 2029), True),
        (Job("Acme", 2010), Job("Acme", 2031), False),
        (Job("Acme", 2010), Job(" ACME ", 2010), True),
        (Job("Acme", 2010), Job("Beta", 2010), False),
        (Job("Acme", 2010, None, ACME), Job("Acme Inc.", 2010, None, ACME), True),
        (Job("Acme", 2010, None, ACME), Job("acme", 2010), True),
        (Job("Acme", 2010, None, ACME), Job("Acme", 2010, None, BETA), True),
        (Job("Acme", 2010, None, ACME), Job("Beta", 2010, None, BETA), False),
        (Job("Acme"), Job("Acme", 2010), None),
        (Job("Acme", None, 2015), Job("Acme", 2010), None),
        (Job("Acme"), Job("Beta", 2010), False),
        (None, Job("Acme", 2010), None),
        (Job("Acme", 2010), None, None),
    ],
)
def test_colleagues_worked_for_one_employer_in_the_same_year(
    own: Job | None, other: Job | None, expected: bool | None
) -> None:
    """None where a date is missing that would say it, and where a profile names no employer."""
    for one, two in ((own, other), (other, own)):
        assert are_colleagues([one] if one else [], [two] if two else [], YEAR) is expected


def test_a_hidden_career_says_as_little_as_an_empty_one() -> None:
    job = [Job("Acme", 2010)]
    assert are_colleagues(job, None, YEAR) is are_colleagues(None, job, YEAR) is None


def test_one_dated_match_is_enough() -> None:
    own = [Job("Acme"), Job("Acme", 2010, 2012), Job("Beta")]
    assert are_colleagues(own, [Job("Acme", 2012)], YEAR) is True


def test_shared_employers_are_companies_of_overlapping_years_the_latest_first() -> None:
    own = [Job("Acme", 2001, 2003, ACME), Job("Beta", 2010, 2020, BETA), Job("Only a name", 2020)]
    other = [Job("Acme Inc.", 2003, 2004, ACME), Job("beta", 2015, 2016), Job("Only a name", 2020)]
    assert shared_employers(own, other, YEAR) == [BETA, ACME]
    assert shared_employers(own, [Job("Acme", 2004, 2010, ACME), Job("Beta", None, None, BETA)], YEAR) == []


def test_another_cannot_pass_off_a_page_as_an_employer() -> None:
    own, other = [Job("Acme", 2010)], [Job("Acme", 2010, None, BETA)]
    assert shared_employers(own, other, YEAR) == []
    assert shared_employers([Job("Acme", 2010, None, ACME)], other, YEAR) == [ACME]


def test_no_more_than_ten_shared_employers_and_schools_are_told() -> None:
    jobs = [Job(f"c{number}", 2000 + number, 2000 + number, number) for number in range(1, 13)]
    assert shared_employers(jobs, jobs, YEAR) == list(range(12, 2, -1))
    studies = [Study(f"s{number}") for number in range(12)]
    assert shared_schools(studies, studies[::-1]) == [f"s{number}" for number in range(10)]


def test_a_shared_school_is_told_once_and_as_the_own_profile_spells_it() -> None:
    own = [Study("École  Normale"), Study("Lund"), Study("école normale")]
    assert shared_schools(own, [Study("ÉCOLE NORMALE"), Study("lund ")]) == ["École  Normale", "Lund"]
    assert shared_schools(own, [Study("Oslo")]) == shared_schools([], own) == []


def test_classmates_attended_one_school() -> None:
    lund, oslo = [Study("Lund")], [Study("Oslo")]
    assert are_classmates(lund, [*oslo, *lund]) is True
    assert are_classmates(lund, oslo) is False
    assert are_classmates(lund, []) is are_classmates(None, lund) is are_classmates(lund, None) is None
