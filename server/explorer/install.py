"""`python -m server.explorer.install FOLDER` takes the explorer's files from their npm packages.

Four packages are fetched and not the hundred that `npm ci` would bring for them: the files are bundles that
need no other, and their content is pinned in `files.py`, which is what a lock file would be for.
"""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from server.explorer.files import FILES, PublishedFile, installed

SECONDS = 60


class InstallError(Exception):
    """The files could not be installed; the text says why in one line."""


class FetchError(InstallError):
    """There is no npm, or npm could not fetch the packages."""


def install(folder: Path) -> None:
    """Put every file into `folder`; nothing is fetched if they are there. Raises InstallError."""
    if installed(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as scratch:
        _fetch_packages(Path(scratch))
        for file in FILES:
            _unpack(file, Path(scratch), folder)


def _fetch_packages(scratch: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise FetchError("npm is not installed")
    # Without a registry npm would try for minutes, and a first start must not wait for it.
    command = [npm, "pack", "--silent", "--ignore-scripts", "--fetch-retries=0"]
    packages = sorted({file.package for file in FILES})
    try:
        subprocess.run([*command, *packages], cwd=scratch, check=True, capture_output=True, timeout=SECONDS)
    except (subprocess.SubprocessError, OSError) as failure:
        raise FetchError("npm could not fetch " + ", ".join(packages)) from failure


def _unpack(file: PublishedFile, scratch: Path, folder: Path) -> None:
    with tarfile.open(scratch / (file.package.replace("@", "-") + ".tgz")) as package:
        member = package.extractfile(f"package/{file.member}")
        content = member.read() if member else b""
    if not file.matches(content):
        raise InstallError(f"{file.path} is not the file that this version of Rapport was tested with")
    # Written aside and renamed, so that a server that starts meanwhile sees the whole file or none.
    (scratch / "content").write_bytes(content)
    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    (scratch / "content").replace(target)


def main() -> None:
    """Install into the folder named on the command line; what can't be had is a warning, for a CDN has it."""
    try:
        install(Path(sys.argv[1]))
    except InstallError as failure:
        sys.stderr.write(f"explorer: {failure}; its page will load its files from a CDN\n")


if __name__ == "__main__":
    main()
