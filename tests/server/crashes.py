"""A server and its database that are killed while clients use them, and that leave nothing running."""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.server.processes import ADDRESS, SECONDS, Serving, postmaster, suspended

Find = Callable[[], list[psutil.Process]]


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
        """Start the server, unless it runs, and wait until it listens. If it ends, what it said is shown."""
        if self._is_up.is_set():
            return
        self._server = Serving(self._folder, **self._settings)
        while not (found := ADDRESS.search(self._server.output)):
            assert self._server.process.poll() is None, self._server.output
            await asyncio.sleep(0.05)
        self._address = found[0]
        self._is_up.set()

    def server(self) -> list[psutil.Process]:
        """The server's process."""
        if self._server is None or self._server.process.poll() is not None:
            return []
        return [psutil.Process(self._server.process.pid)]

    def postmaster(self) -> list[psutil.Process]:
        """PostgreSQL's first process; the others notice its end by themselves."""
        pid = postmaster(self._folder)
        return [] if pid is None else [psutil.Process(pid)]

    def database(self) -> list[psutil.Process]:
        """PostgreSQL's processes, which work in the folder, and what starts it, whose arguments name it."""
        return [process for process in psutil.process_iter() if _is_of(process, str(self._folder.resolve()))]

    async def crash(self, victims: Iterable[Find], *, crowding: float, delay: float) -> None:
        """`kill -9` of all victims, `delay` seconds after a database that stood still goes on.

        All clients wait for it by then (`crowding` seconds), so that many transactions are torn.
        """
        with suspended(self._folder):
            found = [process for find in victims for process in find()]
            await asyncio.sleep(crowding)
        await asyncio.sleep(delay)
        self.kill(found)

    def kill(self, processes: Sequence[psutil.Process]) -> None:
        """`kill -9`."""
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        if self._server and self._server.process.pid in [process.pid for process in processes]:
            self._is_up.clear()
            self._server.process.wait(SECONDS)


def _is_of(process: psutil.Process, folder: str) -> bool:
    try:
        arguments = process.cmdline() if process.pid != os.getpid() else []
        return process.cwd().startswith(folder) or any(folder in argument for argument in arguments)
    except psutil.Error:
        return False


@contextmanager
def crashing(folder: Path, **settings: str) -> Iterator[Crashing]:
    """A server to be started and killed. At the end all its processes are gone, whatever happened."""
    served = Crashing(folder, settings)
    try:
        yield served
    finally:
        deadline = time.monotonic() + SECONDS
        # Again, because what is killed may just have started another one.
        while (left := served.server() + served.database()) and time.monotonic() < deadline:
            served.kill(left)
            time.sleep(0.05)
