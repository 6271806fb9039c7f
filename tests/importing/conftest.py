"""An importer with a folder for its files, over an emptied database."""

import csv
from pathlib import Path

import pytest
from rich.progress import Progress

from server.importing.layouts import Layout
from server.importing.run import Import, Report
from tests.world import World


class Importer:
    """Writes files and imports all that it wrote."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.rejects = folder / "rejects.csv"
        self._folder = folder
        self._files: dict[Layout, Path] = {}

    def write(self, layout: Layout, content: str | bytes) -> Path:
        """Write a file; text is encoded as UTF-8, its line ends as they are."""
        path = self._folder / f"{layout.kind}.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self._files[layout] = path
        return path

    async def run(self, *, strict: bool = False) -> Report:
        """Import the files."""
        return await Import(dict(self._files), self.rejects, strict).run(self.url, Progress(disable=True))

    def rejected(self) -> list[tuple[str, int, str]]:
        """File, line and reason of each rejected row."""
        return [(row["file"], int(row["line"]), row["reason"]) for row in self.rejected_rows()]

    def rejected_rows(self) -> list[dict[str, str]]:
        """The rejects file as it is."""
        with self.rejects.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def importer(world: World, database_url: str, tmp_path: Path) -> Importer:
    """An importer into the emptied database."""
    return Importer(database_url, tmp_path)
