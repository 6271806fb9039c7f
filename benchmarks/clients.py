"""Clients of GraphQL over HTTP that cost next to nothing themselves."""

import socket
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import orjson


@dataclass(frozen=True, slots=True)
class Call:
    """An operation and who sends it."""

    token: str
    query: str
    variables: Mapping[str, object]

    def request(self) -> bytes:
        """The bytes of the HTTP request."""
        body = orjson.dumps({"query": self.query, "variables": self.variables})
        lines = (
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return lines.encode() + body


@dataclass(frozen=True, slots=True)
class Outcome:
    """How long all calls took together, and what came of those that failed."""

    seconds: float
    failures: list[str]


def drive(address: str, calls: Sequence[Call], clients: int) -> Outcome:
    """Send all calls in equal shares over so many connections, each when the one before it is answered."""
    requests = [call.request() for call in calls]
    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        shares = [requests[number::clients] for number in range(clients)]
        failures = list(threads.map(partial(_client, address), shares))
    return Outcome(time.perf_counter() - start, [each for some in failures for each in some])


def _client(address: str, requests: Sequence[bytes]) -> list[str]:
    where = urlsplit(address)
    failures = []
    with socket.create_connection((where.hostname, where.port)) as connection:
        for request in requests:
            connection.sendall(request)
            head, body = answer(connection)
            if not head.startswith(b"HTTP/1.1 200") or b'"userErrors":[]' not in body or b'"errors"' in body:
                failures.append(body.decode())
    return failures


def answer(connection: socket.socket) -> tuple[bytes, bytes]:
    """The head and the body of the next response of a connection."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    while len(body) < _length(head):
        body += connection.recv(65_536)
    return head, body


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0])
