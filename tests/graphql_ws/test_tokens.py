"""Who asks, and the moment from which they may not any more."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from websockets import ConnectionClosed

from server.graphql_http.parameters import Parameters
from server.graphql_ws import SocketLimits, endpoint
from server.graphql_ws.operations import SocketOperation
from server.streams.sinks import Result
from tests.graphql_ws import toy
from tests.graphql_ws.conftest import LIFETIME, Toy, serving
from tests.graphql_ws.toy import ToyStreams

OVER = (4403, "the access token is no longer valid")


async def test_nobody_may_ask_for_what_is_public(it: Toy) -> None:
    client = await (await it.open()).begin()
    assert await client.answer("a", "{ me }") == {"data": {"me": None}}
    assert await client.refusal("a", "subscription { secret }") == "UNAUTHENTICATED"


@pytest.mark.parametrize("place", ["authorization", "Authorization", "AUTHORIZATION", "headers", "Headers"])
async def test_a_token_is_found_in_the_payload_of_the_init(it: Toy, place: str) -> None:
    token = f"bearer {it.token(5)}"
    payload = {place: token} if "auth" in place.lower() else {"headers": {"Authorization": token}}
    client = await (await it.open()).begin(payload)
    assert await client.answer("a", "{ me }") == {"data": {"me": 5}}


async def test_a_token_is_found_in_the_header_of_the_handshake(it: Toy) -> None:
    headers = {"Authorization": f"Bearer {it.token(5)}"}
    for payload in (None, {}, {"authorization": None}):
        client = await (await it.open(additional_headers=headers)).begin(payload)
        assert await client.answer("a", "{ me }") == {"data": {"me": 5}}


async def test_the_payload_counts_before_the_header(it: Toy) -> None:
    client = await it.open(additional_headers={"Authorization": f"Bearer {it.token(5)}"})
    await client.begin(it.credentials(6))
    assert await client.answer("a", "{ me }") == {"data": {"me": 6}}


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Basic YTpi", "x"])
async def test_a_token_that_is_none_closes_with_4403(it: Toy, authorization: str) -> None:
    client = await it.open()
    payload = {"authorization": authorization}
    await client.say({"type": "connection_init", "payload": payload})
    assert await client.closed() == (4403, "the access token is not valid")


async def test_a_revoked_token_is_not_acknowledged(it: Toy) -> None:
    it.revoke()
    client = await it.open()
    await client.say({"type": "connection_init", "payload": it.credentials()})
    assert (await client.closed())[0] == 4403


async def test_an_idle_socket_is_closed_when_its_token_expires(it: Toy) -> None:
    client = await it.member()
    it.now += LIFETIME - timedelta(seconds=5)
    await asyncio.sleep(0.2)
    assert await client.is_alive()
    it.now += timedelta(seconds=10)
    assert await client.closed() == OVER


async def test_sockets_of_a_revoked_session_are_closed_and_no_others(it: Toy) -> None:
    ended, other, nobody = await it.member(), await it.member(session_id=8), await (await it.open()).begin()
    await ended.ask("a", "subscription { ticks }")
    await it.streams.opened(1)
    it.revoke()
    assert await ended.closed() == OVER
    assert await other.is_alive()
    assert await nobody.is_alive()
    assert not it.streams.open


async def test_nothing_is_delivered_after_the_revocation(it: Toy) -> None:
    client = await it.member()
    for id in "abc":
        await client.ask(id, "subscription { ticks }")
    await it.streams.opened(3)
    sinks = [ticking.sink for ticking in it.streams.open]
    it.streams.put("seen")
    it.revoke()
    it.streams.put("never")
    for sink in sinks:
        sink.put(Result(b'{"data":{"ticks":"never"}}'))
    assert [(await client.hear())["payload"]["data"]["ticks"] for _ in range(3)] == ["seen"] * 3
    with pytest.raises(ConnectionClosed, match="4403"):
        await client.hear()


async def test_nothing_is_asked_after_the_revocation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "SWEEP_SECONDS", 60)
    async with serving(SocketLimits()) as it:
        client = await it.member()
        it.revoke()
        await client.ask("a", "{ me }")
        with pytest.raises(ConnectionClosed, match="4403"):
            await client.hear()


async def test_what_runs_when_the_token_ends_is_still_answered(it: Toy) -> None:
    client = await it.member()
    await client.ask("s", "subscription { ticks }")
    await client.ask("m", "mutation { slow(seconds: 0.3) }")
    await it.streams.opened(1)
    it.revoke()
    await asyncio.sleep(0.1)
    assert not it.streams.open
    await client.ask("late", "{ me }")
    assert await client.hear() == {"id": "m", "type": "next", "payload": {"data": {"slow": "late"}}}
    assert await client.hear() == {"id": "m", "type": "complete"}
    assert await client.closed() == OVER


async def test_what_runs_too_long_after_the_end_of_the_token_is_cut(
    it: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.graphql_ws.sessions.LAST_ANSWERS_SECONDS", 0.2)
    client = await it.member()
    await client.ask("m", "mutation { slow(seconds: 4) }")
    assert await client.is_alive()
    it.revoke()
    with pytest.raises(ConnectionClosed, match="4403"):
        await client.hear()
    assert not toy.running


async def test_a_subscription_whose_token_ends_before_it_begins_never_does(
    it: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, subscribe, subscribed = SocketOperation.start, ToyStreams.subscribe, []

    def start_late(operation: SocketOperation, parameters: Parameters) -> None:
        start(operation, parameters)
        it.revoke()
        operation._session.revoke()

    async def noted(*given: Any) -> object:
        subscribed.append(given)
        return await subscribe(*given)

    monkeypatch.setattr(SocketOperation, "start", start_late)
    monkeypatch.setattr(ToyStreams, "subscribe", noted)
    client = await it.member()
    await client.ask("s", "subscription { ticks }")
    assert await client.closed() == OVER
    assert not subscribed


async def test_a_subscription_that_begins_while_the_token_ends_is_not_kept(
    it: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe = ToyStreams.subscribe

    async def late(*given: Any) -> object:
        await asyncio.sleep(0.2)
        return await subscribe(*given)

    monkeypatch.setattr(ToyStreams, "subscribe", late)
    client = await it.member()
    await client.ask("s", "subscription { ticks }")
    it.revoke()
    assert await client.closed() == OVER
    await asyncio.sleep(0.3)
    assert not it.streams.open
