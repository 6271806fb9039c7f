"""Loads a server with wrk, and says what that cost the server and PostgreSQL.

wrk ends with one request of each connection under way. The server does its work for these too, so they are
counted, and its CPU is read when it has come to rest.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.serving import Server, cpu_seconds

CONNECTIONS = 16
SCRIPT = Path(__file__).parent / "rotate.lua"
REST_SECONDS, LONGEST_REST_SECONDS = 0.2, 30


@dataclass(frozen=True, slots=True)
class Figures:
    """Requests for each second of the server's CPU, milliseconds of PostgreSQL's for each, and the rate."""

    per_core: float
    database: float
    rate: float

    def __str__(self) -> str:
        return "{:>8,.0f}/s per core {:>8.3f} ms of PostgreSQL {:>8,.0f}/s".format(*astuple(self))


def require_wrk() -> None:
    """End with a message where wrk is missing."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is needed for the load: `apt-get install wrk`")


def write_requests(path: Path, requests: Sequence[tuple[str, bytes]]) -> None:
    """Put tokens and bodies where the script reads them."""
    path.write_bytes(b"".join(b"%b\t%b\n" % (token.encode(), body) for token, body in requests))


def load(server: Server, postmaster: psutil.Process, requests: Path, size: float, seconds: int) -> Figures:
    """Send the requests in turn for so many seconds; `size` is how many bytes an answer has on average.

    Ends the benchmark where a request failed, or where answers are shorter than half of that.
    """
    before = cpu_seconds(server.process), cpu_seconds(postmaster)
    outcome = _wrk(server.address, requests, seconds)
    _rest(server.process)
    own, database = cpu_seconds(server.process) - before[0], cpu_seconds(postmaster) - before[1]
    answered = outcome["requests"]
    if outcome["failed"] or outcome["socket_errors"] or outcome["bytes"] < answered * size / 2:
        sys.exit(f"requests failed under load: {outcome}")
    done = answered + CONNECTIONS
    return Figures(done / own, 1000 * database / done, answered / outcome["seconds"])


def _wrk(address: str, requests: Path, seconds: int) -> Any:
    command = ["wrk", "--threads=1", f"--connections={CONNECTIONS}", f"--duration={seconds}", "--timeout=60"]
    command += ["--script", str(SCRIPT), f"{address}/graphql", "--", str(requests)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _rest(process: psutil.Process) -> None:
    """Wait until a server has nothing to do."""
    end = time.monotonic() + LONGEST_REST_SECONDS
    used = -1.0
    while time.monotonic() < end and cpu_seconds(process) - used > REST_SECONDS / 10:
        used = cpu_seconds(process)
        time.sleep(REST_SECONDS)
