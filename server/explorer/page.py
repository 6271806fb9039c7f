"""The page, the routes that serve it and the headers that confine it."""

from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from server.explorer.files import FILES, PublishedFile, installed

HERE = Path(__file__).parent
CDN = "https://cdn.jsdelivr.net/npm/"
LOCAL = "explorer/"
# A published file's address names its version, so it never changes; the page and its own files do.
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


def routes(folder: Path) -> list[BaseRoute]:
    """GET `/`, the page, and GET `/explorer/…`, its files; no other path under that one exists.

    `folder` is where `install` puts the published files. If one of them is missing there or differs from
    its pin, none is served and the page takes them all from a CDN.
    """
    script = _file("explorer.js", HERE / "explorer.js", "text/javascript", ASK_AGAIN)
    if not installed(folder):
        return [_page(CDN), script]
    return [_page(LOCAL), script, *(_published(file, folder) for file in FILES)]


def _page(base: str) -> BaseRoute:
    headers = {
        "cache-control": ASK_AGAIN,
        "content-security-policy": _security_policy(base),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    html = _html(base)

    async def page(_: Request) -> Response:
        return Response(html, media_type="text/html", headers=headers)

    return Route("/", page, methods=["GET"])


def _published(file: PublishedFile, folder: Path) -> BaseRoute:
    return _file(file.path, folder / file.path, file.media_type, FOREVER)


def _file(path: str, source: Path, media_type: str, cache_control: str) -> BaseRoute:
    # Held in memory: 1.6 MB in all, and no request can name a path on the disk.
    content = source.read_bytes()
    headers = {"cache-control": cache_control, "x-content-type-options": "nosniff"}

    async def file(_: Request) -> Response:
        return Response(content, media_type=media_type, headers=headers)

    return Route(f"/explorer/{path}", file, methods=["GET"])


def _html(base: str) -> str:
    template = Template((HERE / "page.html").read_text(encoding="utf-8"))
    return template.substitute(styles=_tags(base, "text/css"), scripts=_tags(base, "text/javascript"))


def _tags(base: str, media_type: str) -> str:
    return "\n".join(f"    {_tag(file, base)}" for file in FILES if file.media_type == media_type)


def _tag(file: PublishedFile, base: str) -> str:
    pin = f'integrity="{file.integrity}" crossorigin="anonymous"'
    if file.media_type == "text/css":
        return f'<link rel="stylesheet" href="{base}{file.path}" {pin}>'
    return f'<script defer src="{base}{file.path}" {pin}></script>'


def _security_policy(base: str) -> str:
    """The Content-Security-Policy: this server alone, and of the CDN no more than the pinned files."""
    elsewhere = "" if base == LOCAL else "".join(f" {base}{file.path}" for file in FILES)
    # The dialogs write style elements of their own, which only 'unsafe-inline' allows.
    return (
        f"default-src 'none'; script-src 'self'{elsewhere}; style-src 'self' 'unsafe-inline'{elsewhere}; "
        "connect-src 'self'; img-src 'self' data:; font-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
