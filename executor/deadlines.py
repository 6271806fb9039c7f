"""Ends what takes too long, at next to no cost for what doesn't.

`asyncio.timeout` sets a timer and takes it back each time, which took a tenth of a short operation's time.
Here one timer stands for all: it is set to the earliest end, and looks for the next one when that is over.
Operations end by it, and waiting for a connection of the pool.
"""

import asyncio
import math
from types import TracebackType
from typing import Final

from executor.loops import running_loop

SOON: Final = 0.001
"""Seconds; ends that are no further apart are reached together."""


class Deadline:
    """The block that it stands around is cancelled after some seconds, which raises TimeoutError outside."""

    __slots__ = ("_cancels_before", "_deadlines", "_task", "at", "is_over")

    def __init__(self, deadlines: "Deadlines", task: "asyncio.Task[object]", at: float) -> None:
        self._deadlines = deadlines
        self._task = task
        self._cancels_before = task.cancelling()
        self.at = at
        self.is_over = False

    def cancel(self) -> None:
        """Cancel what runs in the block, because its time is over."""
        self.is_over = True
        self._task.cancel()

    def __enter__(self) -> "Deadline":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        self._deadlines.running.pop(self, None)
        if self.is_over:
            is_only_cancel = self._task.uncancel() <= self._cancels_before
            if is_only_cancel and kind is asyncio.CancelledError:
                raise TimeoutError


class Deadlines:
    """The deadlines of one event loop at a time; those of a loop that is gone are forgotten."""

    def __init__(self) -> None:
        self.running: dict[Deadline, None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def within(self, seconds: float) -> Deadline:
        """The deadline of a block of the current task, to be entered at once."""
        loop = running_loop()
        task = asyncio.current_task(loop)
        assert task is not None
        if loop is not self._loop:
            self._loop, self._timer, self.running = loop, None, {}
        deadline = Deadline(self, task, loop.time() + seconds)
        if math.isinf(seconds):
            return deadline
        self.running[deadline] = None
        if self._timer is None or deadline.at < self._timer.when() - SOON:
            self._wake_at(loop, deadline.at)
        return deadline

    def _wake_at(self, loop: asyncio.AbstractEventLoop, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(at, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cancel what is over, and wait for the next end."""
        now, self._timer = loop.time() + SOON, None
        for deadline in [each for each in self.running if each.at <= now]:
            del self.running[deadline]
            deadline.cancel()
        if self.running:
            self._wake_at(loop, min(each.at for each in self.running))
