"""The way between clients and a server, which can be cut at any byte."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress

CHUNK = 65_536


class Wire:
    """Carries connections from a port of its own to another; `cuts` counts how often some were broken."""

    def __init__(self, far_port: int) -> None:
        self.port = 0
        self.cuts = 0
        self._far_port = far_port
        self._is_whole = True
        self._left: int | None = None
        self._ends: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """Break all connections, and let nobody through until the wire is mended."""
        self._is_whole = False
        self._break()

    def mend(self, *, for_bytes: int) -> None:
        """Let clients through again; all breaks once more when they were sent that much."""
        self._is_whole = True
        self._left = for_bytes

    @property
    def is_used(self) -> bool:
        """Whether anybody is connected."""
        return bool(self._ends)

    def _break(self) -> None:
        self.cuts += self.is_used
        self._left = None
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to its end."""
        ends = {writer}
        with suppress(OSError):
            if self._is_whole:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._far_port)
                ends.add(far_writer)
                self._ends |= ends
                await self._both_ways(self._up(reader, far_writer), self._down(far_reader, writer))
        for end in ends:
            end.transport.abort()
        self._ends -= ends

    async def _both_ways(self, *ways: Coroutine[None, None, None]) -> None:
        tasks = [asyncio.create_task(way) for way in ways]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What is behind the cut never arrives."""
        while data := await reader.read(CHUNK):
            if self._left is None:
                writer.write(data)
            else:
                writer.write(data[: self._left])
                self._left -= len(data)
            await writer.drain()
            if self._left is not None and self._left <= 0:
                # What was written shall arrive first.
                await asyncio.sleep(0.01)
                self._break()


@asynccontextmanager
async def wire_to(port: int) -> AsyncIterator[Wire]:
    """A wire to a port of this machine, whether or not anybody listens there yet."""
    wire = Wire(port)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        wire.cut()
        await asyncio.sleep(0.05)
