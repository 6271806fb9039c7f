"""What to print where the application and the model differ: how it came about, and the two side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tests.walk.moves import Move
from tests.walk.telling import Json

SHOWN: Final = 30
"""How many of the last moves of the two are printed."""


class Difference(AssertionError):  # noqa: N818 - it is no error in the program that found it
    """The application and the model differ."""


@dataclass(frozen=True)
class Step:
    """A move as it was made: when, and with which input in the words of the model."""

    at: datetime
    move: Move
    input: Json

    def concerns(self, move: Move) -> bool:
        """Whether the step seems to matter for this move: made between the same two, or to their settings."""
        two = {move.viewer, move.other}
        number = move.given.get("introduction")
        if number is not None and self.move.given.get("introduction") == number:
            return True
        is_theirs = two <= {
            *(self.move.viewer, self.move.other, self.move.given.get("broker")),
            *self.move.given.get("others", []),
        }
        return is_theirs or (self.move.verb == "updatePrivacy" and self.move.viewer in two)

    def __str__(self) -> str:
        given = ", ".join(f"{name}: {value!r}" for name, value in self.input.items())
        return f"{self.at:%Y-%m-%d %H:%M:%S}  {self.move.viewer}: {self.move.verb}({given})"


def difference(steps: Sequence[Step], what: str, wanted: Json, found: Json) -> str:
    """The last steps of the pair that made the last of them, and every value that differs."""
    last = steps[-1].move
    script = [str(step) for step in steps if step.concerns(last)][-SHOWN:]
    values = [
        f"{path}\n    model:       {one!r}\n    application: {other!r}"
        for path, one, other in _compare(what, wanted, found)
    ]
    return "\n".join([f"After {len(steps)} moves {what} differs.", "", *script, "", *values])


def _compare(path: str, wanted: Json, found: Json) -> Iterator[tuple[str, Json, Json]]:
    if isinstance(wanted, dict) and isinstance(found, dict):
        for name in {**wanted, **found}:
            yield from _compare(f"{path} / {name}", wanted.get(name), found.get(name))
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for place, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from _compare(f"{path} / {place}", one, other)
    elif wanted != found:
        yield path, wanted, found
