"""The files that connections are exported to: CSV, JSON and vCard 4.0, written piece by piece."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from rules.exports import ExportFormat

LONGEST_LINE: Final = 75
"""Octets of a line of a vCard without its end (RFC 6350, 3.2)."""

# Spreadsheets take what begins so for a formula, some of them also behind blanks and in its full-width forms.
# Where they separate at semicolons or tabs, or don't see the quotes around a cell, it may begin inside.
_BEGINS = r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]"
_FORMULA = re.compile(rf"^(?={_BEGINS}|[\t\r\n])|(?<=[;\t\r\n])(?={_BEGINS})")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n"})


class Contact(NamedTuple):
    """A connection as it is exported; None is what its owner doesn't show to the reader."""

    first_name: str
    last_name: str | None
    display_name: str
    url: str
    email: str | None
    company: str | None
    position: str | None
    connected_on: date


Column = Callable[[Contact], str | None]
COLUMNS: Final[Mapping[str, Column]] = {
    "First Name": lambda contact: contact.first_name,
    "Last Name": lambda contact: contact.last_name,
    "URL": lambda contact: contact.url,
    "Email Address": lambda contact: contact.email,
    "Company": lambda contact: contact.company,
    "Position": lambda contact: contact.position,
    "Connected On": lambda contact: contact.connected_on.isoformat(),
}
"""What is told of each, under the names that a table has."""


class Place(NamedTuple):
    """Where in its file a piece stands: behind so many contacts, and whether at one of its ends."""

    behind: int
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class FileKind:
    """How a format is called on the web and in file systems, and how it is written."""

    media_type: str
    suffix: str
    write: Callable[[Sequence[Contact], Place], str]

    def piece(self, contacts: Sequence[Contact], place: Place) -> bytes:
        """The contacts in UTF-8; all pieces of a file, one after the other, are the file."""
        return self.write(contacts, place).encode()


def cell(text: str | None) -> str:
    """The cell of a table: what a spreadsheet would run as a formula gets an apostrophe in front of it."""
    return _FORMULA.sub("'", text or "")


def _csv(contacts: Sequence[Contact], place: Place) -> str:
    """RFC 4180, the names of the columns in the first line."""
    table = io.StringIO()
    writer = csv.writer(table)
    if place.is_first:
        writer.writerow(COLUMNS)
    writer.writerows([cell(column(contact)) for column in COLUMNS.values()] for contact in contacts)
    return table.getvalue()


def _json(contacts: Sequence[Contact], place: Place) -> str:
    """One array, with an object in each line."""
    objects = [json.dumps(_object(contact), ensure_ascii=False) for contact in contacts]
    separator = ",\n" if place.behind and objects else "\n" if objects else ""
    start, end = "[" if place.is_first else "", "\n]\n" if place.is_last else ""
    return start + separator + ",\n".join(objects) + end


def _object(contact: Contact) -> dict[str, str | None]:
    return {_camel_case(name): column(contact) for name, column in COLUMNS.items()}


def _camel_case(name: str) -> str:
    first, *rest = name.split()
    return first.lower() + "".join(rest)


def _vcards(contacts: Sequence[Contact], _: Place) -> str:
    return "".join(folded(line) for contact in contacts for line in _vcard(contact))


def _vcard(contact: Contact) -> Iterator[str]:
    """RFC 6350. The address of the profile is also what tells one card from another."""
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"UID:{contact.url}"
    yield f"FN:{_value(contact.display_name)}"
    yield f"N:{_value(contact.last_name)};{_value(contact.first_name)};;;"
    yield f"URL:{contact.url}"
    for name, text in {"EMAIL": contact.email, "ORG": contact.company, "TITLE": contact.position}.items():
        if text:
            yield f"{name}:{_value(text)}"
    yield f"NOTE:Connected on {contact.connected_on.isoformat()}"
    yield "END:VCARD"


def _value(text: str | None) -> str:
    """A text as the value of a property, or as a part of one."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", lines).translate(_ESCAPED)


def folded(line: str) -> str:
    """The line in lines that are short enough, none of which breaks a character."""
    lines, room = [""], LONGEST_LINE
    if len(line.encode()) <= room:
        return f"{line}\r\n"
    for character in line:
        size = len(character.encode())
        if size > room:
            lines.append(" ")
            room = LONGEST_LINE - 1
        lines[-1] += character
        room -= size
    return "".join(f"{each}\r\n" for each in lines)


FILES: Final[Mapping[ExportFormat, FileKind]] = {
    ExportFormat.CSV: FileKind("text/csv; charset=utf-8", "csv", _csv),
    ExportFormat.JSON: FileKind("application/json", "json", _json),
    ExportFormat.VCARD: FileKind("text/vcard; charset=utf-8", "vcf", _vcards),
}
