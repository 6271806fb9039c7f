"""The servers of others that benchmarks measure against: from npm, and a bare one of Starlette."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from benchmarks.serving import Server, started

NODE = Path(__file__).parent / "node"
INSTALL = ("ci", "--no-audit", "--no-fund", "--loglevel=error", f"--prefix={NODE}")


@contextmanager
def mercurius() -> Iterator[Server]:
    """Mercurius as in node/fan_out.js, installed first where it isn't."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        sys.exit("Node.js and npm are needed for the server to compare with")
    if not (NODE / "node_modules" / "mercurius").is_dir():
        subprocess.run([npm, *INSTALL], check=True)
    with started([node, str(NODE / "fan_out.js")], {"NODE_ENV": "production"}) as server:
        yield server


@contextmanager
def bare() -> Iterator[Server]:
    """A Starlette application whose sockets do nothing but wait for a text."""
    command = [sys.executable, "-c", "from benchmarks.peers import serve_bare; serve_bare()"]
    with started(command, {}) as server:
        yield server


def serve_bare() -> None:
    """Serve as `rapport serve` does, with the WebSocket implementation of Uvicorn itself."""
    routes = [Route("/readyz", _ready), WebSocketRoute("/graphql", _wait)]
    uvicorn.run(
        Starlette(routes=routes),
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
    )


async def _ready(_: Request) -> Response:
    return Response()


async def _wait(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        return
