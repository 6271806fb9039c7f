"""GraphQL over HTTP, as an ASGI application over an engine."""

from server.graphql_http.endpoint import GraphQLEndpoint, RequestContext
from server.graphql_http.received import Received
from server.graphql_http.responses import Reply

__all__ = ["GraphQLEndpoint", "Received", "Reply", "RequestContext"]
