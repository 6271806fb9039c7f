"""One process that serves on a socket: the only one, or a worker that `server.workers` has started."""

import gc
import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import Final

import uvicorn

from server import direct, journal
from server.app import create_app
from server.failure import Terminated, terminate
from server.graphql_ws import Connection
from server.settings import Settings, read_settings

COLLECTED_AFTER: Final = (20_000, 20, 50)
"""New objects before the youngest of them are looked at, and how often before the older ones are."""


def serve_on(listener: socket.socket, settings: Settings) -> None:
    """Serve until a signal, then finish what runs; `settings.database_url` names a migrated database."""
    port = listener.getsockname()[1]
    server = uvicorn.Server(_config(settings.model_copy(update={"port": port})))
    _spare_the_collector()
    # Uvicorn raises the signal again when it has done so.
    with suppress(KeyboardInterrupt, Terminated):
        server.run(sockets=[listener])


def _spare_the_collector() -> None:
    """Collect garbage less often, and never look at what is there from the start.

    An operation leaves few cycles behind. With Python's own thresholds, looking for them took a tenth of the
    CPU of a short operation and a sixth of one that answers with 300 objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


def _config(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(settings),
        loop="uvloop",
        http=direct.Connection,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        ws=Connection,
        ws_max_size=settings.max_body_bytes,
        ws_per_message_deflate=False,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_graceful_shutdown=settings.shutdown_timeout,
    )


def _work(descriptor: int) -> None:
    """Be a worker on an inherited socket, for as long as whoever holds the other end of stdin lives."""
    signal.signal(signal.SIGTERM, terminate)
    settings = read_settings()
    journal.configure(settings)
    threading.Thread(target=_follow, daemon=True).start()
    serve_on(socket.socket(fileno=descriptor), settings)


def _follow() -> None:
    """End when stdin does. Read without Python's buffer, whose lock would be held when the process ends."""
    with suppress(OSError):
        os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    _work(int(sys.argv[1]))
