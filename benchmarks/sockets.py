"""Many WebSockets that are held and counted by one process, which costs next to nothing itself."""

import base64
import multiprocessing
import resource
import selectors
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

import orjson

SUBPROTOCOL = "graphql-transport-ws"
TEXT, PING, PONG = 0x81, 0x89, 0x8A
AT_ONCE = 262_144


@dataclass(frozen=True, slots=True)
class Received:
    """How many texts came, to all sockets and to the one that had fewest, when the last, and one of them."""

    texts: int
    fewest: int
    at: float
    sample: bytes


class Sockets:
    """Commands to the process that holds the sockets; see `holding`."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def open(self, address: str, count: int, path: str = "/graphql") -> None:
        """Open so many more."""
        self._call("open", address, count, path)

    def begin(self, tokens: Sequence[str], document: str) -> None:
        """Subscribe the newest sockets, each with its token."""
        inits = [
            {"type": "connection_init", "payload": {"authorization": f"Bearer {each}"}} for each in tokens
        ]
        self._call("say", [_masked(orjson.dumps(each)) for each in inits])
        self.received(len(tokens))
        subscribe = {"id": "1", "type": "subscribe", "payload": {"query": document}}
        self._call("say", [_masked(orjson.dumps(subscribe))] * len(tokens))

    def received(self, texts: int, seconds: float = 120) -> Received:
        """Wait for so many texts, and begin to count anew. Raises TimeoutError."""
        received = self._call("receive", texts, seconds)
        assert isinstance(received, Received)
        if received.texts < texts:
            raise TimeoutError(f"{received.texts} of {texts} texts came, the last: {received.sample[:500]!r}")
        return received

    def _call(self, name: str, *arguments: object) -> object:
        self._pipe.send((name, arguments))
        return self._pipe.recv()


@contextmanager
def holding() -> Iterator[Sockets]:
    """Sockets in a process of their own, which answers pings, until the block ends."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_hold, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Sockets(ours)
    finally:
        ours.close()
        process.join(30)


def allow_files(count: int) -> None:
    """Let this process and those that it starts have so many files open."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, max(count, hard)))


def _hold(pipe: Connection) -> None:
    holder = _Holder()
    holder.selector.register(pipe, selectors.EVENT_READ)
    while True:
        if not holder.turn(None):
            continue
        try:
            name, arguments = pipe.recv()
        except EOFError:
            return
        pipe.send(getattr(holder, name)(*arguments))


class _Holder:
    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self._held: list[_Held] = []
        self._texts = 0

    def turn(self, timeout: float | None) -> bool:
        """Read what has come; whether there is a command as well."""
        is_called = False
        for key, _ in self.selector.select(timeout):
            if key.data is None:
                is_called = True
            else:
                self._read(key.data)
        return is_called

    def open(self, address: str, count: int, path: str) -> None:
        for _ in range(count):
            held = _Held(_opened(address, path))
            self._held.append(held)
            self.selector.register(held.socket, selectors.EVENT_READ, held)

    def say(self, frames: Sequence[bytes]) -> None:
        for held, frame in zip(self._held[-len(frames) :], frames, strict=True):
            held.socket.sendall(frame)

    def receive(self, texts: int, seconds: float) -> Received:
        end = time.monotonic() + seconds
        while self._texts < texts and time.monotonic() < end:
            self.turn(1)
        received = Received(
            self._texts, min(held.texts for held in self._held), time.monotonic(), self._held[-1].sample
        )
        self._texts = 0
        for held in self._held:
            held.texts = 0
        return received

    def _read(self, held: "_Held") -> None:
        before = held.texts
        if not held.read():
            self.selector.unregister(held.socket)
        self._texts += held.texts - before


class _Held:
    """A socket, how many texts it got, the last of them, and the beginning of a frame that goes on."""

    __slots__ = ("_rest", "sample", "socket", "texts")

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.texts = 0
        self.sample = b""
        self._rest = b""

    def read(self) -> bool:
        """Count what has come; whether more may come."""
        some = self.socket.recv(AT_ONCE)
        data = self._rest + some if self._rest else some
        start, end = 0, len(data)
        text = slice(0)
        while end - start >= 2:
            head, size = 2, data[start + 1]
            if size == 126:
                head, size = 4, int.from_bytes(data[start + 2 : start + 4], "big")
            if start + head + size > end:
                break
            if data[start] == TEXT:
                self.texts += 1
                text = slice(start + head, start + head + size)
            elif data[start] == PING:
                self.socket.sendall(_masked(data[start + head : start + head + size], PONG))
            start += head + size
        self._rest = data[start:]
        if text.stop:
            self.sample = data[text]
        return bool(some)


def _masked(payload: bytes, kind: int = TEXT) -> bytes:
    """A client's frame; a mask of zeros leaves the payload as it is."""
    size = len(payload)
    length = bytes((0x80 | size,)) if size < 126 else struct.pack("!BH", 0xFE, size)
    return bytes((kind,)) + length + bytes(4) + payload


def _opened(address: str, path: str) -> socket.socket:
    where = urlsplit(address)
    connection = socket.create_connection((where.hostname, where.port))
    lines = (
        f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}\r\n"
        f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n"
    )
    connection.sendall(lines.encode())
    answer = b""
    while b"\r\n\r\n" not in answer and (some := connection.recv(4_096)):
        answer += some
    assert answer.startswith(b"HTTP/1.1 101"), answer
    return connection
