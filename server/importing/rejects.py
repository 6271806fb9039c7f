"""The file that tells which rows were not loaded, and why."""

import csv
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from models.database import Connection
from server.failure import Failure
from server.importing.reading import CsvFile

COLUMNS = ("file", "line", "reason", "row")
OWN = 0o600
"""The mode of the file: rows may hold passwords."""
REASONS = "SELECT line, reason FROM rejects WHERE file = $1 ORDER BY line"
COUNTS = "SELECT file, count(*) AS rows FROM rejects GROUP BY file"


async def counts(connection: Connection) -> dict[str, int]:
    """The rejected rows of each kind of file that has any."""
    return {row["file"]: row["rows"] for row in await connection.fetch(COUNTS)}


async def write(connection: Connection, path: Path, sources: Sequence[CsvFile]) -> None:
    """Write file, line, reason and row of each, as CSV. Raises Failure where that is impossible."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            os.fchmod(file.fileno(), OWN)
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for source in sources:
                async for line, reason, text in _rejected(connection, source):
                    writer.writerow((source.path.name, line, reason, text))
    except OSError as error:
        raise Failure(f"{path} can't be written: {error.strerror}; --rejects names another") from error


async def _rejected(connection: Connection, source: CsvFile) -> AsyncIterator[tuple[int, str, str]]:
    """Both the reasons and the file's records come in the order of their lines."""
    texts = source.texts()
    async for line, reason in connection.cursor(REASONS, source.layout.kind):
        yield line, reason, next(text for begins_at, text in texts if begins_at == line)
