"""Why a socket is closed: codes of the protocol and of WebSocket itself, each with a short reason."""

from enum import IntEnum
from typing import NamedTuple


class CloseCode(IntEnum):
    """What a client does next depends on the code; docs/websocket.md says how."""

    GOING_AWAY = 1001
    INVALID_DATA = 1007
    INTERNAL_ERROR = 1011
    TRY_AGAIN_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INITIALISATION_TIMEOUT = 4408
    SUBSCRIBER_ALREADY_EXISTS = 4409
    TOO_MANY_INITIALISATIONS = 4429


class Closing(NamedTuple):
    """How a socket is closed."""

    code: CloseCode
    reason: str


class Closed(Exception):  # noqa: N818 - it says what the socket is from now on
    """The client did something that ends its socket."""

    def __init__(self, closing: Closing) -> None:
        self.closing = closing
        super().__init__(*closing)


def bad_request(reason: str) -> Closed:
    """For what is no message of the protocol."""
    return Closed(Closing(CloseCode.BAD_REQUEST, reason))


NOT_VALID = Closing(CloseCode.FORBIDDEN, "the access token is not valid")
NO_LONGER_VALID = Closing(CloseCode.FORBIDDEN, "the access token is no longer valid")
TOO_MANY_SOCKETS = Closing(CloseCode.TRY_AGAIN_LATER, "the member has too many sockets open")
NO_ANSWER = Closing(CloseCode.TRY_AGAIN_LATER, "no answer to pings")
NOT_UTF_8 = Closing(CloseCode.INVALID_DATA, "the text is not UTF-8")
TOO_SLOW = Closing(CloseCode.TRY_AGAIN_LATER, "the client reads too slowly")
NOT_ACCEPTABLE = Closing(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable")
INIT_TIMEOUT = Closing(CloseCode.INITIALISATION_TIMEOUT, "Connection initialisation timeout")
TOO_MANY_INITS = Closing(CloseCode.TOO_MANY_INITIALISATIONS, "Too many initialisation requests")
NOT_ACKNOWLEDGED = Closing(CloseCode.UNAUTHORIZED, "Unauthorized: send connection_init first")
STOPPING = Closing(CloseCode.GOING_AWAY, "the server stops")
FAILED = Closing(CloseCode.INTERNAL_ERROR, "something went wrong on our side")
