"""A server of our own for a benchmark."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def serving(database_url: str, secret_key: str) -> Iterator[str]:
    """The address of `rapport serve` over a database, on loopback, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings = {
        "PORT": str(port),
        "RAPPORT_DATABASE_URL": database_url,
        "RAPPORT_ENVIRONMENT": "production",
        "RAPPORT_SECRET_KEY": secret_key,
        "RAPPORT_RUN_JOBS": "false",
    }
    command = [sys.executable, "-c", "from server.cli import main; main()", "serve"]
    process = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL)
    try:
        _wait(process, f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")
