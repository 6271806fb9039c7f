"""Fetches the published suite by name and hash, and unpacks it where nothing is committed."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath

from graphql import version

PINS = Path(__file__).with_name("suite.txt")
FOLDER = Path(__file__).parents[2] / ".rapport" / "conformance"
DOWNLOADS, PACKAGES, SUITE = FOLDER / "downloads", FOLDER / "packages", FOLDER / "suite"
# The suite's own package is called `tests` as ours is. It imports itself relatively, so any name does.
PACKAGE = SUITE / "published"


def fetch() -> None:
    """Have the suite in `PACKAGE` and what it is collected with in `PACKAGES`."""
    if f"graphql-core=={version} " not in PINS.read_text():
        sys.exit(f"{PINS.name} pins another graphql-core than the installed {version}.")
    marker = FOLDER / "fetched.txt"
    if marker.exists() and marker.read_text() == PINS.read_text():
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    _download()
    _install(next(DOWNLOADS.glob("*.whl")))
    _unpack(next(DOWNLOADS.glob("*.tar.gz")))
    marker.write_text(PINS.read_text())


def _pip(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments], check=True)


def _download() -> None:
    only = ["--no-deps", "--require-hashes", "--no-binary", "graphql-core"]
    _pip("download", "--quiet", *only, "--requirement", PINS, "--dest", DOWNLOADS)


def _install(wheel: Path) -> None:
    _pip("install", "--quiet", "--no-deps", "--no-index", "--target", PACKAGES, wheel)


def _unpack(archive: Path) -> None:
    """Take the tests out of the archive; its hash was checked when it came."""
    with tarfile.open(archive) as tar:
        for member in tar:
            inside = PurePosixPath(*PurePosixPath(member.name).parts[1:])
            content = tar.extractfile(member)
            if content and inside.parts[0] == "tests":
                # Not by `extract`, which may be safe only from Python 3.11.4 on.
                path = PACKAGE / inside.relative_to("tests")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())
