"""Which part of a list is wanted: `first`/`after` from the front or `last`/`before` from the back."""

from dataclasses import dataclass, field
from typing import Final

DEFAULT_PAGE_SIZE: Final = 20
MAX_PAGE_SIZE: Final = 100
MAX_BATCH_IDS: Final = 100


@dataclass(slots=True)
class PageArgs:
    """The paging arguments of a field, as given."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None
    backward: bool = field(init=False)
    """Whether the page is counted from the back."""
    size: int = field(init=False)
    """Most items of the page."""

    def __post_init__(self) -> None:
        """Settle once what is asked for each of many lists."""
        self.backward = self.first is None and (self.last is not None or self.before is not None)
        size = self.last if self.backward else self.first
        self.size = DEFAULT_PAGE_SIZE if size is None else size

    @property
    def problem(self) -> str | None:
        """Why these arguments are not acceptable, in words for the client."""
        if self.first is not None and self.last is not None:
            return "Give either `first` or `last`, not both."
        if not 1 <= self.size <= MAX_PAGE_SIZE:
            name = "last" if self.backward else "first"
            return f"`{name}` must be between 1 and {MAX_PAGE_SIZE}."
        return None
