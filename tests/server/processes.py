"""The program as its users run it: a process with settings, an address and an end."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil

ROOT = Path(__file__).parent.parent.parent
COMMAND = [sys.executable, "-c", "from server.cli import main; main()"]
ADDRESS = re.compile(r"http://[\d.]+:\d+")
SECONDS = 30
NUMBERS = count()


@contextmanager
def new_folder() -> Iterator[Path]:
    """A folder for a database, gone afterwards.

    pytest's own lie below one that it closes to all other users whenever it starts, PostgreSQL's among them.
    """
    with TemporaryDirectory(prefix="rapport-test-") as name:
        yield Path(name)


def environment(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    """Ours without its settings, with the data in `folder` and any free port."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}
    return inherited | {"RAPPORT_DATA_DIRECTORY": str(folder), "PORT": "0"} | settings


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environment(folder, settings),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


class Serving:
    """A process that serves, or runs another command until it is ended, with its data in `folder`."""

    def __init__(self, folder: Path, command: str = "serve", **settings: str) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self._log = folder / f"{command}-{next(NUMBERS)}.log"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [*COMMAND, *command.split()],
                cwd=ROOT,
                env=environment(folder, settings),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        """All it has said so far."""
        return self._log.read_text()

    @property
    def address(self) -> str:
        """Where it listens, once it has said so."""
        deadline = time.monotonic() + SECONDS
        while not (found := ADDRESS.search(self.output)):
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.02)
        return found[0]

    def get(self, path: str) -> httpx.Response:
        """Ask for a path; who asks early waits for the start."""
        return httpx.get(self.address + path, timeout=SECONDS)

    def wait_for(self, path: str, status: int) -> httpx.Response:
        """Ask until the answer has that status."""
        deadline = time.monotonic() + SECONDS
        while (answer := self.get(path)).status_code != status:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.05)
        return answer

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the exit code."""
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Serving]:
    """A server that is ready, and is ended by SIGTERM if the test hasn't ended it."""
    server = Serving(folder, **settings)
    try:
        server.wait_for("/readyz", 200)
        yield server
    finally:
        if server.process.poll() is None:
            server.end()


def postmaster(folder: Path) -> int | None:
    """The process of the folder's PostgreSQL, None when it was stopped."""
    file = folder / "postgres" / "postmaster.pid"
    return int(file.read_text().split()[0]) if file.exists() else None


def kill_postmaster(folder: Path) -> None:
    """End the folder's PostgreSQL as a crash would."""
    pid = postmaster(folder)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


@contextmanager
def suspended(folder: Path) -> Iterator[None]:
    """The folder's PostgreSQL stands still, with all its sessions."""
    first = psutil.Process(postmaster(folder))
    processes = [first, *first.children()]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()
