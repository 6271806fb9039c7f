"""The short way answers as the whole way does, and is taken by what is usual."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

import orjson
import pytest
from starlette.requests import Request
from starlette.types import Scope

from server import direct, graphql_sse
from server.app import Application
from server.graphql_http import Reply, RequestContext
from tests.clients import Api
from tests.graphql_ws.clients import until
from tests.graphql_ws.servers import Server, listening
from tests.world import World

BODY: Final = b'{"query": "{ viewer { member { handle } } }"}'
SECONDS: Final = 10
IDLE_SECONDS: Final = 5
"""After which Uvicorn closes any connection."""
BREAK: Final = b"<break>"
"""Where what a client sends is cut in two that arrive one after the other."""


@dataclass(frozen=True)
class Response:
    """What came back: its fields but those that differ each time, and in no order."""

    status: bytes
    fields: tuple[bytes, ...]
    body: bytes


class Site:
    """One application that listens on two ports, at one of them without the short way."""

    def __init__(self, app: Application, servers: Sequence[Server]) -> None:
        self.app = app
        self.servers = servers
        self.whole_ways = 0

    @property
    def ports(self) -> list[int]:
        """With the short way, and without."""
        return [server.port for server in self.servers]

    @property
    def connections(self) -> list[direct.Connection]:
        """Those which know the short way."""
        found = self.servers[0].uvicorn.server_state.connections
        return [each for each in found if isinstance(each, direct.Connection)]

    async def answers(self, sent: bytes) -> list[Response | None]:
        """The same from both ports, whichever way requests take; None where the connection is closed."""
        [short, whole] = [await _exchanged(port, sent) for port in self.ports]
        assert short == whole
        return short


@pytest.fixture
async def site(app: Application, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """The real application; counted are requests that go the whole way, at both ports together."""
    goes = Application.__call__
    async with AsyncExitStack() as stack:
        ways = [direct.Connection, graphql_sse.Connection]
        servers = [await stack.enter_async_context(listening(app, http=way)) for way in ways]
        site = Site(app, servers)

        async def counted(*arguments: object) -> None:
            site.whole_ways += 1
            await goes(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(Application, "__call__", counted)
        yield site


async def _exchanged(port: int, sent: bytes) -> list[Response | None]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(SECONDS):
            for part in sent.split(BREAK):
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0.05)
            answers = [await _response(reader) for _ in range(sent.count(b" HTTP/1."))]
            if b"Connection: close" in sent or b" HTTP/1.0" in sent:
                async with asyncio.timeout(IDLE_SECONDS / 2):
                    assert await reader.read() == b""
            return answers
    finally:
        writer.close()


async def _response(reader: asyncio.StreamReader) -> Response | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        while head.startswith(b"HTTP/1.1 100"):
            head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    status, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    fields = [line.lower() for line in lines if not line.lower().startswith(b"date")]
    [size] = [int(line.partition(b":")[2]) for line in fields if line.startswith(b"content-length")]
    return Response(status, tuple(sorted(fields)), await reader.readexactly(size))


def post(
    *fields: str, body: bytes = BODY, path: str = "/graphql", version: str = "1.1", method: str = "POST"
) -> bytes:
    """A request with these fields, which may name the usual ones differently."""
    usual = ["Host: localhost", "Content-Type: application/json", "X-Request-Id: one"]
    names = {field.partition(":")[0].lower() for field in fields}
    size = [] if "transfer-encoding" in names else [f"Content-Length: {len(body.replace(BREAK, b''))}"]
    lines = [*(each for each in usual if each.partition(":")[0].lower() not in names), *size, *fields]
    return "\r\n".join([f"{method} {path} HTTP/{version}", *lines, "", ""]).encode() + body


USUAL: Final = {
    "nobody": post(),
    "another media type": post("Accept: application/graphql-response+json"),
    "no JSON": post(body=b"{"),
    "nothing": post(body=b""),
    "no operation": post(body=b'{"query": "{"}'),
    "no such media type": post("Accept: text/html"),
    "no such content type": post("Content-Type: text/plain"),
    "no such token": post("Authorization: Bearer none"),
    "a field twice": post("Accept: text/html", "Accept: application/json"),
    "to be closed": post("Connection: close"),
    "one after the other": post() + BREAK + post("Connection: close"),
    "cut in its head": post("X-Long: " + "a" * 100 + BREAK.decode() + "a"),
    "forwarded": post("X-Forwarded-For: 192.0.2.1"),
}
UNUSUAL: Final = {
    "cut in its body": post(body=BODY[:20] + BREAK + BODY[20:]),
    "cut before its body": post(body=BREAK + BODY),
    "of an earlier version": post(version="1.0"),
    "announced": post("Expect: 100-continue", body=BREAK + BODY),
    "of another origin": post("Origin: https://elsewhere.example"),
    "a query string": post(path="/graphql?a=b"),
    "another path": post(path="/elsewhere"),
    "another method": post(method="PUT"),
    "to be upgraded": post("Connection: Upgrade", "Upgrade: h2c"),
    "too large": post(body=b"[" + b" " * 300_000),
}


@pytest.mark.parametrize("sent", USUAL.values(), ids=USUAL)
async def test_what_is_usual_goes_the_short_way(site: Site, api: Api, sent: bytes) -> None:
    answers = await site.answers(sent)
    assert site.whole_ways == len(answers)


@pytest.mark.parametrize("sent", UNUSUAL.values(), ids=UNUSUAL)
async def test_what_is_unusual_goes_the_whole_way(site: Site, api: Api, sent: bytes) -> None:
    answers = await site.answers(sent)
    assert site.whole_ways == 2 * len(answers)


async def test_a_member_is_answered(site: Site, api: Api, world: World) -> None:
    token = api.token(await world.member("ada"))
    [answer] = await site.answers(post(f"Authorization: Bearer {token}"))
    assert answer
    assert orjson.loads(answer.body)["data"] == {"viewer": {"member": {"handle": "ada"}}}
    assert b"x-request-id: one" in answer.fields


async def test_what_arrives_at_once_may_be_too_large(
    site: Site, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.app.endpoint, "max_body_bytes", len(BODY) - 1)
    [answer] = await site.answers(post("Connection: close"))
    assert answer
    assert answer.status == b"HTTP/1.1 413 Request Entity Too Large"
    assert site.whole_ways == 1


async def test_an_answer_that_the_end_of_the_server_cuts_off_is_an_error(
    site: Site, api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    began = asyncio.Event()

    async def never(request: object) -> Reply:
        began.set()
        return await asyncio.Future()

    monkeypatch.setattr(site.app.endpoint, "response", never)
    exchange = asyncio.create_task(_exchanged(site.ports[0], post()))
    await began.wait()
    [task] = site.servers[0].uvicorn.server_state.tasks
    task.cancel()
    [answer] = await exchange
    assert answer
    assert answer.status == b"HTTP/1.1 500 Internal Server Error"
    assert orjson.loads(answer.body)["errors"][0]["extensions"]["requestId"] == "one"
    assert "one" in caplog.text


async def test_requests_that_come_at_once_are_answered_in_their_order(site: Site, api: Api) -> None:
    bodies = [b'{"query": "{ %s: __typename }"}' % name for name in (b"a", b"b", b"c")]
    answers = await site.answers(b"".join(post(body=body) for body in bodies))
    named = [list(orjson.loads(answer.body)["data"]) for answer in answers if answer]
    assert named == [["a"], ["b"], ["c"]]
    assert site.whole_ways == 3 + 2


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ([], "127.0.0.1"),
        (["X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
        (["X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: 192.0.2.2, 127.0.0.1"], "192.0.2.2"),
        (["X-Forwarded-For: "], "127.0.0.1"),
    ],
)
async def test_the_sender_is_who_a_trusted_proxy_names(
    site: Site, api: Api, monkeypatch: pytest.MonkeyPatch, fields: list[str], address: str
) -> None:
    senders = senders_seen(site.app, monkeypatch)
    await site.answers(post(*fields))
    assert senders == [address] * 2
    assert site.whole_ways == 1


async def test_a_proxy_that_is_not_trusted_is_not_believed(
    app: Application, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    senders = senders_seen(app, monkeypatch)
    async with listening(app, http=direct.Connection, forwarded_allow_ips="192.0.2.9") as server:
        assert await _exchanged(server.port, post("X-Forwarded-For: 192.0.2.1"))
    assert senders == ["127.0.0.1"]


def senders_seen(app: Application, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The addresses of those who send requests from now on."""
    senders: list[str | None] = []
    open_context = app.endpoint.open_context

    def opened(request: Request) -> RequestContext:
        senders.append(request.client and request.client.host)
        return open_context(request)

    monkeypatch.setattr(app.endpoint, "open_context", opened)
    return senders


def _answering() -> set[asyncio.Task[object]]:
    """The tasks that answer connections, or wait for their next request."""
    return {task for task in asyncio.all_tasks() if "Connection._answer_all" in repr(task.get_coro())}


async def test_one_task_answers_all_requests_of_a_connection_and_ends_with_it(site: Site, api: Api) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.ports[0])
    found = []
    for _ in range(3):
        writer.write(post())
        assert await _response(reader)
        found.append(_answering())
    assert len(found[0]) == 1
    assert found == found[:1] * 3
    assert not site.servers[0].uvicorn.server_state.tasks
    writer.close()
    await until(lambda: not _answering())


async def test_a_connection_that_becomes_a_socket_waits_for_no_request(site: Site, api: Api) -> None:
    upgrade = [
        *("GET /graphql HTTP/1.1", "Host: localhost", "Connection: Upgrade", "Upgrade: websocket"),
        *("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg=="),
        *("Sec-WebSocket-Protocol: graphql-transport-ws", "", ""),
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", site.ports[0])
    writer.write(post())
    assert await _response(reader)
    writer.write("\r\n".join(upgrade).encode())
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    await until(lambda: not _answering())
    writer.close()


async def test_what_is_no_http_is_refused_after_a_request_as_well(site: Site, api: Api) -> None:
    no_http = b"none HTTP/1.1\r\n\r\n"
    for sent, place in ((post() + BREAK + no_http, 1), (post() + no_http, 0)):
        answers = await site.answers(sent)
        refusal = answers[place]
        assert refusal
        assert refusal.status == b"HTTP/1.1 400 Bad Request"
        assert answers[place + 1 :] == [None] * (1 - place)


@pytest.mark.parametrize("leaves", [True, False])
async def test_nothing_is_written_to_a_client_that_left(
    site: Site, api: Api, monkeypatch: pytest.MonkeyPatch, leaves: bool
) -> None:
    began, goes_on, written = asyncio.Event(), asyncio.Event(), []
    respond, write = site.app.respond, direct.Connection._write

    async def held(scope: Scope, body: bytes) -> Reply:
        began.set()
        await goes_on.wait()
        return await respond(scope, body)

    def noted(connection: direct.Connection, exchange: direct.Exchange, reply: Reply) -> None:
        written.append(reply)
        write(connection, exchange, reply)

    monkeypatch.setattr(site.app, "respond", held)
    monkeypatch.setattr(direct.Connection, "_write", noted)
    _, writer = await asyncio.open_connection("127.0.0.1", site.ports[0])
    writer.write(post())
    await began.wait()
    if leaves:
        writer.close()
        await until(lambda: not site.connections)
    goes_on.set()
    await until(lambda: not site.servers[0].uvicorn.server_state.tasks)
    assert len(written) == (not leaves)
    writer.close()


async def test_a_client_that_does_not_read_is_waited_for(site: Site, api: Api) -> None:
    types = b'{"query": "{ __schema { types { name fields { name description } } } }"}'
    reader, writer = await asyncio.open_connection("127.0.0.1", site.ports[0])
    many = 100
    for _ in range(many):
        # Each arrives when the one before it is answered, as long as the server goes on answering.
        writer.write(post(body=types))
        await asyncio.sleep(0.03)
    [connection] = site.connections
    waiting = connection.transport.get_write_buffer_size()
    answers = [await _response(reader) for _ in range(many)]
    assert answers == answers[:1] * many
    assert answers[0]
    assert 0 < waiting < 2 * len(answers[0].body)
    writer.close()


@asynccontextmanager
async def _staying(
    site: Site, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A client of a server that closes connections which are idle for so long."""
    monkeypatch.setattr(site.servers[0].uvicorn.config, "timeout_keep_alive", seconds)
    reader, writer = await asyncio.open_connection("127.0.0.1", site.ports[0])
    try:
        async with asyncio.timeout(SECONDS):
            yield reader, writer
    finally:
        writer.close()


async def test_idle_connections_are_closed_and_used_ones_are_not(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _staying(site, monkeypatch, 0.4) as (reader, writer):
        for _ in range(5):
            writer.write(post())
            assert await _response(reader)
            await asyncio.sleep(0.2)
        [connection] = site.connections
        assert not connection.transport.is_closing()
        assert await reader.read() == b""


async def test_a_connection_on_which_something_arrives_is_not_idle(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = post()
    async with _staying(site, monkeypatch, 0.2) as (reader, writer):
        writer.write(request)
        assert await _response(reader)
        writer.write(request[:30])
        await asyncio.sleep(0.5)
        writer.write(request[30:])
        assert await _response(reader)
