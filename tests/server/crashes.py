"""A server and its database that are killed while clients use them, and that leave nothing running."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.server.processes import ADDRESS, SECONDS, Serving, kill_postmaster


class Crashing:
    """`rapport serve` in a folder."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self._folder = folder
        self._settings = settings
        self._server: Serving | None = None
        self._address = ""
        self._is_up = asyncio.Event()

    async def address(self) -> str:
        """Where it listens, as soon as it does."""
        await self._is_up.wait()
        return self._address

    async def start(self) -> None:
        """Start the server, unless it runs, and wait until it listens. What it says is shown if it ends."""
        if self._is_up.is_set():
            return
        self._server = Serving(self._folder, **self._settings)
        while not (found := ADDRESS.search(self._server.output)):
            assert self._server.process.poll() is None, self._server.output
            await asyncio.sleep(0.05)
        self._address = found[0]
        self._is_up.set()

    def kill_server(self) -> None:
        """`kill -9` of the server."""
        self._is_up.clear()
        if self._server:
            self._server.process.kill()
            self._server.process.wait(SECONDS)

    def kill_postmaster(self) -> None:
        """`kill -9` of PostgreSQL's first process; its sessions find out by themselves."""
        kill_postmaster(self._folder)

    def kill_database(self) -> None:
        """`kill -9` of all processes of PostgreSQL, as when a machine runs out of memory."""
        for process in _database(self._folder):
            _kill(process)

    def kill_all(self) -> None:
        """`kill -9` of both at once."""
        self.kill_database()
        self.kill_server()


@contextmanager
def crashing(folder: Path, **settings: str) -> Iterator[Crashing]:
    """A server to be started and killed. At the end all its processes are gone, whatever happened."""
    served = Crashing(folder, settings)
    try:
        yield served
    finally:
        served.kill_server()
        deadline = time.monotonic() + SECONDS
        # Again, because what is killed may just have started another one.
        while _database(folder) and time.monotonic() < deadline:
            served.kill_database()
            time.sleep(0.05)


def _database(folder: Path) -> list[psutil.Process]:
    """PostgreSQL's processes, which work in the folder, and those that start it, whose arguments name it."""
    return [process for process in psutil.process_iter() if _is_of(process, str(folder.resolve()))]


def _is_of(process: psutil.Process, folder: str) -> bool:
    try:
        if process.pid == os.getpid():
            return False
        return process.cwd().startswith(folder) or any(folder in part for part in process.cmdline())
    except psutil.Error:
        return False


def _kill(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        process.kill()
