"""Clients of GraphQL over HTTP that cost next to nothing themselves."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    """Send all calls, over so many connections, each as soon as the one before it is answered."""
    return asyncio.run(_drive(address, [call.request() for call in calls], clients))


async def _drive(address: str, requests: Sequence[bytes], clients: int) -> Outcome:
    left = iter(requests)
    start = time.perf_counter()
    failures = await asyncio.gather(*(_client(address, left) for _ in range(clients)))
    return Outcome(time.perf_counter() - start, [each for some in failures for each in some])


async def _client(address: str, left: Iterator[bytes]) -> list[str]:
    where = urlsplit(address)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    failures = []
    for request in left:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        if not head.startswith(b"HTTP/1.1 200") or b'"userErrors":[]' not in body or b'"errors"' in body:
            failures.append(body.decode())
    writer.close()
    return failures


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0])
