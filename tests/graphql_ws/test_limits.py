"""How much one client may ask for, and what happens to who asks for more."""

import asyncio

import pytest

from server.graphql_ws import SocketLimits
from tests.graphql_ws import toy
from tests.graphql_ws.conftest import Toy, serving

TRY_AGAIN = (1013, "the member has too many sockets open")


async def test_a_member_has_so_many_sockets_and_others_have_theirs(it: Toy) -> None:
    clients = [await it.member() for _ in range(3)]
    refused = await it.open()
    await refused.say({"type": "connection_init", "payload": it.credentials()})
    assert await refused.closed() == TRY_AGAIN
    assert await (await it.member(2)).is_alive()
    for _ in range(5):
        assert await (await (await it.open()).begin()).is_alive()
    await clients[0].socket.close()
    assert await (await it.member()).is_alive()


async def test_a_refused_socket_does_not_count(it: Toy) -> None:
    clients = [await it.member() for _ in range(3)]
    for _ in range(3):
        refused = await it.open()
        await refused.say({"type": "connection_init", "payload": it.credentials()})
        assert await refused.closed() == TRY_AGAIN
    for client in clients:
        await client.socket.close()
    assert len([await it.member() for _ in range(3)]) == 3


async def test_a_socket_has_so_many_operations(it: Toy) -> None:
    client = await it.member()
    for number in range(5):
        await client.ask(str(number), "subscription { ticks }")
    assert await client.refusal("5", "{ me }") == "TOO_MANY_OPERATIONS"
    await client.say({"id": "0", "type": "complete"})
    assert await client.answer("5", "{ me }") == {"data": {"me": 1}}


async def test_operations_that_run_at_once_keep_the_next_message_waiting() -> None:
    async with serving(SocketLimits(operations=100)) as it:
        client = await (await it.open()).begin()
        for number in range(40):
            await client.ask(str(number), "{ slow(seconds: 0.2) }")
        await asyncio.sleep(0.1)
        assert len(toy.running) == 10
        answered = {(await client.hear())["id"] for _ in range(80)}
        assert answered == {str(number) for number in range(40)}
        assert await client.is_alive()


async def test_an_operation_runs_no_longer_than_is_allowed() -> None:
    async with serving(SocketLimits(operation_timeout=0.1)) as it:
        client = await (await it.open()).begin()
        payload = await client.answer("a", "{ slow(seconds: 9) }")
        assert payload["errors"][0]["extensions"]["code"] == "OPERATION_TIMEOUT"
        assert await client.is_alive()


async def test_a_frame_that_is_too_large_closes_with_1009(it: Toy) -> None:
    client = await (await it.open()).begin()
    await client.ask("a", f"{{ me }} # {'x' * 66_000}")
    assert (await client.closed())[0] == 1009


async def test_many_small_fragments_are_too_large_as_well(it: Toy) -> None:
    client = await (await it.open()).begin()
    await client.socket.send("x" * 1_000 for _ in range(100))
    assert (await client.closed())[0] == 1009


async def test_a_client_that_asks_while_it_waits_is_not_taken_for_dead() -> None:
    async with serving(SocketLimits(), ws_ping_interval=0.1, ws_ping_timeout=0.1) as it:
        client = await (await it.open()).begin()
        for number in range(12):
            await client.ask(str(number), "{ slow(seconds: 1) }")
        answered = {(await client.hear())["id"] for _ in range(24)}
        assert len(answered) == 12


async def test_a_client_that_answers_no_ping_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.graphql_ws.connections.CLOSE_SECONDS", 0.2)
    async with serving(SocketLimits(), ws_ping_interval=0.1, ws_ping_timeout=0.1) as it:
        client = await it.member()
        client.socket.transport.pause_reading()
        await it.server.emptied()
        client.socket.transport.resume_reading()
        assert await client.closed() == (1013, "no answer to pings")


@pytest.mark.parametrize("give_up", [True, False])
async def test_what_a_slow_client_does_not_read_is_bounded(it: Toy, give_up: bool) -> None:
    client = await it.member()
    await client.ask("a", "subscription { ticks }")
    await it.streams.opened(1)
    sink = it.streams.open[0].sink
    client.socket.transport.pause_reading()
    sent = 0
    while not sink.is_full:
        it.streams.put("x" * 10_000)
        sent += 1
        await asyncio.sleep(0)
    if give_up:
        sink.give_up()
        it.streams.put("never")
        client.socket.transport.resume_reading()
        # No `complete`: after that a client would not come back.
        assert [(await client.hear())["type"] for _ in range(sent)] == ["next"] * sent
        assert await client.closed() == (1013, "the client reads too slowly")
    else:
        client.socket.transport.resume_reading()
        for _ in range(sent):
            await client.hear()
        await sink.drained()
        assert not sink.is_full


async def test_a_slow_client_that_reads_nothing_more_is_cut_off(
    it: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.graphql_ws.connections.CLOSE_SECONDS", 0.2)
    client = await it.member()
    await client.ask("a", "subscription { ticks }")
    await it.streams.opened(1)
    sink = it.streams.open[0].sink
    client.socket.transport.pause_reading()
    while not sink.is_full:
        it.streams.put("x" * 10_000)
        await asyncio.sleep(0)
    sink.give_up()
    await it.server.emptied()
    client.socket.transport.resume_reading()
    await sink.drained()
