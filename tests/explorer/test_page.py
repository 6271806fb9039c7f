"""The page and its files as an HTTP client sees them."""

import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from server import explorer
from server.explorer.files import FILES
from server.explorer.page import CDN


def _client(folder: Path) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Starlette(routes=explorer.routes(folder)))
    return httpx.AsyncClient(transport=transport, base_url="http://rapport")


def _addresses(html: str) -> list[str]:
    return re.findall(r'(?:src|href)="(?!data:)([^"]+)"', html)


async def test_without_installed_files_the_page_takes_each_pinned_file_from_the_cdn(tmp_path: Path) -> None:
    async with _client(tmp_path) as client:
        html = (await client.get("/")).text
    for file in FILES:
        assert f'"{CDN}{file.path}" integrity="{file.integrity}" crossorigin="anonymous"' in html


async def test_the_policy_of_the_cdn_page_allows_its_pinned_files_and_nothing_else_there(
    tmp_path: Path,
) -> None:
    async with _client(tmp_path) as client:
        policy = (await client.get("/")).headers["content-security-policy"]
    assert set(re.findall(r"https?:[^ ;]+", policy)) == {CDN + file.path for file in FILES}
    assert policy.startswith("default-src 'none'; script-src 'self' https:")
    assert "unsafe-eval" not in policy


async def test_with_installed_files_the_page_names_no_other_host(files: Path) -> None:
    async with _client(files) as client:
        page = await client.get("/")
        assert "script-src 'self'; " in page.headers["content-security-policy"]
        assert "//" not in page.headers["content-security-policy"]
        for address in _addresses(page.text):
            assert "//" not in address
            assert address == "graphql" or (await client.get(address)).status_code == 200


async def test_the_page_is_asked_for_again_and_its_versioned_files_are_kept(files: Path) -> None:
    async with _client(files) as client:
        page, script = await client.get("/"), await client.get(f"/explorer/{FILES[-1].path}")
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert FILES[-1].matches(script.content)


@pytest.mark.parametrize(
    "path", ["", "../page.py", "..%2f..%2fsettings.py", "%2e%2e/page.py", "page.html", "react@18.3.1"]
)
async def test_nothing_but_the_pages_files_is_served(files: Path, path: str) -> None:
    async with _client(files) as client:
        assert (await client.get(f"/explorer/{path}")).status_code == 404


async def test_a_file_that_differs_from_its_pin_sends_the_page_to_the_cdn(
    files: Path, tmp_path: Path
) -> None:
    for file in FILES:
        (tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.path).write_bytes((files / file.path).read_bytes())
    (tmp_path / FILES[0].path).write_text("body { display: none }")
    async with _client(tmp_path) as client:
        assert CDN in (await client.get("/")).text
        assert (await client.get(f"/explorer/{FILES[0].path}")).status_code == 404
