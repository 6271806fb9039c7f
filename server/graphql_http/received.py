"""A request whose headers are looked up as quickly as a short operation deserves."""

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.types import Scope


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
    """Starlette's, with such headers; `whole_body` is None where the body has yet to be received."""

    headers: Any = None
    """The header fields. An attribute instead of a property: they are looked at again and again."""

    def __init__(self, scope: Scope, *arguments: Any, body: bytes | None = None) -> None:
        super().__init__(scope, *arguments)
        self.headers = Fields(scope["headers"])
        self.whole_body = body
