"""Downloading a file by its signed address: once, and by nobody who hasn't got one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette

from auth.downloads import Downloads
from loaders import exports as loader
from tests.clocks import Clock
from tests.connection_requests.people import Person
from tests.exports.exporting import address, befriend, download, exported, key, shown
from tests.graphql_ws.servers import Server, listening
from tests.world import World

NOTHING = b'{"errors":[{"message":"Not Found","extensions":{"code":"NOT_FOUND"}}]}'
CHANGES: dict[str, Callable[[str], str]] = {
    "another member": lambda path: path.replace("/exports/1.", "/exports/2."),
    "another export": lambda path: path.replace(".1.0.", ".2.0."),
    "another download": lambda path: path.replace(".1.0.", ".1.1."),
    "a longer time": lambda path: ".".join([*path.split(".")[:3], "9" * 11, path.split(".")[4]]),
    "another signature": lambda path: path[:-1] + ("0" if path[-1] != "0" else "1"),
    "no signature": lambda path: path.rpartition(".")[0],
    "other digits": lambda path: path.replace("/exports/1.", "/exports/\u0661."),
    "a blank": lambda path: path + "%0A",
    "nothing": lambda _: "/exports/",
    "a word": lambda _: "/exports/x",
}


def is_nothing(answer: httpx.Response) -> bool:
    """Whether it is the one answer to everything that leads to no file."""
    return (answer.status_code, answer.content) == (404, NOTHING)


@pytest.mark.parametrize(
    ("format", "media_type", "suffix"),
    [
        ("CSV", "text/csv; charset=utf-8", "csv"),
        ("JSON", "application/json", "json"),
        ("VCARD", "text/vcard; charset=utf-8", "vcf"),
    ],
)
async def test_a_file_comes_with_its_type_name_and_length_and_is_not_stored(
    ada: Person, format: str, media_type: str, suffix: str
) -> None:
    await befriend(ada, 3)
    answer = await download(ada, await exported(ada, format))
    assert answer.status_code == 200
    wanted = {
        "content-type": media_type,
        "content-disposition": f'attachment; filename="connections.{suffix}"',
        "content-length": str(len(answer.content)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    assert wanted.items() <= answer.headers.items()
    assert answer.content


async def test_an_address_is_good_for_one_whole_download_and_another_can_be_asked_for(ada: Person) -> None:
    await befriend(ada, 44)
    export = await exported(ada)
    first, again = await address(ada, export), await address(ada, export)
    whole = await ada.api.http.get(first)
    assert len(whole.text.splitlines()) == 45
    assert is_nothing(await ada.api.http.get(first))
    assert is_nothing(await ada.api.http.get(again))
    assert (await ada.api.http.head(first)).status_code == 404
    assert (await download(ada, export)).content == whole.content


async def test_a_look_at_the_head_does_not_use_it_up(ada: Person) -> None:
    await befriend(ada, 3)
    path = await address(ada, await exported(ada))
    for _ in range(2):
        head = await ada.api.http.head(path)
        assert (head.status_code, head.content) == (200, b"")
    whole = await ada.api.http.get(path)
    assert {**head.headers, "x-request-id": ""} == {**whole.headers, "x-request-id": ""}


@pytest.mark.parametrize("change", CHANGES)
async def test_any_other_address_leads_nowhere(ada: Person, ben: Person, change: str) -> None:
    for person in (ada, ben):
        await exported(person)
    path = await address(ada, "EX_MS4x")
    assert path.startswith("/exports/1.1.0.")
    changed = CHANGES[change](path)
    assert changed != path
    assert is_nothing(await ada.api.http.get(changed))
    assert (await ada.api.http.get(path)).status_code == 200


async def test_a_signature_by_another_key_or_for_another_use_is_none(ada: Person, clock: Clock) -> None:
    export = await exported(ada)
    for secret in (b"x" * 32, b"another key that is long enough!"):
        forged = Downloads(secret, "http://rapport.test").address(*key(export), 0, clock.now)
        assert is_nothing(await ada.api.http.get(forged))


async def test_an_address_is_good_for_an_hour(ada: Person, clock: Clock) -> None:
    export = await exported(ada)
    path = await address(ada, export)
    clock.advance(minutes=59, seconds=59)
    assert (await ada.api.http.head(path)).status_code == 200
    clock.advance(seconds=1)
    assert is_nothing(await ada.api.http.get(path))
    assert (await download(ada, export)).status_code == 200


async def test_nothing_is_downloaded_of_a_file_that_is_over_or_not_whole(
    ada: Person, world: World, clock: Clock
) -> None:
    await befriend(ada, 3)
    clock.advance(days=6, hours=23, minutes=30)
    export = await exported(ada)
    path = await address(ada, export)
    for change in (
        "state = 'RUNNING', expires_at = NULL",
        "state = 'FAILED', expires_at = NULL",
        "state = 'EXPIRED'",
        "state = 'READY', expires_at = requested_at",
    ):
        await world.execute("UPDATE exports SET state = 'READY', expires_at = now() + interval '99 years'")
        await world.execute(f"UPDATE exports SET {change}")
        assert is_nothing(await ada.api.http.get(path))
    await world.execute("DELETE FROM exports")
    assert is_nothing(await ada.api.http.get(path))


async def test_no_other_method_is_served(ada: Person) -> None:
    path = await address(ada, await exported(ada))
    for method in ("POST", "PUT", "DELETE"):
        assert (await ada.api.http.request(method, path)).status_code == 405


async def test_the_address_is_below_that_of_the_deployment(ada: Person, app: Starlette) -> None:
    export = await exported(ada)
    public = Downloads(b"k" * 32, "https://api.example/rapport/")
    deployment = app.state.deployment
    app.state.deployment = replace(deployment, downloads=public)
    found = await shown(ada, export)
    app.state.deployment = deployment
    assert found["downloadUrl"].startswith("https://api.example/rapport/exports/1.1.0.")


async def large(person: Person) -> str:
    """The address of a file of three pieces that are larger than sockets hold, so that the server waits."""
    await befriend(person, 44)
    path = await address(person, await exported(person))
    await person.world.execute("UPDATE export_parts SET data = convert_to(repeat('x', 10000000), 'UTF8')")
    await person.world.execute("UPDATE exports SET byte_count = 30000000")
    return path


@asynccontextmanager
async def begun(server: Server, path: str) -> AsyncIterator[asyncio.StreamWriter]:
    """A download of which no more is read than its beginning."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=2**12)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: rapport.test\r\n\r\n".encode())
    assert b"200 OK" in await reader.readuntil(b"\r\n")
    yield writer
    writer.transport.abort()


async def test_a_download_that_breaks_off_leaves_the_address_as_it_is(ada: Person, app: Starlette) -> None:
    path = await large(ada)
    async with listening(app) as server:
        async with begun(server, path):
            pass
        await server.emptied()
    assert len((await ada.api.http.get(path)).content) == 30_000_000


async def test_of_two_downloads_at_once_one_becomes_whole(
    ada: Person, app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    await befriend(ada, 44)
    path = await address(ada, await exported(ada))
    both, part = asyncio.Barrier(2), loader.part

    async def together(*arguments: object) -> object:
        await both.wait()
        return await part(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(loader, "part", together)
    async with listening(app, log_level="critical") as server, httpx.AsyncClient() as client:
        url = f"http://127.0.0.1:{server.port}{path}"
        found = await asyncio.gather(*(client.get(url) for _ in range(2)), return_exceptions=True)
    [whole] = [each for each in found if isinstance(each, httpx.Response)]
    [broken] = [each for each in found if isinstance(each, BaseException)]
    assert len(whole.text.splitlines()) == 45
    assert isinstance(broken, httpx.RemoteProtocolError)


async def test_a_file_that_goes_while_it_is_downloaded_ends_early(
    ada: Person, app: Starlette, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await befriend(ada, 44)
    path, part = await address(ada, await exported(ada)), loader.part

    async def gone(*arguments: object) -> object:
        found = await part(*arguments)  # type: ignore[arg-type]
        await world.execute("DELETE FROM exports")
        return found

    monkeypatch.setattr(loader, "part", gone)
    async with listening(app, log_level="critical") as server, httpx.AsyncClient() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(f"http://127.0.0.1:{server.port}{path}")
