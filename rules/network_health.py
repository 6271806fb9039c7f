"""How a network does: the size that is usual, goals, and for how long nothing happened."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from rules.members import TextRule, check_texts
from rules.policy import NetworkBenchmark, NetworkPolicy
from rules.refusals import UserErrorCode, ValidationError

RATED: Final = timedelta(days=90)
"""Over which time a member's requests are rated."""
LONGEST: Final = timedelta(days=36_500)
"""Longest time without interaction that can be asked for."""
GOAL_TEXTS: Final[Mapping[str, TextRule]] = {"purpose": TextRule(500)}
GOAL_NUMBERS: Final[Mapping[str, int]] = {"target_connections": 100_000, "weekly_requests": 1_000}
"""The most of each."""


def check_goal(goal: Mapping[str, object]) -> Iterator[ValidationError]:
    """Every violated bound of a goal; all its parts may be left out."""
    yield from check_texts(goal, GOAL_TEXTS)
    for name, most in GOAL_NUMBERS.items():
        match goal[name]:
            case int(number) if not 1 <= number <= most:
                yield _invalid(name, f"A number from 1 to {most} is needed.", f"range=1-{most}")
    match goal["due_on"]:
        case date(year=year) if not 2000 <= year <= 2100:
            yield _invalid("due_on", "A year from 2000 to 2100 is needed.", "year=2000-2100")


def benchmark(level: str | None, policy: NetworkPolicy) -> NetworkBenchmark | None:
    """The size that is usual at a career level; None where that is not known."""
    return next((each for each in policy.benchmarks if each.level == level), None)


def _invalid(field: str, message: str, constraint: str) -> ValidationError:
    return ValidationError(message=message, code=UserErrorCode.INVALID, field=[field], constraint=constraint)
