"""The servers of others that benchmarks measure against: from npm, and a bare one of Starlette."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
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
    """Mercurius as in node/fan_out.js."""
    with node_serving("fan_out.js", {}) as server:
        yield server


@contextmanager
def node_serving(script: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """A server of `node/`, whose packages are installed first where they aren't as the lock file says.

    It runs under the Node.js that is one of them, where there is one for this machine, else under the one
    that is installed.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        sys.exit("Node.js and npm are needed for the server to compare with")
    lock, installed = NODE / "package-lock.json", NODE / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([npm, *INSTALL], check=True)
    own = NODE / "node_modules" / ".bin" / "node"
    command = [str(own) if own.is_file() else node, str(NODE / script)]
    with started(command, {"NODE_ENV": "production", **environment}) as server:
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
