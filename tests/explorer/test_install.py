"""Taking the files from npm, and what happens where that fails."""

import io
import os
import sys
import tarfile
from pathlib import Path

import pytest

from server.explorer import install as installer
from server.explorer.files import FILES, installed
from server.explorer.install import FetchError, InstallError, install


def _stand_in_for_npm(folder: Path, script: str) -> str:
    folder.mkdir()
    (folder / "npm").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "npm").chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def _forge_packages(folder: Path) -> None:
    for file in FILES:
        with tarfile.open(folder / (file.package.replace("@", "-") + ".tgz"), "w:gz") as package:
            for member in (file.member for file in FILES):
                package.addfile(tarfile.TarInfo(f"package/{member}"), io.BytesIO())


def test_the_files_of_the_npm_packages_are_the_pinned_ones(files: Path) -> None:
    assert installed(files)


def test_nothing_is_fetched_when_the_files_are_there(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    install(files)


def test_a_machine_without_npm_is_told_that_the_page_will_use_a_cdn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["install", str(tmp_path / "explorer")])
    installer.main()
    assert capsys.readouterr().err == (
        "explorer: npm is not installed; its page will load its files from a CDN\n"
    )


def test_a_registry_that_does_not_answer_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", _stand_in_for_npm(tmp_path / "bin", "exit 1"))
    with pytest.raises(FetchError, match=r"npm could not fetch graphiql@.*, react-dom@.*, react@"):
        install(tmp_path / "explorer")
    assert list((tmp_path / "explorer").iterdir()) == []


def test_a_package_with_other_content_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _forge_packages(tmp_path)
    monkeypatch.setenv("PATH", _stand_in_for_npm(tmp_path / "bin", f"cp {tmp_path}/*.tgz ."))
    with pytest.raises(InstallError, match="is not the file"):
        install(tmp_path / "explorer")
    assert list((tmp_path / "explorer").iterdir()) == []
