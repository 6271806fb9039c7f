"""A request whose headers are looked up as quickly as a short operation deserves."""

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.requests import Request


class Fields(Mapping[str, str]):
    """Header fields by their names in lower case; of those sent more than once the first counts."""

    def __init__(self, headers: list[tuple[bytes, bytes]]) -> None:
        self._values = dict(reversed(headers))

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a field, decoded only now."""
        value = self._values.get(name.encode())
        return default if value is None else value.decode("latin-1")

    def __getitem__(self, name: str) -> str:
        return self._values[name.encode()].decode("latin-1")

    def __iter__(self) -> Iterator[str]:
        return (name.decode("latin-1") for name in self._values)

    def __len__(self) -> int:
        return len(self._values)


class Received(Request):
    """Starlette's, with such headers."""

    @property
    def headers(self) -> Fields:  # type: ignore[override]
        """The header fields."""
        if not hasattr(self, "_fields"):
            self._fields = Fields(self.scope["headers"])
        return self._fields
