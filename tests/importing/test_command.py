"""`rapport import`, as it is typed."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from server.importing.layouts import CONNECTIONS, FOLLOWS, MEMBERS
from tests.importing.conftest import Importer
from tests.server.processes import COMMAND, ROOT, environment, run

MEMBER_ROWS = "key,handle,given_name,family_name\n1,ada,A,A\n2,bob,B,B\n"


def command(importer: Importer, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command on the importer's database."""
    folder = importer.rejects.parent
    return run(folder, "import", *map(str, arguments), RAPPORT_DATABASE_URL=importer.url)


def test_it_loads_the_files_and_tells_how_many_rows(importer: Importer) -> None:
    members = importer.write(MEMBERS, MEMBER_ROWS)
    connections = importer.write(CONNECTIONS, "member,other\n1,2\n")
    follows = importer.write(FOLLOWS, "follower,followee\n1,2\n2,1\n")
    done = command(importer, "--members", members, "--connections", connections, "--follows", follows)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["members", "2", "loaded", "0", "unchanged", "0", "rejected"],
        ["connections", "1", "loaded", "0", "unchanged", "0", "rejected"],
        ["follows", "2", "loaded", "0", "unchanged", "0", "rejected"],
    ]


def test_rejected_rows_are_a_success_that_names_their_file(importer: Importer) -> None:
    done = command(importer, "--members", importer.write(MEMBERS, MEMBER_ROWS + "3,bob,B,B\n"))
    assert done.returncode == 0
    assert done.stderr == f"1 rejected rows are in {importer.rejects}\n"
    assert importer.rejected() == [("members.csv", 4, "handle: already on line 3")]


def test_strict_fails_where_a_row_is_rejected(importer: Importer, tmp_path: Path) -> None:
    members = importer.write(MEMBERS, MEMBER_ROWS + "3,bob,B,B\n")
    done = command(importer, "--members", members, "--strict", "--rejects", tmp_path / "elsewhere.csv")
    assert (done.returncode, done.stdout) == (1, "")
    assert "rapport: nothing was loaded, because of --strict" in done.stderr
    assert (tmp_path / "elsewhere.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "name at least one file"),
        (["--members", "missing.csv"], "missing.csv is not a file"),
        (["--follows", "members.csv"], "lacks the column follower"),
    ],
)
def test_what_cannot_be_imported_is_told_in_a_line(
    importer: Importer, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    importer.write(MEMBERS, MEMBER_ROWS)
    paths = [part if part.startswith("--") else str(tmp_path / part) for part in arguments]
    done = command(importer, *paths)
    assert done.returncode == 1
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_who_watches_sees_progress(importer: Importer) -> None:
    members = importer.write(MEMBERS, MEMBER_ROWS)
    settings = environment(importer.rejects.parent, {"RAPPORT_DATABASE_URL": importer.url, "TERM": "xterm"})
    arguments = [*COMMAND, "import", "--members", str(members)]
    terminal, end = pty.openpty()
    subprocess.run(arguments, cwd=ROOT, env=settings, stderr=end, stdout=subprocess.DEVNULL, check=True)
    shown = os.read(terminal, 1_000_000).decode()
    os.close(end)
    os.close(terminal)
    for step in ("Reading members.csv", "Checking", "Loading"):
        assert step in shown
    assert "100%" in shown
