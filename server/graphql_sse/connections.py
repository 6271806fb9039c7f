"""Uvicorn's HTTP protocol, made safe against clients that stay and don't read."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

EXTENSION: Final = "rapport.http_connection"
"""Where the ASGI scope has the `Connection`."""
DEAF_SECONDS: Final = 20
"""How long a client may leave what it was sent unacknowledged, or take nothing of what waits for it."""


class Connection(HttpToolsProtocol):
    """A client's connection, whose response can be told that the server stops, and which can be dropped."""

    on_shutdown: Callable[[], None] | None = None

    def drop(self) -> None:
        """Close without waiting for the client to take what it was sent."""
        self.transport.abort()

    # What follows is called by asyncio, by Uvicorn or by the base class.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Have the kernel drop clients that are deaf or gone: nothing else notices while nobody writes."""
        super().connection_made(transport)
        accepted = transport.get_extra_info("socket")
        if accepted.family != socket.AF_UNIX and hasattr(socket, "TCP_USER_TIMEOUT"):
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * DEAF_SECONDS)

    def on_message_begin(self) -> None:
        """Offer this connection to the application."""
        super().on_message_begin()
        extensions: dict[str, Any] = {EXTENSION: self}
        self.scope["extensions"] = extensions

    def shutdown(self) -> None:
        """End what would go on for ever."""
        super().shutdown()
        if self.on_shutdown is not None:
            self.on_shutdown()
