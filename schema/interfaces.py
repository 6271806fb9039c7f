"""Interfaces that many types share."""

import strawberry

from schema.fields import field
from schema.refs import FollowRef


@strawberry.interface(description="Anything with a global id.")
class Node:
    """Relay's Node: refetched with `Query.node`."""

    id: strawberry.ID = field("Opaque, globally unique, stable for the object's life.")


@strawberry.interface(
    description="Something a member can follow, and who publishes posts: a member or a company."
)
class Followable(Node):
    """A profile or a page."""

    handle: str = field("Unique URL name.")
    follower_count: int | None = field("Followers; null when hidden by the owner.")
    viewer_follow: FollowRef | None = field("The viewer's own follow of it, if any.")
