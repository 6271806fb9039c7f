"""CSV files, read record by record: no bad record hides the good ones behind it."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, TypeAlias

from server.failure import Failure
from server.importing.layouts import Layout

Values: TypeAlias = dict[str, str | None]
Row: TypeAlias = tuple[int, Values, str | None]
"""The line a record begins at, its values by column, and what is wrong with it as CSV."""

VERBATIM = ("password",)
"""Columns whose blanks count; elsewhere those around a value are dropped."""

POSITION_EVERY = 1_000
"""Lines between two looks at how far the file is read."""


class CsvFile:
    """A file with a header. Raises Failure where it can't be read or its columns are not the layout's."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.path = path
        self.layout = layout
        with self._open() as file:
            self.columns = _header(path, layout, next(_records(file), (1, []))[1])
        self.size = path.stat().st_size
        self.position = 0

    def rows(self) -> Iterator[Row]:
        """All records below the header. `position` tells how many bytes of `size` have been read."""
        with self._open() as file:
            for line, fields in self._body(file):
                fault = _fault(fields, len(self.columns))
                yield line, {} if fault else self._values(fields), fault
                if line % POSITION_EVERY == 0:
                    self.position = file.buffer.tell()
            self.position = self.size

    def texts(self) -> Iterator[tuple[int, str]]:
        """All records as they stand in the file; bytes that are not UTF-8 appear in hexadecimal."""
        with self._open() as file:
            taken: list[str] = []
            for line, _ in _records(_remembering(file, taken)):
                yield line, _readable("".join(taken))
                taken.clear()

    def _body(self, file: TextIO) -> Iterator[tuple[int, list[str] | csv.Error]]:
        records = _records(file)
        next(records)
        return records

    def _values(self, fields: Iterable[str] | csv.Error) -> Values:
        assert not isinstance(fields, csv.Error)
        named = zip(self.columns, fields, strict=True)
        return {name: (field if name in VERBATIM else field.strip()) or None for name, field in named}

    @contextmanager
    def _open(self) -> Iterator[TextIO]:
        """Bytes that are not UTF-8 become lone surrogates, so that only their own record is bad.

        Every line end becomes a line feed: profiles take no carriage returns.
        """
        if not self.path.is_file():
            raise Failure(f"{self.path} is not a file")
        try:
            file = self.path.open(encoding="utf-8-sig", errors="surrogateescape")
        except OSError as error:
            raise Failure(f"{self.path} can't be read: {error.strerror}") from error
        with file:
            yield file


def _records(lines: Iterable[str]) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Each record with the line it begins at; empty lines are none."""
    reader = csv.reader(lines, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, error
        else:
            if fields:
                yield line, fields


def _header(path: Path, layout: Layout, fields: list[str] | csv.Error) -> list[str]:
    names = [] if isinstance(fields, csv.Error) else [field.strip() for field in fields]
    known = (*layout.required, *layout.optional)
    complaints = [
        *(f"lacks the column {name}" for name in layout.required if name not in names),
        *(f"has the column {_readable(name)!r}, which is not known" for name in names if name not in known),
        *(f"has the column {name} twice" for name in known if names.count(name) > 1),
    ]
    if complaints:
        raise Failure(f"{path} {complaints[0]}; the columns of {layout.kind} are {', '.join(known)}")
    return names


def _fault(fields: list[str] | csv.Error, width: int) -> str | None:
    if isinstance(fields, csv.Error):
        return f"not CSV: {fields}"
    if len(fields) != width:
        return f"{len(fields)} columns instead of {width}"
    text = "".join(fields)
    return "a NUL character" if "\0" in text else None if _is_unicode(text) else "not UTF-8"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _remembering(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _readable(text: str) -> str:
    return text.strip("\r\n").encode(errors="surrogateescape").decode(errors="backslashreplace")
