"""Addresses of files that are signed, so that nothing else is needed to download them."""

import hmac
import re
from datetime import datetime
from typing import Final, NamedTuple

from rules.exports import ADDRESS_LIFETIME

PATH: Final = "/exports/"
"""Where they are, below the address of the server."""

_TICKET = re.compile(r"([0-9]{1,10}\.[0-9]{1,19}\.[0-9]{1,10}\.[0-9]{1,12})\.([0-9a-f]{64})", re.ASCII)


class Ticket(NamedTuple):
    """An export, for the download of it that comes after so many; good until a second since 1970."""

    member_id: int
    number: int
    downloads: int
    until: int


class Downloads:
    """Makes the addresses and reads them: numbers, and a signature over them with a key of its own."""

    def __init__(self, key: bytes, server: str) -> None:
        self._key = key
        self._server = server.rstrip("/")

    def address(self, member_id: int, number: int, downloads: int, now: datetime) -> str:
        """An absolute address of the export, for the download of it that comes after so many."""
        until = int((now + ADDRESS_LIFETIME).timestamp())
        text = ".".join(map(str, Ticket(member_id, number, downloads, until)))
        return f"{self._server}{PATH}{text}.{self._signature(text)}"

    def read(self, text: str, now: datetime) -> Ticket | None:
        """What the last part of an address stands for; None where it was not signed here, or is over."""
        found = _TICKET.fullmatch(text)
        if not found or not hmac.compare_digest(found[2], self._signature(found[1])):
            return None
        ticket = Ticket(*map(int, found[1].split(".")))
        return ticket if now.timestamp() < ticket.until else None

    def _signature(self, text: str) -> str:
        return hmac.digest(self._key, text.encode(), "sha256").hex()
