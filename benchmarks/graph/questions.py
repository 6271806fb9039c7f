"""What is asked: by clients in GraphQL, and by baselines."""

from dataclasses import dataclass, field
from typing import Final

from benchmarks.graph import baselines

PREVIEW: Final = "nodes { handle displayName headline }"
FAR: Final = "query ($ids: [ID!]!) {{ viewer {{ relationships(memberIds: $ids) {{ {selection} }} }} }}"


@dataclass(frozen=True, slots=True)
class Question:
    """An operation, and statements that answer the same, each sent so many times.

    What it answers may be kept for a while.
    """

    name: str
    operation: str
    baselines: dict[str, str]
    times: dict[str, int] = field(default_factory=dict)
    is_kept: bool = False


QUESTIONS: Final = (
    Question(
        "degree of 25",
        FAR.format(selection="degree"),
        {
            "arrays read": baselines.ARRAYS,
            "join": baselines.DEGREE_BY_JOIN,
            "recursive": baselines.DEGREE_RECURSIVE,
        },
    ),
    Question(
        "mutual counts of 25",
        FAR.format(selection="mutualCount"),
        {"arrays read": baselines.ARRAYS, "join": baselines.MUTUAL_COUNTS},
    ),
    Question(
        "paths to 25",
        FAR.format(selection="paths { length broker { handle } }"),
        {"recursive": baselines.PATHS_RECURSIVE},
    ),
    Question(
        "mutual connections",
        f"query ($id: ID!) {{ member(id: $id) {{ mutualConnections(first: 20) {{ {PREVIEW} }} }} }}",
        {"join": baselines.MUTUAL_PAGE},
    ),
    Question(
        "page of connections",
        f"{{ viewer {{ connections(first: 20) {{ {PREVIEW} }} }} }}",
        {"8 round trips": baselines.ROUND_TRIP},
        {"8 round trips": 8},
    ),
    Question(
        "suggestions",
        "{ viewer { suggestions(first: 20) { nodes { member { handle displayName headline } } } } }",
        {"exact": baselines.SUGGESTIONS, "4 round trips": baselines.ROUND_TRIP},
        {"4 round trips": 4},
        is_kept=True,
    ),
)
