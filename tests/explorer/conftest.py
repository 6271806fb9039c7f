"""The explorer's files, the server that shows them, and the browser that looks at it."""

import shutil
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from auth.identity import Viewer
from server.app import create_app
from server.explorer.install import FetchError, install
from server.graphql_sse import Connection
from server.settings import Settings
from tests.conditions import require
from tests.explorer.chromium import Tab, chromium
from tests.world import World

INSTALLED = Path(__file__).parents[2] / ".rapport" / "explorer"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def files() -> Path:
    """The folder of the published files, installed now if they were not yet."""
    try:
        install(INSTALLED)
    except FetchError as failure:
        require(False, f"the explorer's files: {failure}")
    return INSTALLED


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Tab]:
    """A fresh browser without a network."""
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    require(executable, "needs Chromium")
    with chromium(str(executable), tmp_path / "profile") as tab:
        yield tab


class Site:
    """An application on a loopback port of its own, in a thread of its own."""

    def __init__(self, app: Starlette) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._app = app
        self._server = uvicorn.Server(uvicorn.Config(app, http=Connection, log_config=None))
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"

    def token(self, member_id: int) -> str:
        """An access token of a member; the site must have answered before."""
        viewer, now = Viewer(member_id, session_id=1), datetime.now(UTC)
        token: str = self._app.state.deployment.accounts.tokens.issue(viewer, now)[0]
        return token

    def ask(self, document: str, token: str) -> None:
        """Run an operation beside the browser."""
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.post(f"{self.url}graphql", json={"query": document}, headers=headers, trust_env=False)
        assert "errors" not in answer.json(), answer.text

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


@pytest.fixture
def rapport(database_url: str, files: Path, tmp_path: Path) -> Iterator[Site]:
    """The whole server, its explorer's files installed."""
    (tmp_path / "explorer").symlink_to(files)
    with Site(
        create_app(Settings(database_url=database_url, data_directory=tmp_path, run_jobs=False))
    ) as site:
        yield site


@pytest.fixture
def rapport_without_files(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """The whole server on a machine without npm."""
    with Site(
        create_app(Settings(database_url=database_url, data_directory=tmp_path, run_jobs=False))
    ) as site:
        yield site


@pytest.fixture
async def ada(world: World) -> int:
    """A member of an otherwise empty network."""
    return await world.member("ada")
