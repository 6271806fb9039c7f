"""Runs graphql-core's own tests of execution against the compiled executor: `python -m tests.conformance`.

The tests come from the source distribution that is pinned in `suite.txt`. Arguments go to pytest. Fails
if a test fails that should not, or passes that should fail; `expected.toml` says which and why.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.conformance.fetching import FOLDER, PACKAGE, PACKAGES, fetch
from tests.conformance.outcomes import Outcome, load
from tests.conformance.report import expected_failures, summary, surprises

HERE = Path(__file__).parent
OUTCOMES = FOLDER / "outcomes.json"
# Left out is what tests no operation: single classes and functions (aborted_graphql_execution_error,
# collect_fields, executor_throwing_on_incremental, map_async_iterable), and what no request of ours has:
# incremental delivery, signals that abort and hooks (cancellation, hooks). Subscriptions are not compiled.
EXECUTION = (
    *("abstract", "customize", "directives", "error_propagation", "execution_result", "executor", "lists"),
    *("middleware", "mutations", "nonnull", "oneof", "parallel", "resolve", "schema", "sync"),
    *("too_deeply_nested_selections", "union_interface", "variables"),
)
FILES = [*(f"execution/test_{name}.py" for name in EXECUTION), "type/test_introspection.py"]


def main(arguments: list[str]) -> int:
    """Run the suite, print the summary and answer with the exit status."""
    fetch()
    outcomes = _outcomes(arguments)
    expected = expected_failures()
    if arguments:  # A part of the suite says nothing of the tests it leaves out.
        ids = {outcome.id for outcome in outcomes}
        expected = {id: reason for id, reason in expected.items() if id in ids}
    found = surprises(outcomes, expected)
    print(*found, summary(outcomes, expected), sep="\n")
    return 1 if found or not outcomes else 0


def _outcomes(arguments: list[str]) -> list[Outcome]:
    """Run all tests, and once more those that fail, with results that are not awaitable.

    The reference's result is awaitable if and only if a resolver's was, which a coroutine can't imitate.
    Most tests await what they expect to be awaitable, some assert that a result is not.
    """
    first = _run([*arguments, *FILES], "awaitable")
    failed = [outcome.id for outcome in first if outcome.ended == "failed"]
    again = {outcome.id: outcome for outcome in _run(failed, "plain")} if failed else {}
    better = {id for id, outcome in again.items() if outcome.ended == "passed"}
    return [again[outcome.id] if outcome.id in better else outcome for outcome in first]


def _run(arguments: list[str], results: str) -> list[Outcome]:
    OUTCOMES.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(PACKAGES)]),
        "RAPPORT_TEST_CONFORMANCE_OUTCOMES": str(OUTCOMES),
        "RAPPORT_TEST_CONFORMANCE_RESULTS": results,
    }
    settings: list[str | Path] = [
        "-c",
        HERE / "suite.ini",
        f"--rootdir={PACKAGE}",
        "--quiet",
        "--no-header",
        "--tb=short",
    ]
    with (FOLDER / f"{results}.log").open("w") as log:
        command = [sys.executable, "-m", "pytest", *settings, *arguments]
        subprocess.run(command, cwd=PACKAGE, env=environment, stdout=log, stderr=log)
    return load(OUTCOMES) if OUTCOMES.exists() else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
