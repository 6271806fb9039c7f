"""GraphQL over server-sent events: the `graphql-sse` protocol's distinct connections, one operation each."""

from server.graphql_sse.connections import Connection
from server.graphql_sse.endpoint import EventStreamEndpoint

__all__ = ["Connection", "EventStreamEndpoint"]
