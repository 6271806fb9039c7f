"""Clients that mean harm, or might as well."""

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import pytest

from server.graphql_ws import Connection, SocketLimits
from tests.graphql_ws.clients import until
from tests.graphql_ws.conftest import Toy, serving

HANDSHAKE = (
    "GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Protocol: graphql-transport-ws\r\n{more}\r\n"
)


def masked(opcode: int, payload: bytes = b"", *, fin: bool = True) -> bytes:
    """A client's frame of less than 64 KiB, with a mask of zeros."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack("!H", size)
    return bytes([opcode | (0x80 if fin else 0)]) + length + bytes(4) + payload


@asynccontextmanager
async def raw(it: Toy, more: str = "") -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A socket without a library."""
    reader, writer = await asyncio.open_connection("127.0.0.1", it.server.port)
    writer.write(HANDSHAKE.format(more=more).encode())
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def answers(it: Toy) -> bool:
    """Whether somebody else is still served."""
    client = await (await it.open()).begin()
    return bool(await client.answer("a", "{ me }") == {"data": {"me": None}})


async def test_ten_thousand_frames_of_garbage_end_one_socket_and_cost_others_nothing(it: Toy) -> None:
    bystander = await it.member()
    garbage = b"".join(masked(0x1, os.urandom(5).hex().encode()) for _ in range(10_000))
    async with raw(it) as (reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(garbage)
        frame = await reader.readexactly(4)
        assert frame[0] == 0x88
        assert struct.unpack("!H", frame[2:])[0] == 4400
        assert await bystander.is_alive()
    await it.server.emptied(but=1)


async def test_ten_thousand_pings_of_who_reads_no_pong_are_not_kept(it: Toy) -> None:
    pings = masked(0x9, b"x" * 125) * 10_000
    async with raw(it) as (reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        for _ in range(20):
            writer.write(pings)
            await asyncio.sleep(0.02)
        assert await answers(it)
        kept = [each.transport.get_write_buffer_size() for each in it.server.connections]
        assert max(kept) < 200_000


async def test_messages_that_flood_are_parsed_a_few_at_a_time(
    it: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued, receive = [], Connection.receive

    async def counted(connection: Connection) -> object:
        queued.append(connection.queue.qsize())
        return await receive(connection)

    monkeypatch.setattr(Connection, "receive", counted)
    client = await it.member()
    async with raw(it) as (reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(masked(0x1, b'{"type":"ping"}') * 20_000)
        await until(lambda: len(queued) > 5_000)
        assert await client.is_alive()
    assert 10 < max(queued) < 1_000


async def test_any_number_of_empty_fragments_is_kept_as_none() -> None:
    async with serving(SocketLimits()) as it, raw(it) as (reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(masked(0x1, b'{"type":', fin=False) + masked(0x0, fin=False) * 20_000)
        writer.write(masked(0x0, b'"pi', fin=False))
        [connection] = it.server.connections
        await until(lambda: connection.frames[-1:] == [b'"pi'])
        assert len(connection.frames) == 2
        writer.write(masked(0x0, b'ng"}'))
        assert await reader.readexactly(2 + 15) == b'\x81\x0f{"type":"pong"}'


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (masked(0x1, b"\xff\xfe"), 1007),
        (masked(0x3), 1002),
        (masked(0x0, b"x"), 1002),
        (masked(0x9, b"x", fin=False), 1002),
        (b"\x81\x05hello", 1002),
        (b"\x81\xff" + struct.pack("!Q", 2**40) + bytes(4), 1009),
    ],
)
async def test_what_is_no_websocket_is_closed_with_the_code_for_it(
    it: Toy, frames: bytes, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with raw(it) as (reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(frames + masked(0x1, b"more") * 1_000)
        frame = await reader.readexactly(4)
        assert struct.unpack("!H", frame[2:])[0] == code
    await it.server.emptied()
    assert not caplog.records


async def test_a_handshake_with_too_many_headers_is_answered(it: Toy) -> None:
    more = "".join(f"X-{number}: x\r\n" for number in range(200))
    async with raw(it, more) as (reader, _), asyncio.timeout(5):
        assert (await reader.readline()).startswith(b"HTTP/1.1 431")
        await reader.read()


async def test_a_handshake_without_a_key_is_answered_400(it: Toy) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", it.server.port)
    handshake = "\r\n".join(line for line in HANDSHAKE.format(more="").split("\r\n") if "Key" not in line)
    writer.write(handshake.encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 400")
    writer.close()


async def test_half_open_sockets_are_closed_and_leave_nothing_behind() -> None:
    async with serving(SocketLimits(init_timeout=1)) as it:
        tasks, files = len(asyncio.all_tasks()), psutil.Process().num_fds()
        sockets = [socket.create_connection(("127.0.0.1", it.server.port)) for _ in range(200)]
        for each in sockets:
            each.sendall(HANDSHAKE.format(more="").encode())
        await asyncio.sleep(0.3)
        assert await answers(it)
        async with asyncio.timeout(20):
            await it.server.emptied(but=1)
        for each in sockets:
            each.close()
        await it.server.stack.aclose()
        await it.server.emptied()
        assert (len(asyncio.all_tasks()), psutil.Process().num_fds()) == (tasks, files)


async def test_a_client_that_vanishes_in_the_midst_leaves_nothing_behind(it: Toy) -> None:
    client = await it.member()
    await client.ask("a", "subscription { ticks }")
    await client.ask("b", "{ slow(seconds: 4) }")
    await it.streams.opened(1)
    client.socket.transport.abort()
    await it.server.emptied()
    await it.streams.opened(0)


@pytest.mark.parametrize("last", [b"", masked(0x8, struct.pack("!H", 1000))])
async def test_a_client_that_leaves_without_reading_is_not_waited_for(
    it: Toy, monkeypatch: pytest.MonkeyPatch, last: bytes
) -> None:
    monkeypatch.setattr("server.graphql_ws.connections.CLOSE_SECONDS", 0.2)
    client = await it.member()
    await client.ask("a", "subscription { ticks }")
    await it.streams.opened(1)
    client.socket.transport.pause_reading()
    while not it.server.connections[0].transport.get_write_buffer_size():
        it.streams.put("x" * 10_000)
        await asyncio.sleep(0.01)
    client.socket.transport.write(last)
    if not last:
        client.socket.transport.write_eof()
    await it.server.emptied()
    client.socket.transport.resume_reading()
