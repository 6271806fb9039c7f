"""What a search may be narrowed to."""

import strawberry

from rules.distances import NetworkDegree
from schema.fields import given


@strawberry.input(description="Filter for member search.")
class MemberSearchFilter:
    """Each part narrows the search; an empty list does not."""

    degrees: list[NetworkDegree] | None = given("Any of these distances.", optional=True)
    company_ids: list[strawberry.ID] | None = given(
        "Works or worked at any of these companies.", optional=True
    )
    schools: list[str] | None = given("Attended any of these schools.", optional=True)
    skills: list[str] | None = given("Has any of these skills.", optional=True)
    languages: list[str] | None = given("Speaks any of these languages.", optional=True)
    industries: list[str] | None = given("In any of these industries.", optional=True)
    locations: list[str] | None = given("In any of these places.", optional=True)
    connections_of: strawberry.ID | None = given(
        "Connections of this member (as far as visible).", optional=True
    )
    group_id: strawberry.ID | None = given("Belongs to this group.", optional=True)
