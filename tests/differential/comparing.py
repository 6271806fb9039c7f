"""The rule by which two executors agree.

The data must be equal, in the order of its keys as well. Each error makes a position null: its own or, where
that may not be null, one above. All errors that any field raises are known from a third run, by the reference
with error propagation turned off: there each stays where it was raised, and nothing is cancelled or left out.
Both results must hold nothing but those, none of them twice. Where only one error was raised at or below a
null position, both must tell it. Of several errors it depends on time which comes first, and which are then
left out, so each result must tell at least one.

The third run leaves out only what is raised below a position that has failed by itself before: the items of a
list that breaks while it is read. Those are no awaitables here, so they are completed before it breaks.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from graphql import ExecutionResult, GraphQLError

Path = tuple[str | int, ...]
# How many parents a batch has depends on time as well.
COUNTS = re.compile(r"gave \d+ values for \d+ parents")
Told = tuple[str, Path, str, str, str]


def disagreements(expected: ExecutionResult, found: ExecutionResult, raised: ExecutionResult) -> list[str]:
    """What is wrong with `found`, or with the rule; `raised` is the result without error propagation."""
    if shown(expected.data) != shown(found.data):
        return [f"the data is\n  {shown(found.data)}\ninstead of\n  {shown(expected.data)}"]
    wrong = [*_untrue("compiled", found, raised), *_untrue("reference", expected, raised)]
    groups = _groups(expected.data, raised)
    return wrong + [
        f"{name} tells nothing of what makes {list(position)} null: {list(group)}"
        for position, group in groups.items()
        for name, result in (("compiled", found), ("reference", expected))
        if not group & _told(result)
    ]


def shown(data: Any) -> str:
    """Data as a client gets it."""
    return json.dumps(data, ensure_ascii=False, default=repr)


def told(error: GraphQLError) -> Told:
    """All that two errors must have in common."""
    original = error.original_error
    return (
        COUNTS.sub("gave too few values", error.message),
        tuple(error.path or ()),
        str([tuple(location) for location in error.locations or ()]),
        json.dumps(error.extensions or {}, sort_keys=True),
        f"{type(original).__module__}.{type(original).__qualname__}",
    )


def _told(result: ExecutionResult) -> Counter[Told]:
    return Counter(told(error) for error in result.errors or ())


def _untrue(name: str, result: ExecutionResult, raised: ExecutionResult) -> Iterator[str]:
    for error in _told(result) - _told(raised):
        yield f"{name} tells an error that was not raised, or tells it twice: {error}"


def _groups(data: Any, raised: ExecutionResult) -> dict[Path, Counter[Told]]:
    """The errors that were raised, by the position that is null because of them."""
    groups: dict[Path, Counter[Told]] = defaultdict(Counter)
    for error in _told(raised):
        groups[null_position(data, error[1])][error] += 1
    return groups


def null_position(data: Any, path: Iterable[str | int]) -> Path:
    """The first null on the way to a position of the response."""
    way: Path = ()
    for key in path:
        if data is None:
            return way
        data = data[key]
        way = (*way, key)
    if data is not None:
        raise ValueError(f"{list(way)} is not null, though an error was raised there")
    return way
