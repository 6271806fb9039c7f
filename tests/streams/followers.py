"""Clients as the contract wants them: they come back after every loss, and drop what they have had."""

import asyncio
import random
import time
from dataclasses import dataclass
from typing import Any, Final

import httpx
import orjson
from websockets import WebSocketException
from websockets.asyncio.client import ClientConnection, connect

from rules.events import Position

Json = Any
SUBSCRIPTION = """
subscription($after: EventCursor) { viewerEvents(after: $after) { cursor replayed event { __typename } } }
"""
LOST: Final = (OSError, EOFError, httpx.TransportError, WebSocketException)
LONGEST_PAUSE_SECONDS = 0.2
SIGNALS = ("StreamCaughtUp", "StreamGap")


@dataclass(frozen=True)
class Received:
    """An event's type, and when it came first."""

    type: str
    at: float


class Follower:
    """Follows one member's log from its beginning: `received` are the events by their cursors.

    `last` is the cursor that it asks to go on behind. `is_replaying` tells that what was missed is on its
    way, and `losses_in_replays` how often that was cut.
    """

    def __init__(self, port: int, token: str) -> None:
        self.received: dict[str, Received] = {}
        self.signals: list[str] = []
        self.is_replaying = False
        self.losses_in_replays = 0
        self.last = Position(0, 0).text
        self._address = f"127.0.0.1:{port}"
        self._authorization = f"Bearer {token}"

    async def follow(self) -> None:
        """Connect again and again, until cancelled."""
        while True:
            self.is_replaying = False
            try:
                await self._connected({"query": SUBSCRIPTION, "variables": {"after": self.last}})
            except LOST:
                self.losses_in_replays += self.is_replaying
            await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))

    async def _connected(self, request: Json) -> None:
        """Send the request and take what comes, until the connection is lost."""
        raise NotImplementedError

    def _take(self, result: Json) -> None:
        """The check on cursors, of which they are strings and no more."""
        assert "errors" not in result, result
        envelope = result["data"]["viewerEvents"]
        cursor, type = envelope["cursor"], envelope["event"]["__typename"]
        self.is_replaying = envelope["replayed"]
        if type in SIGNALS:
            self.signals.append(type)
        elif cursor > self.last:
            self.received[cursor] = Received(type, time.monotonic())
            self.last = cursor


class SocketFollower(Follower):
    """One that speaks `graphql-transport-ws`."""

    async def _connected(self, request: Json) -> None:
        url = f"ws://{self._address}/graphql"
        async with connect(url, subprotocols=["graphql-transport-ws"], proxy=None) as socket:  # type: ignore[list-item]
            await self._say(socket, type="connection_init", payload={"authorization": self._authorization})
            assert orjson.loads(await socket.recv()) == {"type": "connection_ack"}
            await self._say(socket, type="subscribe", id="1", payload=request)
            async for text in socket:
                message = orjson.loads(text)
                assert message["type"] == "next", message
                self._take(message["payload"])

    async def _say(self, socket: ClientConnection, **message: Json) -> None:
        await socket.send(orjson.dumps(message).decode())


class EventStreamFollower(Follower):
    """One that reads server-sent events."""

    async def _connected(self, request: Json) -> None:
        url = f"http://{self._address}/graphql/stream"
        headers = {"Accept": "text/event-stream", "Authorization": self._authorization}
        async with (
            httpx.AsyncClient(trust_env=False, timeout=60) as http,
            http.stream("POST", url, json=request, headers=headers) as answer,
        ):
            assert answer.status_code == 200, answer
            data = ""
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    data = line.removeprefix("data: ")
                # An event that was cut off has no end and counts for nothing.
                elif not line and data:
                    self._take(orjson.loads(data))
                    data = ""
