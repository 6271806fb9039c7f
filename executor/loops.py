"""The event loop that runs, found without asking the kernel for anything."""

import asyncio
import sys
import threading


class _Known(threading.local):
    loop: asyncio.AbstractEventLoop | None = None
    """The loop that ran in this thread when it was last asked for."""


_known = _Known()


def _running_loop() -> asyncio.AbstractEventLoop:
    """What `asyncio.get_running_loop` gives. Raises RuntimeError where no loop runs.

    Before Python 3.12 that asks the kernel each time whether the process is still the same one, which took a
    fortieth of a short operation. The loop that ran in this thread last still does if it has a current task,
    unless the process was forked within a task, which nobody may do to a loop.
    """
    loop = _known.loop
    if loop is None or asyncio.current_task(loop) is None:
        loop = _known.loop = asyncio.get_running_loop()
    return loop


running_loop = asyncio.get_running_loop if sys.version_info >= (3, 12) else _running_loop
