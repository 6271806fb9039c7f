"""Clients that mean harm: plain sockets that say what they like and read nothing."""

import os
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle, islice
from random import Random

import orjson

HANDSHAKE = (
    b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
TEXT, BINARY, CLOSE, PING = 0x1, 0x2, 0x8, 0x9
SMALLEST_BUFFER = 4_096


def frame(payload: bytes, opcode: int = TEXT, *, first_bits: int = 0x80) -> bytes:
    """A client's frame of less than 64 KiB, with a mask of zeros."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack("!H", size)
    return bytes([opcode | first_bits]) + length + bytes(4) + payload


def message(**content: object) -> bytes:
    """The frame of a message of the protocol."""
    return frame(orjson.dumps(content))


def subscribes(token: str, query: str, operations: int = 1) -> bytes:
    """What a client sends to follow something, so many times."""
    begin = message(type="connection_init", payload={"authorization": f"Bearer {token}"})
    asks = [message(type="subscribe", id=str(id), payload={"query": query}) for id in range(operations)]
    return begin + b"".join(asks)


def garbage(random: Random) -> bytes:
    """A frame that is wrong in one of many ways, or right and useless."""
    noise = random.randbytes(random.randrange(1, 200))
    wrong = [
        frame(noise),
        frame(noise, BINARY),
        frame(noise, random.randrange(16), first_bits=random.randrange(16) << 4),
        noise,
        frame(noise.hex().encode()),
        frame(b"[" * 5_000),
        message(type=noise.hex()),
        message(type=["subscribe"], id={"a": 1}),
        message(type="subscribe", id="", payload={"query": "{ policy { maxConnections } }"}),
        message(type="subscribe", id="a", payload={"query": noise.hex() * 20}),
        message(type="connection_init", payload={"authorization": 7}),
        message(type="connection_init", payload={"authorization": "Bearer " + noise.hex()}),
        frame(noise[:100], CLOSE),
    ]
    useless = [message(type="ping"), message(type="pong"), frame(noise[:100], PING), frame(b"", 0x0)]
    return random.choice(wrong + useless)


def useless(random: Random) -> bytes:
    """A frame that is answered, or not, and ends nothing."""
    query = random.choice(
        ["{", "{ nothing }", "subscription { typing(conversationId: 7) { until } }", "{ viewer { id } }"]
    )
    asks = message(type="subscribe", id=random.randbytes(4).hex(), payload={"query": query})
    return random.choice([asks, message(type="complete", id="x"), message(type="ping"), frame(b"x", PING)])


class Crowd:
    """Hostile clients of one server, until they leave."""

    def __init__(self, port: int) -> None:
        self.sockets: list[socket.socket] = []
        self._port = port

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def come(self, count: int, *says: bytes) -> Sequence[socket.socket]:
        """So many connect, and each says one of these things."""
        new = [self._connect() for _ in range(count)]
        for each, said in zip(new, islice(cycle(says), count), strict=True):
            self.say(each, said)
        return new

    def begin(self, count: int, *says: bytes) -> Sequence[socket.socket]:
        """So many open a WebSocket, each says one of these things, and never reads again."""
        new = self.come(count, HANDSHAKE)
        for each, said in zip(new, islice(cycle(says), count), strict=True):
            received = b""
            while not received.endswith(b"\r\n\r\n"):
                received += each.recv(1)
            self.say(each, said)
        return new

    def say(self, client: socket.socket, said: bytes) -> None:
        """Send what the server takes of it within a second."""
        with suppress(OSError):
            client.sendall(said)

    def rest(self, client: socket.socket) -> bytes:
        """All that waits for a client, up to the end or until nothing comes for a second."""
        received = b""
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_000_000)
        with suppress(OSError):
            while some := client.recv(1_000_000):
                received += some
        return received

    def leave(self) -> None:
        """Vanish: half of them with a reset."""
        for place, each in enumerate(self.sockets):
            if place % 2:
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            each.close()
        self.sockets = []

    def _connect(self) -> socket.socket:
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST_BUFFER)
        client.settimeout(5)
        client.connect(("127.0.0.1", self._port))
        client.settimeout(1)
        self.sockets.append(client)
        return client


def half_open() -> list[bytes]:
    """What is said by those who never begin: nothing, half a request, half a handshake, and hardly more."""
    return [b"", b"GET /graph", HANDSHAKE[:-10], HANDSHAKE, HANDSHAKE + b"\x81"]


def seeded() -> Random:
    """Noise that can be had again."""
    return Random(int(os.environ.get("RAPPORT_TEST_HOSTILE_SEED", "1")))
