"""One operation of a socket: a query or mutation that runs, or a subscription that is delivered."""

import asyncio
import secrets
from collections.abc import Iterable

from graphql import GraphQLError

from auth.identity import Viewer
from executor.engine import Operation
from executor.errors import CodedError
from executor.failures import InvalidRequest, internal_error
from server.graphql_http.parameters import Parameters
from server.graphql_http.responses import content_of, encoded
from server.graphql_ws.closing import TOO_SLOW
from server.graphql_ws.messages import complete_frame, operation_frame
from server.graphql_ws.sessions import Session
from server.journal import request_id
from server.streams.callers import Caller
from server.streams.hub import Subscription
from server.streams.sinks import Result


class SocketOperation:
    """What a client subscribed to under an id. Nothing is sent for it once it `is_over`.

    It is the sink of its subscription. Only while it runs or subscribes has it a task.
    """

    __slots__ = ("_caller", "_session", "_subscription", "id", "is_over", "streams", "task")

    def __init__(self, session: Session, caller: Caller, id: str) -> None:
        self.id = id
        self.is_over = False
        self.streams = False
        self.task: asyncio.Task[None] | None = None
        self._caller = caller
        self._session = session
        self._subscription: Subscription | None = None

    def start(self, parameters: Parameters) -> None:
        """Run or subscribe."""
        self._session.operations[self.id] = self
        self.task = asyncio.create_task(self._run(parameters))

    def cancel(self) -> None:
        """Stop, and send nothing more."""
        self.is_over = True
        self._session.finished(self.id)
        if self.task is not None:
            self.task.cancel()
        if self._subscription is not None:
            self._subscription.cancel()

    def put(self, result: Result) -> None:
        """Send the result of an event, to whoever may still see it."""
        if self.is_over:
            return
        if self._caller.is_good:
            self._session.connection.write(self._framed(result))
        else:
            self._session.revoke()

    @property
    def is_full(self) -> bool:
        """Whether the client has enough to read."""
        return self._session.connection.is_full

    async def drained(self) -> None:
        """Wait until the client has read most of it, or is gone."""
        await self._session.connection.writable.wait()

    def end(self) -> None:
        """Tell the client that nothing more comes."""
        self._finish(complete_frame(self.id))

    def give_up(self) -> None:
        """Close the socket of a client that doesn't read; after a `complete` it would not come back."""
        self._session.close(TOO_SLOW)

    async def _run(self, parameters: Parameters) -> None:
        request_id.set(secrets.token_hex(8))
        try:
            operation = self._session.services.engine.prepare(*parameters)
            _check_scopes(operation, self._caller.viewer)
            await (self._follow(operation) if operation.kind == "subscription" else self._answer(operation))
        except InvalidRequest as invalid:
            self._fail(invalid.errors)
        except CodedError as error:
            self._fail([error])
        except Exception as error:
            self._fail([internal_error(error, request_id.get())])
        finally:
            self.task = None

    async def _answer(self, operation: Operation) -> None:
        services = self._session.services
        result = await services.engine.execute(
            operation,
            self._caller.context(),
            request_id=request_id.get(),
            timeout=services.limits.operation_timeout,
        )
        answer = operation_frame("next", self.id, encoded(content_of(result)))
        self._finish(answer + complete_frame(self.id))

    async def _follow(self, operation: Operation) -> None:
        self.streams = True
        if self._session.is_ending:
            self.cancel()
            return
        subscription = await self._session.services.streams.subscribe(operation, self._caller, self)
        if self.is_over:
            subscription.cancel()
        self._subscription = subscription

    def _fail(self, errors: Iterable[GraphQLError]) -> None:
        payload = encoded([error.formatted for error in errors])
        self._finish(operation_frame("error", self.id, payload))

    def _finish(self, last: bytes) -> None:
        if not self.is_over:
            self.is_over = True
            self._session.connection.write(last)
            self._session.finished(self.id)

    def _framed(self, result: Result) -> bytes:
        key = ("ws", self.id)
        if key not in result.framed:
            result.framed[key] = operation_frame("next", self.id, result.json)
        return result.framed[key]


def _check_scopes(operation: Operation, viewer: Viewer | None) -> None:
    operation.check_scopes(viewer.scopes if viewer else None, anonymous=viewer is None)
