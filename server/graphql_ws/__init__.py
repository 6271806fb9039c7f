"""GraphQL over WebSockets, as an ASGI application over an engine and streams."""

from server.graphql_ws.connections import Connection
from server.graphql_ws.endpoint import GraphQLSockets
from server.graphql_ws.sessions import SocketLimits

__all__ = ["Connection", "GraphQLSockets", "SocketLimits"]
