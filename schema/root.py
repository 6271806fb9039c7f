"""The schema as a whole."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema import enums
from schema.errors import USER_ERRORS
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import SCALARS

__all__ = ["enums", "schema"]

schema = strawberry.Schema(
    query=Query, mutation=Mutation, types=USER_ERRORS, config=StrawberryConfig(scalar_map=SCALARS)
)
"""Every type that clients may ask for. Importing `enums` is what describes theirs."""
