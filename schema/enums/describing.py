"""How an enum of `rules/` or `auth/` becomes one of GraphQL."""

from enum import EnumMeta
from typing import Any

import strawberry


def describe(values: EnumMeta, description: str, **descriptions: str) -> None:
    """Make an enum one of GraphQL; a value without description, or one too many, fails at import."""
    declared: Any = strawberry.enum(values, description=description)
    for value in declared.__strawberry_definition__.values:
        value.description = descriptions.pop(value.name)
    assert not descriptions, f"{values.__name__} has no {', '.join(descriptions)}"
