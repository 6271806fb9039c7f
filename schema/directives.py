"""Directives of the schema itself, published so that a client can read scopes and price a query."""

import strawberry
from strawberry import UNSET
from strawberry.schema_directive import Location

from auth.identity import OAuthScope


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="cost",
    description="Static cost weight. List fields multiply by the named page-size arguments. "
    "Published so that any client can price a query before sending it.",
)
class Cost:
    """`@cost` of a field."""

    weight: int = strawberry.field(default=1, description="Points for selecting it once.")
    multipliers: list[str] | None = strawberry.field(
        default=("first", "last"),
        description="Arguments whose size multiplies the points.",
    )
    assumed_size: int | None = strawberry.field(
        default=UNSET, description="How many objects a list without pages counts as, whatever it has."
    )


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requiresScope",
    description="OAuth scopes, any one of which a token needs to select the field. "
    "First-party sessions hold all scopes; an empty list admits them alone.",
)
class RequiresScope:
    """`@requiresScope` of a field."""

    any_of: list[OAuthScope] = strawberry.field(description="One of these is enough.")
