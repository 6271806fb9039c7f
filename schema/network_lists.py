"""How lists of connections are filtered and ordered."""

from datetime import datetime

import strawberry

from executor.fields import Argument
from rules.terms import NetworkOrder, RelationType
from schema.fields import given


@strawberry.input(
    description="Filter for connections: what has all the parts that are given, and of each part any of its "
    "choices. Tags, relation types, dates and interaction work on the viewer's own list only."
)
class NetworkFilter:
    """Which connections to keep; absent and null keep all."""

    query: str | None = given("Name, headline or company contains; at most 100 characters.", optional=True)
    tag_ids: list[strawberry.ID] | None = given("Any of these tags, at most 100.", optional=True)
    company_ids: list[strawberry.ID] | None = given(
        "Works or worked at any of these companies, by their names, at most 100.", optional=True
    )
    industries: list[str] | None = given("Any of these industries, at most 100.", optional=True)
    locations: list[str] | None = given("Any of these locations, at most 100.", optional=True)
    relation_types: list[RelationType] | None = given("Any of these relation types.", optional=True)
    connected_after: datetime | None = given("Connected after.", optional=True)
    inactive_since: datetime | None = given(
        "No interaction since; where there was none at all, connected before.", optional=True
    )


NETWORK_LIST = {
    "filter": Argument(NetworkFilter | None, "What to keep."),
    "order_by": Argument(NetworkOrder, "Order of the list.", NetworkOrder.NEWEST),
}
"""The arguments of a list of connections, besides those of its pages."""
