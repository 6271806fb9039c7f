"""How values say of what type they are, rightly or wrongly, at once or later."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from graphql import GraphQLError

# One object in so many says something wrong, depending on its key.
ONE_WRONG_IN = 23


def _kind(value: Any) -> str | None:
    return getattr(value, "kind", None)


def _key(value: Any) -> int:
    return getattr(value, "key", 1)


def is_type_of(name: str, random: Random) -> Callable[[Any, Any], Any]:
    """A predicate for one type."""
    residue = random.randrange(ONE_WRONG_IN)

    def check(value: Any, _info: Any) -> bool:
        if _kind(value) == name and _key(value) % ONE_WRONG_IN == residue:
            if residue % 2:
                raise GraphQLError(f"can't tell whether it is {name}")
            return False
        return _kind(value) == name

    return _maybe_later(check, random)


def resolve_type(others: Sequence[str], random: Random) -> Callable[[Any, Any, Any], Any]:
    """A function that names the type of a value; `others` are the names that it may give instead."""
    wrong: Sequence[Any] = [None, "Nope", 7, "raise", *others]
    residue = random.randrange(ONE_WRONG_IN)

    def resolve(value: Any, _info: Any, _type: Any) -> Any:
        key = _key(value)
        name = wrong[key % len(wrong)] if key % ONE_WRONG_IN == residue else _kind(value)
        if name == "raise":
            raise ValueError("can't tell what it is")
        return name

    return _maybe_later(resolve, random)


def _maybe_later(function: Callable[..., Any], random: Random) -> Callable[..., Any]:
    sleeps = random.choice([None, None, 0, 1])
    if sleeps is None:
        return function

    async def later(*arguments: Any) -> Any:
        if sleeps:
            await asyncio.sleep(0)
        return function(*arguments)

    return later
