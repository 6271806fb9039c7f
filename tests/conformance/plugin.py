"""What pytest loads before the suite: puts the adapter in the reference's place, and notes outcomes."""

import os
import sys
from pathlib import Path
from types import FunctionType
from typing import Any

import graphql
import pytest
from graphql import harness

from tests.conformance import adapter
from tests.conformance.outcomes import Outcome, save

OUTCOMES = "RAPPORT_TEST_CONFORMANCE_OUTCOMES"
INCREMENTAL = adapter.by_reference(graphql.experimental_execute_incrementally, "incremental delivery")
SUBSCRIBED = adapter.by_reference(graphql.subscribe, "a subscription")


def _replace(modules: list[Any], old: Any, new: Any) -> None:
    """Let all names of these modules that mean the one thing mean the other."""
    for module in modules:
        for name in [name for name, value in vars(module).items() if value is old]:
            setattr(module, name, new)


def _stand_in() -> None:
    everywhere = [module for name, module in sys.modules.items() if name.split(".")[0] == "graphql"]
    # `execute` itself is made of these two, so they keep their place in its own module.
    imported = [graphql, graphql.execution]
    _replace(everywhere, graphql.execute, adapter.execute)
    _replace(everywhere, graphql.execute_sync, adapter.execute_sync)
    _replace(imported, graphql.experimental_execute_incrementally, INCREMENTAL)
    _replace(imported, graphql.subscribe, SUBSCRIBED)
    _replace_harness(everywhere, harness.default_harness._replace(execute=adapter.execute))


def _replace_harness(modules: list[Any], new: harness.GraphQLHarness) -> None:
    """`graphql` and `graphql_sync` execute by a harness, which stands in their defaults."""
    old = harness.default_harness
    for function in (graphql.graphql, graphql.graphql_sync):
        assert isinstance(function, FunctionType)
        defaults = function.__defaults__ or ()
        function.__defaults__ = tuple(new if value is old else value for value in defaults)
    _replace(modules, old, new)


_stand_in()
outcomes: dict[str, Outcome] = {}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin to note the calls of a test."""
    adapter.calls.clear()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how a test ended: a phase that goes well changes nothing after its call."""
    if report.when == "call" or not report.passed:
        how = list(adapter.calls)
        outcomes[report.nodeid] = Outcome(report.nodeid, report.outcome, how, report.longreprtext)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave the outcomes for the command that runs the suite."""
    save(outcomes.values(), Path(os.environ[OUTCOMES]))
