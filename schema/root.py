"""The schema as a whole."""

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema_converter import GraphQLCoreConverter

from schema import enums
from schema.errors import USER_ERRORS
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription

__all__ = ["enums", "schema"]

schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=USER_ERRORS,
    config=StrawberryConfig(scalar_map=SCALARS),
)
"""Every type that clients may ask for. Importing `enums` is what describes theirs."""


def sdl() -> str:
    """The schema in the schema definition language, as it is committed."""
    return schema.as_str() + "\n"


def _describe_directive_arguments() -> None:
    """Strawberry leaves the descriptions of directives' arguments behind; the SDL should have them."""
    for definition in schema._schema_graphql_directives.values():  # noqa: SLF001 - there is no public way
        declared = definition.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
        for field in declared.fields:
            definition.args[
                schema.config.name_converter.get_graphql_name(field)
            ].description = field.description


_describe_directive_arguments()
