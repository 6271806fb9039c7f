"""GraphQL over HTTP, as an ASGI application over an engine."""

from server.graphql_http.endpoint import GraphQLEndpoint, RequestContext

__all__ = ["GraphQLEndpoint", "RequestContext"]
