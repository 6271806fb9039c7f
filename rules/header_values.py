"""What is concluded from the values of header fields, of which clients send the same again and again."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

KEPT: Final = 256
"""Clients are of few kinds, each of which always sends the same."""
LONGEST_KEPT: Final = 1024
"""Characters of a value. Usual ones are shorter; what is longer could fill the memory."""


def remembered(function: Callable[P, T], kept: int = KEPT) -> Callable[P, T]:
    """The function with its last results kept, except those for long values."""
    cached: Callable[..., T] = lru_cache(kept)(function)
    called: Callable[..., T] = function

    @wraps(function)
    def remembering(*values: Any) -> T:
        for value in values:
            if value is not None and len(value) > LONGEST_KEPT:
                return called(*values)
        return cached(*values)

    return remembering  # type: ignore[return-value]
