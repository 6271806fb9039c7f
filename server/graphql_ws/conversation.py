"""What is done with each message of a client, in order."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from starlette.types import Receive

from executor.errors import CodedError, RequestError
from server.graphql_http.parameters import Parameters
from server.graphql_http.responses import encoded
from server.graphql_ws.closing import (
    FAILED,
    NOT_ACKNOWLEDGED,
    NOT_VALID,
    TOO_MANY_INITS,
    CloseCode,
    Closed,
    Closing,
    bad_request,
)
from server.graphql_ws.messages import ACK, PONG, Message, MessageType, operation_frame, parse
from server.graphql_ws.operations import SocketOperation
from server.graphql_ws.register import Register
from server.graphql_ws.sessions import Session
from server.streams.callers import Caller

OpenCaller = Callable[[str | None], Caller]
"""Who has this `Authorization`, or the handshake's where the client sends none. Raises CodedError."""

logger = logging.getLogger("rapport.sockets")


class Conversation:
    """Hears one socket to its end."""

    __slots__ = ("_open_caller", "_register", "_session")

    def __init__(self, session: Session, register: Register, open_caller: OpenCaller) -> None:
        self._session = session
        self._register = register
        self._open_caller: OpenCaller | None = open_caller

    async def hear(self, receive: Receive) -> None:
        """Answer messages until either side closes."""
        session = self._session
        self._register.enter(session)
        try:
            while (event := await receive())["type"] != "websocket.disconnect":
                self._take(_message(event))
                await session.has_room()
        except Closed as closed:
            session.close(closed.closing)
        except Exception:
            logger.exception("A socket failed")
            session.close(FAILED)
        finally:
            session.end()
            self._register.leave(session)

    def _take(self, message: Message) -> None:
        match message.type:
            case MessageType.CONNECTION_INIT:
                self._begin(message.payload)
            case MessageType.PING:
                self._session.connection.write(PONG)
            case MessageType.SUBSCRIBE:
                self._subscribe(message.id, message.payload)
            case MessageType.COMPLETE:
                self._complete(message.id)

    def _begin(self, payload: Mapping[str, Any]) -> None:
        if self._open_caller is None:
            raise Closed(TOO_MANY_INITS)
        try:
            caller = self._open_caller(_authorization(payload))
        except CodedError:
            raise Closed(NOT_VALID) from None
        self._open_caller = None
        self._register.admit(self._session, caller)
        self._session.connection.write(ACK)

    def _subscribe(self, id: str, parameters: Parameters) -> None:
        session = self._session
        if session.caller is None:
            raise Closed(NOT_ACKNOWLEDGED)
        if id in session.operations:
            raise Closed(Closing(CloseCode.SUBSCRIBER_ALREADY_EXISTS, f"Subscriber for {id} already exists"))
        if not session.caller.is_good:
            session.revoke()
        if session.is_ending:
            return
        if len(session.operations) >= session.services.limits.operations:
            self._refuse(id, session.services.limits.operations)
        else:
            SocketOperation(session, session.caller, id).start(parameters)

    def _refuse(self, id: str, limit: int) -> None:
        message = f"A socket may have {limit} operations at once."
        error = RequestError("TOO_MANY_OPERATIONS", message, limit=limit)
        frame = operation_frame("error", id, encoded([error.formatted]))
        self._session.connection.write(frame)

    def _complete(self, id: str) -> None:
        operation = self._session.operations.get(id)
        if operation is not None:
            operation.cancel()


def _message(event: Mapping[str, Any]) -> Message:
    text = event.get("text")
    if text is None:
        raise bad_request("messages are sent as text")
    return parse(text)


def _authorization(payload: Mapping[str, Any]) -> str | None:
    """What stands for the header in the payload of `connection_init`, at its top or in `headers`."""
    headers = payload.get("headers")
    for names in (payload, headers if isinstance(headers, dict) else {}):
        for name, value in names.items():
            if name.lower() == "authorization" and value is not None:
                if not isinstance(value, str):
                    raise bad_request("authorization is not a string")
                return value
    return None
