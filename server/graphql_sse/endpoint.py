"""The endpoint: the one of GraphQL over HTTP, whose answers are event streams."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from graphql import ExecutionResult, GraphQLError
from starlette.requests import Request
from starlette.types import ASGIApp

from auth.background import repeating
from executor.engine import Engine, Operation
from server.graphql_http import GraphQLEndpoint
from server.graphql_http.endpoint import OpenContext, RequestContext
from server.graphql_http.media_types import JSON, negotiated
from server.graphql_http.parameters import Parameters
from server.graphql_http.received import Received
from server.graphql_http.responses import content_of
from server.graphql_sse.events import MEDIA_TYPE
from server.graphql_sse.register import Register
from server.graphql_sse.responses import whole
from server.graphql_sse.streams import EventStream
from server.streams.callers import Caller
from server.streams.hub import Streams

SWEEP_SECONDS = 1


class EventStreamEndpoint(GraphQLEndpoint):
    """An ASGI application that serves all operations as event streams, by POST and, but mutations, by GET.

    What is wrong with a GraphQL document is told inside the stream, as the protocol demands. What is wrong
    with the HTTP request is told by a status and JSON, as on the main path. A member may have `per_member`
    subscriptions at once. Only Uvicorn with `Connection` as its `http` class ends and drops them in time.
    """

    def __init__(
        self,
        engine: Engine,
        open_context: OpenContext,
        streams: Streams,
        open_caller: Callable[[Request], Caller],
        *,
        per_member: int = 20,
        **limits: Any,
    ) -> None:
        super().__init__(engine, open_context, **limits)
        self.streams = streams
        self.open_caller = open_caller
        self.register = Register(per_member)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """End the streams that must end, until the block does."""
        async with repeating("Looking after event streams", SWEEP_SECONDS, self.register.sweep):
            yield

    def _negotiated(self, accept: str | None) -> str:
        negotiated(accept, (MEDIA_TYPE,))
        return JSON

    def _refusal(self, errors: Sequence[GraphQLError], media_type: str) -> ASGIApp:
        del media_type
        return whole({"errors": [error.formatted for error in errors]})

    def _parameters(self, request: Received) -> Parameters:
        """A client that comes back by itself sends what it sent before, and where it has read up to."""
        parameters = super()._parameters(request)
        last = request.headers.get("last-event-id")
        if last:
            parameters.variables["after"] = last
        return parameters

    def _whole(self, result: ExecutionResult, media_type: str) -> ASGIApp:
        del media_type
        return whole(content_of(result))

    async def _follow(self, request: Request, operation: Operation, context: RequestContext) -> EventStream:
        operation.check_scopes(context.scopes, anonymous=context.is_anonymous)
        stream = EventStream(self.open_caller(request), self.register.leave)
        self.register.enter(stream)
        try:
            stream.subscription = await self.streams.subscribe(operation, stream.caller, stream)
        except BaseException:
            stream.close()
            raise
        return stream
