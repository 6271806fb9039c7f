"""Each limit has its own coded error, exactly one step past what is allowed."""

from collections.abc import Callable

import pytest
from graphql import GraphQLError

from executor.engine import Engine
from executor.failures import InvalidRequest
from executor.limits import Limits
from tests.executor.toy import schema


def refused(engine: Engine, text: str, **variables: object) -> list[GraphQLError]:
    """The errors of an operation that may not run."""
    with pytest.raises(InvalidRequest) as caught:
        engine.prepare(text, None, variables)
    return caught.value.errors


def codes(engine: Engine, text: str, **variables: object) -> list[object]:
    """Their codes."""
    return [(error.extensions or {})["code"] for error in refused(engine, text, **variables)]


def deep(n: int) -> str:
    """`n` levels of fields."""
    return "{ member { " + "friends(first: 1) { " * (n - 2) + "id" + " }" * n


EXACT: list[tuple[str, int, Callable[[int], str]]] = [
    ("LENGTH", 262_144, lambda n: "{echo}" + " " * (n - 6)),
    ("LINE", 10_000, lambda n: "{echo}" + "\n" * (n - 1)),
    ("TOKEN", 2_000, lambda n: "{ nodes(memberIds: [" + "1 " * (n - 12) + "]) { id } }"),
    ("TOKEN", 2_000, lambda n: "#\n" * n + "{ echo }"),
    ("DEPTH", 12, deep),
    ("ALIAS", 30, lambda n: "{" + "".join(f"a{k}: echo " for k in range(n)) + "}"),
    ("ALIAS", 30, lambda n: "{" + "...F " * n + "} fragment F on Query { a: echo }"),
    ("ALIAS_LENGTH", 100, lambda n: "{ ...F } fragment F on Query { echo member { " + "a" * n + ": id } }"),
    ("DIRECTIVE", 50, lambda n: "{ member {" + "id @skip(if: false) " * n + "} }"),
    ("SAME_NAME", 100, lambda n: "{" + "echo " * n + "}"),
    (
        "SAME_NAME",
        100,
        lambda n: "{ ...F " + "echo " * (n - 9) + "} fragment F on Query {" + "echo " * 9 + "}",
    ),
    ("NODE", 10_000, lambda n: f"{{ member {{ friends(first: {n - 1}) {{ id }} }} }}"),
    (
        "FIELD",
        5_000,
        lambda n: (
            "{ member {" + "friends(first: 1) { ...F }" * 49 + "id " * (n - 1 - 49 * 101) + "} }"
            "fragment F on Member {" + "id " * 100 + "}"
        ),
    ),
]


@pytest.mark.parametrize(("name", "limit", "text"), EXACT)
def test_a_limit_is_kept_to_the_letter(
    engine: Engine, name: str, limit: int, text: Callable[[int], str]
) -> None:
    assert engine.prepare(text(limit))
    (error,) = refused(engine, text(limit + 1))
    found = limit + 1
    assert error.extensions == {"code": f"{name}_LIMIT_EXCEEDED", "limit": limit, "found": found}


def test_all_limits_that_an_operation_exceeds_are_named(engine: Engine) -> None:
    text = deep(13).replace("{ member", "{" + "a: echo " * 31 + "member")
    assert codes(engine, text) == ["DEPTH_LIMIT_EXCEEDED", "ALIAS_LIMIT_EXCEEDED"]


def test_page_sizes_in_variables_are_counted_for_each_request(engine: Engine) -> None:
    text = "query ($n: Int) { member { friends(first: $n) { friends(first: $n) { id } } } }"
    assert engine.prepare(text, None, {"n": 90}).nodes == 1 + 90 + 8_100
    assert codes(engine, text, n=100) == ["NODE_LIMIT_EXCEEDED"]


def test_limits_are_settings() -> None:
    small = Engine(schema, Limits(depth=2, nodes=3, default_page_size=2))
    assert small.prepare("{ member { id } }")
    assert codes(small, "{ member { company { id } } }") == ["DEPTH_LIMIT_EXCEEDED"]
    assert codes(Engine(schema, Limits(nodes=3)), "{ member { friends { id } } }") == ["NODE_LIMIT_EXCEEDED"]


@pytest.mark.parametrize("opening", ["{a", "...{", "...@a{", "{member{...on Member{"])
def test_documents_that_nest_without_end_are_refused(engine: Engine, opening: str) -> None:
    for levels in (50, 101, 150, 250, 600):
        assert codes(engine, "{" + opening * levels + "id" + "}" * levels + "}")[0] in {
            "DEPTH_LIMIT_EXCEEDED",
            "GRAPHQL_PARSE_FAILED",
            "GRAPHQL_VALIDATION_FAILED",
            "TOKEN_LIMIT_EXCEEDED",
        }


@pytest.mark.parametrize("levels", [50, 150, 240])
def test_chains_of_fragments_end_in_a_coded_error(engine: Engine, levels: int) -> None:
    chain = "".join(f"fragment F{n} on Query{{...F{n + 1}}}" for n in range(levels))
    text = "{...F0}" + chain + f"fragment F{levels} on Query{{echo}}"
    if levels < 100:
        assert engine.prepare(text)
    else:
        assert codes(engine, text) == ["DEPTH_LIMIT_EXCEEDED"]


def test_values_that_nest_without_end_are_refused(engine: Engine) -> None:
    for levels in (100, 190, 900):
        found = codes(engine, "{ echo(numbers: " + "[" * levels + "1" + "]" * levels + ") }")
        assert found[0] in {"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}
