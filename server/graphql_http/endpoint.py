"""The endpoint: from an HTTP request to a GraphQL operation and back."""

from collections.abc import Callable, Sequence
from typing import Protocol

from graphql import ExecutionResult, GraphQLError
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from executor.engine import Engine, ExecutionContext, Operation
from executor.errors import CodedError
from executor.failures import InvalidRequest, internal_error
from server.graphql_http import responses
from server.graphql_http.body import read_body, too_large
from server.graphql_http.errors import METHODS, HTTPError, bad_request, method_not_allowed, unauthenticated
from server.graphql_http.media_types import JSON, negotiated, require_json
from server.graphql_http.parameters import Parameters, from_body, from_query_string
from server.graphql_http.received import Received
from server.journal import request_id


class RequestContext(ExecutionContext, Protocol):
    """What the endpoint asks of an operation's context; it is also what resolvers get."""

    @property
    def scopes(self) -> frozenset[str] | None:
        """The scopes of the token; None holds all of them."""

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is signed in."""


OpenContext = Callable[[Request], RequestContext]


class GraphQLEndpoint:
    """An ASGI application that serves queries and mutations by POST, and queries by GET.

    `open_context` may raise a `CodedError` with the code `UNAUTHENTICATED` for credentials that are invalid,
    expired or revoked. Sizes are in bytes, times in seconds.
    """

    def __init__(
        self,
        engine: Engine,
        open_context: OpenContext,
        *,
        max_body_bytes: int = 256 * 1024,
        body_timeout: float = 10,
        operation_timeout: float = 10,
    ) -> None:
        self.engine = engine
        self.open_context = open_context
        self.max_body_bytes = max_body_bytes
        self.body_timeout = body_timeout
        self.operation_timeout = operation_timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        try:
            response = await self.response(Received(scope, receive))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def response(self, request: Received) -> ASGIApp:
        """What answers a request. Raises ClientDisconnect where nobody waits for it any more."""
        media_type = JSON
        try:
            media_type = self._negotiated(request.headers.get("accept"))
            return await self._answer(request, media_type)
        except ClientDisconnect:
            raise
        except HTTPError as error:
            return responses.rejection(error, media_type)
        except InvalidRequest as invalid:
            return self._refusal(invalid.errors, media_type)
        except CodedError as error:
            return self._refusal([error], media_type)
        except Exception as error:
            return responses.failure(internal_error(error, request_id.get()), media_type)

    async def _answer(self, request: Received, media_type: str) -> ASGIApp:
        if request.method == "POST":
            require_json(request.headers.get("content-type"), request.headers.get("content-encoding"))
            if request.whole_body is None:
                request.whole_body = await read_body(request.receive, self.max_body_bytes, self.body_timeout)
        parameters = self._parameters(request)
        context = self._context(request)
        operation = self.engine.prepare(*parameters)
        if operation.kind == "subscription":
            return await self._follow(request, operation, context)
        if operation.kind == "mutation" and request.method == "GET":
            raise method_not_allowed("Mutations are sent by POST.", "POST")
        operation.check_scopes(context.scopes, anonymous=context.is_anonymous)
        result = await self.engine.execute(
            operation, context, request_id=request_id.get(), timeout=self.operation_timeout
        )
        return self._whole(result, media_type)

    def _context(self, request: Request) -> RequestContext:
        try:
            return self.open_context(request)
        except CodedError as error:
            if (error.extensions or {}).get("code") == "UNAUTHENTICATED":
                raise unauthenticated(error.message) from None
            raise

    def _negotiated(self, accept: str | None) -> str:
        return negotiated(accept)

    def _refusal(self, errors: Sequence[GraphQLError], media_type: str) -> ASGIApp:
        return responses.refusal(errors, media_type)

    def _parameters(self, request: Received) -> Parameters:
        if request.method == "GET":
            return from_query_string(request.scope["query_string"])
        if request.whole_body is None:
            raise method_not_allowed(f"Use one of {METHODS}.", METHODS)
        if len(request.whole_body) > self.max_body_bytes:
            raise too_large(self.max_body_bytes)
        return from_body(request.whole_body)

    async def _follow(self, request: Request, operation: Operation, context: RequestContext) -> ASGIApp:
        del request, operation, context
        raise bad_request("Subscriptions are not served here.", "SUBSCRIPTION_NOT_SUPPORTED")

    def _whole(self, result: ExecutionResult, media_type: str) -> ASGIApp:
        return responses.answer(result, media_type)
