"""What became of each test of the suite."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

COMPILED, NOT_BEGUN = "compiled", "not begun"
# The columns of the summary, in their order.
COLUMNS = ("compiled", "not begun", "reference", "no calls", "skipped", "failed")


@dataclass(frozen=True)
class Outcome:
    """A test, how it ended, how each of its calls was executed, and what pytest says of its failure."""

    id: str
    ended: str
    calls: list[str]
    details: str = ""

    @property
    def file(self) -> str:
        """The file of the test."""
        return self.id.split("::")[0]

    @property
    def reasons(self) -> list[str]:
        """Why calls ran on the reference, each reason once."""
        return sorted(set(self.calls) - {COMPILED, NOT_BEGUN})

    @property
    def column(self) -> str:
        """Where the summary counts it. `compiled` means that all calls were which came to be executed."""
        if self.ended != "passed":
            return self.ended
        if self.reasons:
            return "reference"
        if COMPILED in self.calls:
            return "compiled"
        return "not begun" if self.calls else "no calls"


def save(outcomes: Iterable[Outcome], path: Path) -> None:
    """Write outcomes for `load`."""
    path.write_text(json.dumps([asdict(outcome) for outcome in outcomes]))


def load(path: Path) -> list[Outcome]:
    """Read what `save` wrote."""
    return [Outcome(**fields) for fields in json.loads(path.read_text())]
