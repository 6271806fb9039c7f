"""Interfaces that many types share."""

import strawberry

from schema.fields import field


@strawberry.interface(description="Anything with a global id.")
class Node:
    """Relay's Node: refetched with `Query.node`."""

    id: strawberry.ID = field("Opaque, globally unique, stable for the object's life.")
