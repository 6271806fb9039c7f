"""What all pages have, and pages of members."""

import strawberry

from schema.fields import field
from schema.refs import MemberRef


@strawberry.type(description="Relay page information.")
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = field("More items after `endCursor`.")
    has_previous_page: bool = field("More items before `startCursor`.")
    start_cursor: str | None = field("Cursor of the first edge.")
    end_cursor: str | None = field("Cursor of the last edge.")


@strawberry.type(description="One place in a list of members.")
class MemberEdge:
    """A member in a list."""

    cursor: str = field("Opaque position in the list.")
    node: MemberRef | None = field("The member; null when it became invisible.")


@strawberry.type(description="A page of members.")
class MemberConnection:
    """Members in pages."""

    edges: list[MemberEdge] = field("The members with their cursors.")
    nodes: list[MemberRef | None] = field("The members alone; null holes are what became invisible.")
    page_info: PageInfo = field("Where this page stands in the list.")
    total_count: int | None = field("Size of the whole list; null when hidden or too costly to count.")
