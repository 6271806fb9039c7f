"""A request whose headers are looked up as quickly as a short operation deserves."""

from collections.abc import Mapping

from starlette.requests import Request


class Received(Request):
    """Starlette's, with headers that are read once; of those sent more than once the first counts."""

    @property
    def headers(self) -> Mapping[str, str]:  # type: ignore[override]
        """The header fields by their names in lower case."""
        if not hasattr(self, "_fields"):
            pairs = reversed(self.scope["headers"])
            self._fields = {name.decode("latin-1"): value.decode("latin-1") for name, value in pairs}
        return self._fields
