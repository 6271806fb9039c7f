"""An export as somebody sees it who starts the program, and the addresses that settings say."""

import time
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from server.settings import Settings
from tests.server.processes import Serving, new_folder, serving

START = "mutation { startNetworkExport(input: { format: JSON }) { export { id } userErrors { code } } }"
LIST = "{ viewer { exports { state downloadUrl rowCount } member { connectionCount } } }"


def ask(server: Serving, query: str) -> Any:
    """The data of an answer to the demo member, whose token ends the greeting."""
    token = server.output.splitlines()[-4]
    headers = {"authorization": f"Bearer {token}"}
    answer = httpx.post(f"{server.address}/graphql", json={"query": query}, headers=headers).json()
    assert "errors" not in answer, answer
    return answer["data"]


def ready(server: Serving) -> Any:
    """The viewer, when their one export is ready."""
    deadline = time.monotonic() + 30
    while (viewer := ask(server, LIST)["viewer"])["exports"][0]["state"] != "READY":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return viewer


def test_the_server_writes_an_export_and_lets_it_be_downloaded_where_it_listens(empty: str) -> None:
    with new_folder() as folder, serving(folder, RAPPORT_DATABASE_URL=empty) as server:
        assert ask(server, START)["startNetworkExport"]["userErrors"] == []
        viewer = ready(server)
        [export] = viewer["exports"]
        assert export["downloadUrl"].startswith(f"{server.address}/exports/")
        found = httpx.get(export["downloadUrl"]).json()
        assert len(found) == export["rowCount"] == viewer["member"]["connectionCount"]
        assert all(entry["url"].startswith(f"{server.address}/in/") for entry in found)
        assert httpx.get(export["downloadUrl"]).status_code == 404


def test_addresses_are_those_of_the_settings() -> None:
    public, profiles = "https://api.example/rapport/", "https://network.example/in/"
    settings = Settings(public_url=public, profile_url=profiles)
    assert (settings.server_url, settings.profiles_url) == ("https://api.example/rapport", profiles)
    assert Settings(public_url=public).profiles_url == "https://api.example/rapport/in/"
    assert Settings(host="::1").server_url == "http://[::1]:8000"


@pytest.mark.parametrize("address", ["api.example", "ftp://a.test", "https://", "https://a.test/?b"])
def test_only_an_absolute_address_is_accepted(address: str) -> None:
    with pytest.raises(ValidationError):
        Settings(public_url=address)
