"""The protocol, line by line."""

import asyncio
from typing import Any

import pytest
from websockets import InvalidStatus

from tests.graphql_ws import toy
from tests.graphql_ws.clients import Json
from tests.graphql_ws.conftest import Toy


async def test_a_query_is_answered_and_completed(it: Toy) -> None:
    client = await (await it.open()).begin()
    assert await client.answer("1", '{ echo(text: "ä") }') == {"data": {"echo": "ä"}}
    assert await client.answer("1", "query ($t: String!) { echo(text: $t) }", t="x") == {
        "data": {"echo": "x"}
    }


async def test_a_mutation_is_answered_and_completed(it: Toy) -> None:
    client = await (await it.open()).begin()
    assert await client.answer("1", "mutation { slow(seconds: 0) }") == {"data": {"slow": "late"}}


async def test_large_results_come_whole(it: Toy) -> None:
    client = await (await it.open()).begin()
    for size in (80, 126, 1_000, 60_000):
        text = "x" * size
        assert await client.answer("1", "query ($t: String!) { echo(text: $t) }", t=text) == {
            "data": {"echo": text}
        }


async def test_events_come_in_order_until_the_client_completes(it: Toy) -> None:
    client = await it.member()
    await client.ask("a", "subscription { ticks }")
    await it.streams.opened(1)
    for number in range(3):
        it.streams.put(number)
        assert await client.hear() == {"id": "a", "type": "next", "payload": {"data": {"ticks": number}}}
    await client.say({"id": "a", "type": "complete"})
    await it.streams.opened(0)
    assert await client.is_alive()


async def test_large_events_come_whole(it: Toy) -> None:
    client = await it.member()
    await client.ask("a", "subscription { ticks }")
    await it.streams.opened(1)
    for size in (10, 70, 200, 65_480, 200_000):
        it.streams.put("x" * size)
        assert (await client.hear())["payload"]["data"]["ticks"] == "x" * size


async def test_an_id_is_free_again_when_its_operation_is_over(it: Toy) -> None:
    client = await it.member()
    await client.ask("a", "subscription { ticks }")
    await it.streams.opened(1)
    await client.say({"id": "a", "type": "complete"})
    await client.ask("a", "subscription { ticks }")
    assert await client.is_alive()
    await it.streams.opened(1)
    it.streams.put(5)
    assert (await client.hear())["payload"] == {"data": {"ticks": 5}}


async def test_nothing_is_sent_for_an_operation_after_its_end(it: Toy) -> None:
    client = await it.member()
    await client.ask("a", "subscription { ticks }")
    await it.streams.opened(1)
    sink = it.streams.open[0].sink
    sink.end()
    it.streams.put(1)
    sink.end()
    assert await client.hear() == {"id": "a", "type": "complete"}
    assert await client.is_alive()


async def test_complete_cancels_what_runs(it: Toy) -> None:
    client = await (await it.open()).begin()
    await client.ask("a", "{ slow(seconds: 60) }")
    assert await client.is_alive()
    assert len(toy.running) == 1
    await client.say({"id": "a", "type": "complete"})
    assert await client.is_alive()
    assert not toy.running


async def test_complete_for_an_unknown_id_is_no_offence(it: Toy) -> None:
    client = await (await it.open()).begin()
    await client.say({"id": "zzz", "type": "complete"})
    assert await client.is_alive()


async def test_a_ping_is_answered_even_before_the_init(it: Toy) -> None:
    client = await it.open()
    assert await client.is_alive()
    await client.begin()
    await client.say({"type": "ping", "payload": {"a": 1}})
    assert await client.hear() == {"type": "pong"}
    await client.say({"type": "pong"})
    assert await client.is_alive()


async def test_a_websocket_ping_is_answered(it: Toy) -> None:
    client = await it.open()
    async with asyncio.timeout(5):
        await (await client.socket.ping())


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ secret }", "MISSING_SCOPE"),
        ("subscription { secret }", "MISSING_SCOPE"),
        ("subscription { refused }", "INVALID_CURSOR"),
        ("subscription { broken }", "INTERNAL_SERVER_ERROR"),
        ("query ($t: String!) { echo(text: $t) }", "BAD_USER_INPUT"),
    ],
)
async def test_a_bad_operation_is_refused_and_ends_no_other(it: Toy, query: str, code: str) -> None:
    client = await it.member(1, frozenset({"PROFILE_READ"}))
    await client.ask("good", "subscription { ticks }")
    await it.streams.opened(1)
    assert await client.refusal("bad", query) == code
    it.streams.put(1)
    assert await client.hear() == {"id": "good", "type": "next", "payload": {"data": {"ticks": 1}}}
    assert await client.answer("bad", "{ me }") == {"data": {"me": 1}}


async def test_a_failing_resolver_is_a_result_with_errors(it: Toy) -> None:
    client = await it.member()
    payload = await client.answer("a", "{ crash }")
    [error] = payload["errors"]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert payload["data"] is None
    assert "secret" not in str(payload)


async def test_each_operation_has_a_request_id_of_its_own(it: Toy) -> None:
    client = await it.member()
    answers = [await client.answer("a", "{ crash }") for _ in range(2)]
    ids = {answer["errors"][0]["extensions"]["requestId"] for answer in answers}
    assert len(ids) == 2
    assert all(len(id) == 16 for id in ids)


async def test_a_duplicate_id_closes_with_4409(it: Toy) -> None:
    client = await it.member()
    await client.ask("a", "subscription { ticks }")
    await client.ask("a", "{ me }")
    assert await client.closed() == (4409, "Subscriber for a already exists")
    await it.streams.opened(0)


async def test_reasons_fit_into_a_close_frame(it: Toy) -> None:
    client = await it.member()
    await client.ask("ä" * 200, "subscription { ticks }")
    await client.ask("ä" * 200, "subscription { ticks }")
    code, reason = await client.closed()
    assert code == 4409
    assert 120 <= len(reason.encode()) <= 123


async def test_a_second_init_closes_with_4429(it: Toy) -> None:
    client = await (await it.open()).begin()
    await client.say({"type": "connection_init"})
    assert await client.closed() == (4429, "Too many initialisation requests")


async def test_an_operation_before_the_init_closes_with_4401(it: Toy) -> None:
    client = await it.open()
    await client.ask("a", "{ me }")
    assert (await client.closed())[0] == 4401


async def test_no_init_in_time_closes_with_4408(it: Toy) -> None:
    client = await it.open()
    assert await client.closed() == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "null",
        "5",
        "[]",
        '"x"',
        "{}",
        '{"type":null}',
        '{"type":["subscribe"]}',
        '{"type":"start","id":"1"}',
        '{"type":"next","id":"1"}',
        '{"type":"connection_ack"}',
        '{"type":"complete"}',
        '{"type":"complete","id":7}',
        '{"type":"complete","id":""}',
        '{"type":"ping","payload":5}',
        '{"type":"subscribe","id":"1"}',
        '{"type":"subscribe","id":"1","payload":[]}',
        '{"type":"subscribe","id":"1","payload":{}}',
        '{"type":"subscribe","id":"1","payload":{"query":5}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{me}","variables":[]}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{me}","operationName":5}}',
        '{"type":"subscribe","payload":{"query":"{me}"}}',
        '{"type":"subscribe","id":"' + 257 * "x" + '","payload":{"query":"{me}"}}',
        '{"type":"ping","payload":{"a":"\\ud800"}}',
        '{"type":"ping","payload":' + 5_000 * '{"a":' + "1" + 5_001 * "}",
        "1" * 10_000,
    ],
)
async def test_what_is_no_message_closes_with_4400(it: Toy, text: str) -> None:
    client = await (await it.open()).begin()
    await client.socket.send(text)
    code, reason = await client.closed()
    assert code == 4400
    assert reason


async def test_a_payload_of_connection_init_that_is_no_object_closes_with_4400(it: Toy) -> None:
    payloads: list[Json] = [5, [], "Bearer x", {"authorization": 5}]
    for payload in payloads:
        client = await it.open()
        await client.say({"type": "connection_init", "payload": payload})
        assert (await client.closed())[0] == 4400


async def test_a_binary_frame_closes_with_4400(it: Toy) -> None:
    client = await it.open()
    await client.socket.send(b'{"type":"connection_init"}')
    assert (await client.closed())[0] == 4400


async def test_fragments_are_put_together(it: Toy) -> None:
    client = await it.open()
    await client.socket.send(iter(['{"type":', '"pi', "", 'ng"}']))
    assert await client.hear() == {"type": "pong"}


@pytest.mark.parametrize("offered", [None, ["graphql-ws"], ["soap", "graphql-ws"]])
async def test_no_other_subprotocol_is_spoken(it: Toy, offered: Any) -> None:
    client = await it.open(subprotocols=offered)
    assert client.socket.subprotocol is None
    assert await client.closed() == (4406, "Subprotocol not acceptable")


async def test_ours_is_chosen_from_several(it: Toy) -> None:
    client = await it.open(subprotocols=["graphql-ws", "graphql-transport-ws"])
    assert client.socket.subprotocol == "graphql-transport-ws"


@pytest.mark.parametrize("origin", ["https://app.example", "http://127.0.0.1:{port}", None])
async def test_pages_of_this_host_and_of_named_origins_may_ask(it: Toy, origin: str | None) -> None:
    client = await it.open(origin=origin and origin.format(port=it.server.port))
    assert await client.is_alive()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1", "https://app.example.evil"]
)
async def test_pages_of_other_origins_may_not(it: Toy, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await it.open(origin=origin)
    assert refused.value.response.status_code == 403
    assert b"ORIGIN_NOT_ALLOWED" in refused.value.response.body
