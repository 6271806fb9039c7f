"""Several processes that serve on one socket, each started again when it dies.

Uvicorn has a supervisor too. It ends the whole server when one worker can't start, as while the database is
away, kills one that is busy for some seconds, and leaves all of them behind when it is killed itself.
"""

import asyncio
import logging
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process

from server.settings import PREFIX, Settings

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 10.0
HEALTHY_SECONDS = 10.0

logger = logging.getLogger("rapport.workers")


async def supervise(listener: socket.socket, settings: Settings) -> None:
    """Keep `settings.workers` processes serving until a signal, and wait until they have ended."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(_keep(listener, settings)) for _ in range(settings.workers)]
        await stop.wait()
        for worker in workers:
            worker.cancel()


async def _keep(listener: socket.socket, settings: Settings) -> None:
    """One worker after another; those that die young are followed more and more slowly."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        begun = time.monotonic()
        code = await _run(listener, settings)
        if time.monotonic() - begun > HEALTHY_SECONDS:
            pause = FIRST_PAUSE_SECONDS
        logger.error("A worker ended with %d; another starts in %g s", code, pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


async def _run(listener: socket.socket, settings: Settings) -> int:
    """The exit code of a worker, minus the signal if one ended it. Cancelled, it lets the worker finish."""
    descriptor = listener.fileno()
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server.serving",
        str(descriptor),
        stdin=PIPE,
        pass_fds=[descriptor],
        start_new_session=True,  # so that Ctrl-C reaches us alone
        env={**os.environ, f"{PREFIX}DATABASE_URL": settings.database_url or ""},
    )
    try:
        return await worker.wait()
    finally:
        await _end(worker, 2 * settings.shutdown_timeout + LONGEST_PAUSE_SECONDS)


async def _end(worker: Process, seconds: float) -> None:
    """Let it finish its requests and then its jobs, which takes so many seconds at most."""
    if worker.returncode is not None:
        return
    worker.terminate()
    try:
        async with asyncio.timeout(seconds):
            await worker.wait()
    except TimeoutError:
        logger.error("Worker %d does not end and is killed", worker.pid)
        worker.kill()
        await worker.wait()
