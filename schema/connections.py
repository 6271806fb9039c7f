"""The link between two members, and pages over a member's network."""

from datetime import datetime
from operator import attrgetter

import strawberry

from auth.identity import OAuthScope
from loaders.connections import ConnectionRow
from loaders.relationships import Link
from resolvers import connections, own_connections
from rules.terms import RelationType
from schema.fields import entity, field
from schema.interfaces import Node
from schema.pages import PageInfo
from schema.refs import ConnectionRequestRef, IntroductionRef, MemberRef, TagRef


@entity(
    ConnectionRow | Link,
    "An accepted, mutual connection between two members. The one type with this ending that is not a page: "
    "lists page over members, see `NetworkConnection`.",
)
class Connection(Node):
    """An accepted link."""

    id: strawberry.ID = field("Global id.", value=connections.public_id)
    members: list[MemberRef | None] = field(
        "Both members; null where one is not visible.", batch=connections.both_members
    )
    connected_at: datetime | None = field("When the request was accepted; null to third parties.")
    relation_type: RelationType | None = field(
        "How they know each other, as chosen on the request; null without one, and to third parties.",
        batch=own_connections.relation_types,
    )
    tags: list[TagRef] = field(
        "The viewer's private tags by name. Empty for other people's connections.",
        batch=own_connections.carried_tags,
    )
    private_note: str | None = field("The viewer's private note ('met at ...').", batch=own_connections.notes)
    last_interaction_at: datetime | None = field(
        "Last message either way since they connected. Null where there was none, and for other people's "
        "connections.",
        batch=own_connections.last_interactions,
    )
    request: ConnectionRequestRef | None = field(
        "The request it came from, if any. Only for the two members.",
        batch=own_connections.requests,
        scopes=[OAuthScope.REQUESTS_READ],
    )
    introduction: IntroductionRef | None = field(
        "The introduction it came from. Only for the two members.",
        batch=connections.introductions,
        reads=("member_id", "other_id"),
        scopes=[OAuthScope.NETWORK_READ],
    )


@strawberry.type(description="One place in a list of members with the links to them.")
class NetworkEdge:
    """A member and the link to them."""

    cursor: str = field("Opaque position in the list.")
    node: MemberRef | None = field("The member at the other end; null when it became invisible.")
    connection: Connection | None = field(
        "The link itself; null when the member is.", value=attrgetter("node")
    )


@strawberry.type(description="A page of members with the links to them.")
class NetworkConnection:
    """A page of somebody's network."""

    edges: list[NetworkEdge] = field("The members with the links to them with their cursors.")
    nodes: list[MemberRef | None] = field(
        "The members with the links to them alone; null holes are what became invisible."
    )
    page_info: PageInfo = field("Where this page stands in the list.")
    total_count: int | None = field("Size of the whole list; null when hidden or too costly to count.")
