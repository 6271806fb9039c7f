"""The head of a request gets only so much room and time, and nobody poses as another behind it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from starlette.types import ASGIApp

from rules import header_values
from server import direct
from server.app import Application
from server.graphql_http import Received, media_types
from server.heads import MAX_HEAD_BYTES
from tests.clients import Api
from tests.graphql_ws.clients import until
from tests.graphql_ws.servers import Server, listening
from tests.server.test_direct import BODY, post, senders_seen

SECONDS: Final = 10
TIMEOUT: Final = 0.3
"""Seconds that a head may take where a test waits for the end of them."""
HALF: Final = MAX_HEAD_BYTES // 2
LAST: Final = post("Connection: close")
CHUNKED: Final = "Transfer-Encoding: chunked"
CHUNKS: Final = b"%x\r\n%b\r\n0\r\n" % (len(BODY), BODY)
TRAILERS: Final = b"X-Forwarded-For: 192.0.2.1\r\nAuthorization: Bearer none\r\n\r\n"
HANDSHAKE: Final = "\r\n".join(
    [
        *("GET /graphql HTTP/1.1", "Host: localhost", "Connection: Upgrade", "Upgrade: websocket"),
        *("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg=="),
        *("Sec-WebSocket-Protocol: graphql-transport-ws", "", ""),
    ]
).encode()


@pytest.fixture
async def server(app: Application, api: Api, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """The real application, on its own kind of connections."""
    async with listening(app, http=direct.Connection) as server:
        yield server


@pytest.fixture
def hasty(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has heads and bodies arrive soon."""
    monkeypatch.setattr(app, "body_timeout", TIMEOUT)
    monkeypatch.setattr(app.endpoint, "body_timeout", TIMEOUT)


class Client:
    """A connection to a server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, *parts: bytes, pause: float = 0.01) -> None:
        """Send parts that arrive one after the other, until somebody is answered."""
        for part in parts:
            self.writer.write(part)
            await asyncio.sleep(pause)

    async def answers(self) -> list[tuple[int, bytes]]:
        """The status and body of each answer, until the connection is closed."""
        async with asyncio.timeout(SECONDS):
            received = await self.reader.read()
        return [(int(each[:3]), each.partition(b"\r\n\r\n")[2]) for each in received.split(b"HTTP/1.1 ")[1:]]

    async def answer(self) -> bytes:
        """One answer that is no longer than it says."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        [size] = [
            int(line.partition(b":")[2]) for line in head.lower().split(b"\r\n") if b"content-length" in line
        ]
        return head + await self.reader.readexactly(size)


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    """A client of the server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    yield Client(reader, writer)
    writer.transport.abort()


class Held:
    """Answers that are not given before `release`."""

    def __init__(self, app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
        self._goes_on = asyncio.Event()
        self._response = app.endpoint.response
        self.asked = 0
        monkeypatch.setattr(app.endpoint, "response", self.response)

    def release(self) -> None:
        """Answer from now on."""
        self._goes_on.set()

    async def response(self, request: Received) -> ASGIApp:
        """Answer late."""
        self.asked += 1
        await self._goes_on.wait()
        return await self._response(request)


@pytest.fixture
def held(app: Application, monkeypatch: pytest.MonkeyPatch) -> Held:
    """Holds the answers."""
    return Held(app, monkeypatch)


@contextmanager
def lasting(at_least: float, at_most: float) -> Iterator[None]:
    """Fail unless what is done within takes that many seconds."""
    began = time.monotonic()
    yield
    assert at_least <= time.monotonic() - began <= at_most


def statuses(answers: list[tuple[int, bytes]]) -> list[int]:
    """Those of answers."""
    return [status for status, _ in answers]


def cut(sent: bytes, size: int = 5_000) -> list[bytes]:
    """The same in pieces."""
    return [sent[at : at + size] for at in range(0, len(sent), size)] if size else [sent]


LARGE: Final = b"a" * (MAX_HEAD_BYTES + 5_000)
ENDLESS: Final = {
    "a value": b"POST /graphql HTTP/1.1\r\nHost: x\r\nX: " + LARGE,
    "a name": b"POST /graphql HTTP/1.1\r\nHost: x\r\n" + LARGE,
    "an address": b"GET /" + LARGE,
    "many fields": b"POST /graphql HTTP/1.1\r\n" + b"X: y\r\n" * (MAX_HEAD_BYTES // 6 + 1000),
    "blanks": b"POST /graphql HTTP/1.1\r\nHost: x\r\nX: " + b" " * len(LARGE),
    "of a socket": HANDSHAKE.removesuffix(b"\r\n") + b"X: " + LARGE,
}


@pytest.mark.parametrize("size", [5_000, 0], ids=["in pieces", "at once"])
@pytest.mark.parametrize("sent", ENDLESS.values(), ids=ENDLESS)
async def test_a_head_without_end_is_refused(client: Client, sent: bytes, size: int) -> None:
    await client.send(*cut(sent, size))
    [(status, body)] = await client.answers()
    assert status == 431
    assert b'"HEAD_TOO_LARGE"' in body


@pytest.mark.parametrize("size", [5_000, 0], ids=["in pieces", "at once"])
async def test_of_complete_heads_those_that_are_larger_are_refused(
    server: Server, client: Client, size: int
) -> None:
    fields = [f"X-{letter}: {'a' * (HALF - 300)}" for letter in "ab"]
    await client.send(*cut(post("Connection: close", *fields), size))
    assert statuses(await client.answers()) == [200]
    for sent in (post(*fields, "X-C: " + "c" * 700), HANDSHAKE[:-2] + b"X: " + LARGE + b"\r\n\r\n"):
        other = Client(*await asyncio.open_connection("127.0.0.1", server.port))
        await other.send(*cut(sent, size))
        assert statuses(await other.answers()) == [431]
        other.writer.close()


@pytest.mark.parametrize("size", [5_000, 0], ids=["in pieces", "at once"])
async def test_each_request_has_the_whole_allowance_and_bodies_do_not_count(
    client: Client, size: int
) -> None:
    large = post("X: " + "a" * (MAX_HEAD_BYTES - 1_000), body=BODY.ljust(MAX_HEAD_BYTES + 10_000))
    chunked = post(
        CHUNKED, body=b"2710\r\n" + BODY.ljust(10_000) + b"\r\n" + b"1\r\n \r\n" * 20_000 + b"0\r\n\r\n"
    )
    await client.send(*cut(large + large + chunked + LAST, size))
    assert statuses(await client.answers()) == [200] * 4


@pytest.mark.parametrize("size", [5_000, 40_000, 0], ids=["in pieces", "in halves", "at once"])
async def test_a_head_that_is_refused_follows_the_answers_to_earlier_requests(
    client: Client, held: Held, size: int
) -> None:
    await client.send(*cut(post() + post("X: " + LARGE.decode()) + post(), size))
    await until(lambda: held.asked == 1)
    held.release()
    [(first, body), (second, _)] = await client.answers()
    assert (first, second) == (200, 431)
    assert b'"data"' in body


async def test_a_client_that_goes_on_sending_still_gets_the_refusal(client: Client) -> None:
    await client.send(post("X: " + "a" * 2_000_000), *[b"b" * 100_000] * 10)
    assert statuses(await client.answers()) == [431]


async def test_a_client_that_is_refused_and_stays_is_left(
    hasty: None, server: Server, client: Client
) -> None:
    await client.send(ENDLESS["a value"])
    assert statuses(await client.answers()) == [431]
    await until(lambda: not server.uvicorn.server_state.connections)


@pytest.mark.parametrize("path", ["/graphql", "/graphql?whole=way"])
@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"], ids=["without end", "complete"])
@pytest.mark.parametrize("size", [5_000, 0], ids=["in pieces", "at once"])
async def test_fields_after_the_body_have_their_limit(
    client: Client, path: str, end: bytes, size: int
) -> None:
    # Begun in a piece of its own, since what arrives with the end of the body is not counted before it ends.
    await client.send(post(CHUNKED, path=path, body=CHUNKS), *cut(b"X: " + LARGE + end, size))
    assert statuses(await client.answers()) == [431]


async def test_fields_after_a_body_that_arrive_with_it_have_their_limit(client: Client) -> None:
    await client.send(post(CHUNKED, body=CHUNKS + b"X: " + LARGE + b"\r\n\r\n") + LAST)
    assert statuses(await client.answers()) == [431]


async def test_blank_lines_without_end_end_the_connection(client: Client) -> None:
    await client.send(*[b"\r\n" * 5_000] * 7)
    assert await client.answers() == []


@pytest.mark.parametrize("path", ["/graphql", "/graphql?whole=way"])
@pytest.mark.parametrize("place", [-len(TRAILERS + CHUNKS), 5 - len(TRAILERS + CHUNKS), -len(TRAILERS), None])
async def test_fields_after_the_body_say_nothing_of_the_sender(
    app: Application,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    place: int | None,
) -> None:
    senders = senders_seen(app, monkeypatch)
    sent = post(CHUNKED, "Connection: close", path=path, body=CHUNKS + TRAILERS)
    await client.send(*([sent] if place is None else [sent[:place], sent[place:]]))
    assert statuses(await client.answers()) == [200]
    assert senders == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("piece", "expected"),
    [(b"", []), (b"\r\n", []), (b"P", [408]), (b"POST /graphql HTTP/1.1\r\nHost: x\r\nX: ", [408])],
    ids=["nothing", "blank lines", "a letter", "more"],
)
@pytest.mark.parametrize("is_first", [True, False], ids=["first", "second"])
async def test_a_head_that_does_not_become_complete_is_not_waited_for(
    hasty: None, server: Server, client: Client, piece: bytes, expected: list[int], is_first: bool
) -> None:
    await client.send()
    if not is_first:
        await client.send(post())
        await client.answer()
        await asyncio.sleep(TIMEOUT * 2)
    with lasting(TIMEOUT - 0.1, TIMEOUT + 0.5):
        await client.send(piece)
        if piece or is_first:
            answers = await client.answers()
            assert statuses(answers) == expected
            assert all(b'"REQUEST_TIMEOUT"' in body for _, body in answers)
        else:
            await asyncio.sleep(TIMEOUT)
    await until(lambda: bool(server.uvicorn.server_state.connections) == (not piece and not is_first))


async def test_a_head_that_trickles_in_gets_no_more_time(hasty: None, client: Client) -> None:
    with lasting(TIMEOUT - 0.1, TIMEOUT + 0.5):
        trickle = asyncio.create_task(client.send(*[b"P", b"O", b"S", b"T", b" /"] + [b"a"] * 60, pause=0.05))
        assert statuses(await client.answers()) == [408]
    trickle.cancel()


async def test_a_body_that_trickles_in_behind_its_answer_gets_no_more_time(
    hasty: None, client: Client
) -> None:
    head = post("Content-Type: text/plain", body=b"a" * 1000)[:-1000]
    trickle = asyncio.create_task(client.send(head, *[b"a"] * 60, pause=0.05))
    with lasting(TIMEOUT - 0.1, TIMEOUT + 0.5):
        assert statuses(await client.answers()) == [415]
    trickle.cancel()


async def test_nobody_is_closed_while_a_request_is_answered(
    hasty: None, server: Server, client: Client, held: Held
) -> None:
    await client.send(post(), b"POST /gra")
    await asyncio.sleep(3 * TIMEOUT)
    held.release()
    assert (await client.answer()).startswith(b"HTTP/1.1 200")
    with lasting(TIMEOUT - 0.1, TIMEOUT + 0.5):
        assert statuses(await client.answers()) == [408]


async def test_a_socket_outlives_the_time_for_a_head(hasty: None, client: Client) -> None:
    await client.send(HANDSHAKE)
    assert (await client.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    await asyncio.sleep(3 * TIMEOUT)
    await client.send(b"\x89\x80" + bytes(4))
    assert await client.reader.readexactly(2) == b"\x8a\x00"


@pytest.mark.parametrize("path", ["/graphql", "/graphql?whole=way"])
async def test_a_socket_behind_a_request_that_is_not_answered_is_refused(client: Client, path: str) -> None:
    await client.send(post(path=path) + HANDSHAKE + b"\x89\x80" + bytes(4))
    [(first, data), (second, body)] = await client.answers()
    assert (first, second) == (200, 400)
    assert b'"data"' in data
    assert b'"BAD_REQUEST"' in body


async def test_long_values_are_not_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = media_types._parsed

    def noted(value: str) -> tuple[str, dict[str, str]]:
        parsed.append(value)
        return parse(value)

    monkeypatch.setattr(media_types, "_parsed", noted)
    for size, times in ((header_values.LONGEST_KEPT, 1), (header_values.LONGEST_KEPT + 1, 3)):
        values = [f"application/json;a={letter}".ljust(size, letter) for letter in "bc"]
        for _ in range(3):
            await client.send(post(f"Accept: {values[0]}", f"Content-Type: {values[1]}"))
            assert (await client.answer()).startswith(b"HTTP/1.1 200")
        assert parsed == values * times
        parsed.clear()
