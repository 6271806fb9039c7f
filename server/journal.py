"""What the program says of itself on stderr: lines for people in development, JSON in production."""

import logging
import re
import sys
import time
from collections.abc import Awaitable
from contextvars import ContextVar
from datetime import UTC, datetime
from random import getrandbits

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.settings import Settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Names the request that is being answered, in its response, in its errors and in every line about it."""

ACCEPTABLE = re.compile(r"[\w.:-]{1,64}", re.ASCII)
QUIET = ("uvicorn", "alembic", "asyncio", "pgqueuer")
logger = logging.getLogger("rapport.http")


def configure(settings: Settings) -> None:
    """Log to stderr from the settings' level; libraries' chatter only at `debug`."""
    level = settings.log_level.upper()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if settings.environment == "production" else _Line())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel("DEBUG" if level == "DEBUG" else "WARNING")


class _Line(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(request)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        identity = request_id.get()
        record.request = f" [{identity}]" if identity else ""
        return super().format(record)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": request_id.get() or None,
            "message": record.getMessage(),
            "exception": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return orjson.dumps({name: value for name, value in said.items() if value is not None}).decode()


class NamedRequest:
    """A request that is answered under the id that it was given, if that is acceptable; or a random one."""

    def __init__(self, scope: Scope, given: str) -> None:
        self._scope = scope
        self._started = time.perf_counter()
        self._name = given if given and ACCEPTABLE.fullmatch(given) else f"{getrandbits(64):016x}"
        request_id.set(self._name)

    def answered(self, status: int) -> tuple[bytes, bytes]:
        """The field for the head of the response that tells the id; what was answered is logged."""
        if logger.isEnabledFor(logging.DEBUG):
            milliseconds = (time.perf_counter() - self._started) * 1000
            method, path = self._scope["method"], self._scope["path"]
            logger.debug("%s %s %d after %.1f ms", method, path, status, milliseconds)
        return (b"x-request-id", self._name.encode())


class NamedRequests:
    """ASGI middleware: gives each request its id, taken from `X-Request-ID` where it has one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Name requests and sockets; the application's start and end have no name."""
        if scope["type"] == "lifespan":
            return self.app(scope, receive, send)
        return self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = dict(reversed(scope["headers"])).get(b"x-request-id", b"")
        request = NamedRequest(scope, given.decode("latin-1"))

        def send_named(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], request.answered(message["status"])]
            return send(message)

        await self.app(scope, receive, send_named)
