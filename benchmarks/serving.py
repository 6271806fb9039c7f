"""Servers of our own for a benchmark, each a process, and what they cost."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Server:
    """Where it serves, and its process."""

    address: str
    process: psutil.Process


@contextmanager
def serving(database_url: str, secret_key: str, **settings: str) -> Iterator[Server]:
    """`rapport serve` over a database, on loopback, until the block ends; `settings` name variables."""
    environment = {
        "RAPPORT_DATABASE_URL": database_url,
        "RAPPORT_ENVIRONMENT": "production",
        "RAPPORT_SECRET_KEY": secret_key,
        "RAPPORT_RUN_JOBS": "false",
    }
    command = [sys.executable, "-c", "from server.cli import main; main()", "serve"]
    with started(command, environment | settings) as server:
        yield server


@contextmanager
def started(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Server]:
    """A server that is told its `PORT` by the environment, until the block ends.

    It is ready when it answers at /readyz, if only that it knows no such path; 503 says that it isn't yet.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    process = subprocess.Popen(
        command, env=os.environ | environment | {"PORT": str(port)}, stdout=subprocess.DEVNULL
    )
    try:
        _wait(process, f"http://127.0.0.1:{port}/readyz")
        yield Server(f"http://127.0.0.1:{port}", psutil.Process(process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def cpu_seconds(process: psutil.Process) -> float:
    """CPU that a process and its children have used, in user mode and in the kernel."""
    own = process.cpu_times()
    seconds = float(sum(own[:4]))
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            seconds += sum(child.cpu_times()[:2])
    return seconds


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if _answers(address):
            return
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
    return True
