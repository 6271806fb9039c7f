"""Removing connections."""

import strawberry

from auth.identity import OAuthScope
from resolvers import removals
from schema.errors import UserError
from schema.fields import field, given, input_of, mutation, payload
from schema.refs import RelationshipRef


@input_of("removeConnection")
class RemoveConnectionInput:
    """Which connection."""

    member_id: strawberry.ID = given("The member at the other end.")
    keep_following: bool = given("Stay a follower.", default=False)


@payload("removeConnection")
class RemoveConnectionPayload:
    """What ended."""

    relationship: RelationshipRef | None = field("Where the two stand now.", batch=removals.relationships_of)
    removed_connection_id: strawberry.ID | None = field(
        "The connection that ended; null when there was none."
    )
    user_errors: list[UserError] = field("Empty on success.")


@input_of("removeConnections")
class RemoveConnectionsInput:
    """Which connections."""

    member_ids: list[strawberry.ID] = given("The members at the other end, at most 100.")
    keep_following: bool = given("Stay a follower.", default=False)


@payload("removeConnections")
class RemoveConnectionsPayload:
    """What ended."""

    relationships: list[RelationshipRef | None] = field(
        "Where the viewer and each member stand now, in the order of the input; null where a member is "
        "missing or hidden.",
        batch=removals.relationships_of_all,
    )
    removed_connection_ids: list[strawberry.ID] = field("The connections that ended.")
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.type
class RemovalMutations:
    """Ending connections."""

    remove_connection: RemoveConnectionPayload | None = mutation(
        "Remove a connection. The other is not told.",
        removals.remove_connection,
        RemoveConnectionInput,
        scopes=[OAuthScope.NETWORK_WRITE],
    )
    remove_connections: RemoveConnectionsPayload | None = mutation(
        "Remove up to 100 connections (pruning).",
        removals.remove_connections,
        RemoveConnectionsInput,
        scopes=[OAuthScope.NETWORK_WRITE],
        weight=100,
    )
