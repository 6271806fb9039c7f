"""The summary of a run, and its comparison with what is expected."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.conformance.outcomes import COLUMNS, Outcome

EXPECTED = Path(__file__).with_name("expected.toml")
Outcomes = Sequence[Outcome]


def expected_failures() -> dict[str, str]:
    """The tests that fail by design, each with the reason."""
    failing: dict[str, str] = tomllib.loads(EXPECTED.read_text())["failing"]
    return failing


def surprises(outcomes: Outcomes, expected: dict[str, str]) -> list[str]:
    """What differs from the expectation: new failures, with pytest's words, new passes, and unknown tests."""
    failed = {outcome.id: outcome for outcome in outcomes if outcome.ended == "failed"}
    known = {outcome.id for outcome in outcomes}
    new = [f"failed unexpectedly: {id}\n{failed[id].details}" for id in failed if id not in expected]
    better = [f"passed unexpectedly: {id}" for id in expected if id in known and id not in failed]
    return new + better + [f"is not in the suite: {id}" for id in expected if id not in known]


def summary(outcomes: Outcomes, expected: dict[str, str]) -> str:
    """The run in plain text, with the sums in its last line."""
    return "\n".join(
        [
            *_table(outcomes),
            "",
            "Ran on the reference, at least in part, because of",
            *_reasons(outcomes),
            "",
            "Failed, as expected",
            *_failures(outcomes, expected),
            "",
            _sums(outcomes),
        ]
    )


def _table(outcomes: Outcomes) -> Iterator[str]:
    files = list(dict.fromkeys(outcome.file for outcome in outcomes))
    width = max(map(len, files), default=0)
    yield " ".join([" " * width, *(f"{column:>9}" for column in COLUMNS)])
    for file in files:
        yield _row(f"{file:<{width}}", [outcome for outcome in outcomes if outcome.file == file])
    yield _row(f"{'together':<{width}}", outcomes)


def _row(name: str, outcomes: Outcomes) -> str:
    counts = Counter(outcome.column for outcome in outcomes)
    return " ".join([name, *(f"{counts[column]:>9}" for column in COLUMNS)])


def _reasons(outcomes: Outcomes) -> list[str]:
    passed = [outcome for outcome in outcomes if outcome.column == "reference"]
    counts = Counter(reason for outcome in passed for reason in outcome.reasons)
    return [f"{count:>5}  {reason}" for reason, count in counts.most_common()] or ["    nothing"]


def _failures(outcomes: Outcomes, expected: dict[str, str]) -> list[str]:
    failed = [outcome.id for outcome in outcomes if outcome.ended == "failed"]
    return [f"  {id}\n    {expected[id]}" for id in failed if id in expected] or ["    nothing"]


def _sums(outcomes: Outcomes) -> str:
    counts = Counter(outcome.column for outcome in outcomes)
    failed, skipped = counts["failed"], counts["skipped"]
    passed = len(outcomes) - failed - skipped
    return f"{counts['compiled']} compiled, {skipped} skipped: {passed} passed, {failed} failed"
