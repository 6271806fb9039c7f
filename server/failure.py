"""How commands end early."""

from types import FrameType


class Failure(Exception):  # noqa: N818 - its name is what it is
    """Its text is what a person is shown: what is wrong and what to do about it, without a traceback."""


class Terminated(SystemExit):
    """The process was asked to end by SIGTERM; the exit code is the one shells give for it."""

    def __init__(self) -> None:
        super().__init__(143)


def terminate(_signal: int, _frame: FrameType | None) -> None:
    """What handles SIGTERM: unwind, so that what a command started is stopped."""
    raise Terminated
