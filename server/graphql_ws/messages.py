"""The messages of `graphql-transport-ws`: read from a client's text, and written as frames."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from server.graphql_http.errors import HTTPError
from server.graphql_http.parameters import from_object
from server.graphql_ws.closing import bad_request

LONGEST_ID = 256
"""Characters of an operation's id; it is sent with each of its results."""


class MessageType(StrEnum):
    """What a client may send."""

    CONNECTION_INIT = "connection_init"
    PING = "ping"
    PONG = "pong"
    SUBSCRIBE = "subscribe"
    COMPLETE = "complete"


class Message(NamedTuple):
    """A client's message; `id` is empty where it concerns no operation."""

    type: MessageType
    id: str = ""
    payload: Any = None


def parse(text: str) -> Message:
    """Read a message. Raises Closed with 4400 for what is none."""
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise bad_request("the message is not JSON") from None
    if not isinstance(given, dict):
        raise bad_request("the message is not a JSON object")
    read = READERS.get(given.get("type")) if isinstance(given.get("type"), str) else None
    if read is None:
        raise bad_request("the message has no known type")
    return read(given)


def _with_payload(given: dict[str, Any]) -> Message:
    kind, payload = MessageType(given["type"]), given.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise bad_request(f"the payload of {kind} is not an object")
    return Message(kind, payload=payload or {})


def _subscribe(given: dict[str, Any]) -> Message:
    payload = given.get("payload")
    if not isinstance(payload, dict):
        raise bad_request("the payload of subscribe is not an object")
    try:
        return Message(MessageType.SUBSCRIBE, _id(given), from_object(payload))
    except HTTPError as error:
        raise bad_request(error.message) from None


def _complete(given: dict[str, Any]) -> Message:
    return Message(MessageType.COMPLETE, _id(given))


def _id(given: dict[str, Any]) -> str:
    id = given.get("id")
    if not isinstance(id, str) or not 0 < len(id) <= LONGEST_ID:
        raise bad_request(f"the id is not a string of 1 to {LONGEST_ID} characters")
    return id


READERS: dict[str | None, Callable[[dict[str, Any]], Message]] = {
    MessageType.CONNECTION_INIT: _with_payload,
    MessageType.PING: _with_payload,
    MessageType.PONG: _with_payload,
    MessageType.SUBSCRIBE: _subscribe,
    MessageType.COMPLETE: _complete,
}


def frame(payload: bytes) -> bytes:
    """A server's frame that holds a whole text (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def operation_frame(kind: str, id: str, payload: bytes) -> bytes:
    """The frame of `next` or `error` for an operation; the payload is JSON."""
    return frame(b'{"id":%b,"type":"%b","payload":%b}' % (orjson.dumps(id), kind.encode(), payload))


def complete_frame(id: str) -> bytes:
    """The frame that ends an operation."""
    return frame(b'{"id":%b,"type":"complete"}' % orjson.dumps(id))


ACK = frame(b'{"type":"connection_ack"}')
PONG = frame(b'{"type":"pong"}')
