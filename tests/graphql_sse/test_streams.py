"""A subscription as an event stream: delivered as it happens, resumed, and ended when it must be."""

import asyncio
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import psutil
import pytest

from auth.identity import Viewer
from rules.events import Position
from server.graphql_sse import connections, streams
from server.streams import subscriptions
from server.streams.subscriptions import LogSubscription
from tests.graphql_sse.conftest import EVENTS, SECONDS, Reader, Served
from tests.streams.people import public


async def test_each_event_is_sent_as_it_happens_with_its_cursor_as_its_id(served: Served) -> None:
    ada = await served.world.member("ada")
    stream = await served.subscribe(ada)
    assert stream.response.headers["content-type"] == "text/event-stream; charset=utf-8"
    for _ in range(3):
        await served.happens(ada)
        event = await stream.next()
        assert event
        envelope = event.json["data"]["viewerEvents"]
        assert (event.name, event.id) == ("next", envelope["cursor"])
        assert envelope["event"]["__typename"] == "SettingsChanged"


async def test_a_stream_begins_with_how_soon_to_come_back(served: Served) -> None:
    ada = await served.world.member("ada")
    stream = await served.subscribe(ada)
    assert await anext(stream._lines) == "retry: 1000"


async def test_a_stream_is_resumed_behind_a_cursor(served: Served) -> None:
    ada = await served.world.member("ada")
    await served.happens(ada, 3)
    stream = await served.subscribe(ada, after=Position(0, 1).text)
    envelopes = await stream.results(3)
    assert [each["cursor"] for each in envelopes] == [Position(0, each).text for each in (2, 3, 3)]
    assert envelopes[-1]["event"]["__typename"] == "StreamCaughtUp"


async def test_a_browser_that_comes_back_resumes_behind_the_last_id(served: Served) -> None:
    ada = await served.world.member("ada")
    await served.happens(ada, 3)
    parameters = {"query": EVENTS, "variables": orjson.dumps({"after": Position(0, 0).text}).decode()}
    headers = {"Authorization": f"Bearer {served.api.token(ada)}", "Last-Event-ID": Position(0, 2).text}
    async with served.http.stream("GET", served.url, params=parameters, headers=headers) as response:
        envelopes = await Reader(response).results(2)
    assert [each["event"]["__typename"] for each in envelopes] == ["SettingsChanged", "StreamCaughtUp"]


async def test_an_id_that_is_no_cursor_is_told(served: Served) -> None:
    ada = await served.world.member("ada")
    stream = await served.subscribe(ada, headers={"Last-Event-ID": "yesterday"})
    problem, complete = await stream.rest()
    assert "EventCursor" in problem.json["errors"][0]["message"]
    assert complete.name == "complete"


async def test_results_without_a_cursor_have_no_id(served: Served) -> None:
    ada, bob = await served.world.member("ada"), await served.world.member("bob")
    member = await served.api.ask('{ member(handle: "bob") { id } }', member=ada)
    stream = await served.subscribe(
        ada,
        "subscription($ids: [ID!]!) { relationshipChanges(memberIds: $ids) { memberId } }",
        ids=[member.data["member"]["id"]],
    )
    event = await stream.next()
    assert bob
    assert event
    assert event.id is None


async def test_a_quiet_stream_shows_signs_of_life(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "KEEP_ALIVE_SECONDS", 0.02)
    stream = await served.subscribe(await served.world.member("ada"))
    for _ in range(3):
        event = await stream.next()
        assert event
        assert event.comment == ""


async def test_who_goes_away_is_forgotten_at_once(served: Served) -> None:
    ada = await served.world.member("ada")
    stream = await served.subscribe(ada)
    assert len(served.streams) == 1
    await stream.response.aclose()
    await served.until_none_is_open()
    assert not any(feed.attached for feed in served.endpoint.streams._feeds[ada].values())


STATES = f"""
subscription($ids: [ID!]!) {{
  relationshipChanges(memberIds: $ids) {{ {" ".join(f"{'a' * 60}{n}: memberId" for n in range(14))} }}
}}
"""


async def test_a_stream_that_begins_with_much_is_sent_from_its_beginning(served: Served) -> None:
    ada = await served.world.member("ada")
    others = [public(await served.world.member(f"member{number}")) for number in range(100)]
    async with asyncio.timeout(SECONDS):
        stream = await served.subscribe(ada, STATES, ids=others)
    states = await stream.results(100)
    assert [next(iter(each.values())) for each in states] == others
    assert sum(len(orjson.dumps(each)) for each in states) > streams.MOST_WAITING


async def test_who_goes_away_while_a_stream_begins_is_forgotten(served: Served) -> None:
    ada = await served.world.member("ada")
    others = [public(await served.world.member(f"member{number}")) for number in range(100)]
    request = orjson.dumps({"query": STATES, "variables": {"ids": others}})
    head = f"POST /graphql/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(request)}\r\n"
    head += f"Content-Type: application/json\r\nAuthorization: Bearer {served.api.token(ada)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served.server.port)) as client:
        client.sendall(head.encode() + request)
        await served.until(lambda: served.endpoint.register._streams)
    await served.until_none_is_open()


async def test_a_subscription_that_is_too_long_is_told_in_the_stream(served: Served) -> None:
    stream = await served.subscribe(await served.world.member("ada"), EVENTS.ljust(20_000))
    problem, complete = await stream.rest()
    assert problem.json["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_TOO_LONG"
    assert complete.name == "complete"


async def test_a_stream_is_cut_off_when_its_token_ends(served: Served) -> None:
    ada = await served.world.member("ada")
    tokens = served.api.deployment.accounts.tokens
    token, expires_at = tokens.issue(Viewer(ada, 1), datetime.now(UTC), timedelta(seconds=2))
    stream = await served.subscribe(token=token)
    await served.happens(ada)
    await stream.results(1)
    [last] = await stream.rest()
    assert last.comment == "the access token is no longer valid"
    assert datetime.now(UTC) >= expires_at


async def test_nothing_is_delivered_once_the_session_is_revoked(served: Served) -> None:
    ada = await served.world.member("ada")
    token = served.api.token(ada)
    viewer = served.api.deployment.accounts.viewer(token)
    stream = await served.subscribe(token=token)
    served.api.deployment.accounts.revocations.add([viewer.session_id])
    await served.happens(ada)
    [last] = await stream.rest()
    assert last.comment == "the access token is no longer valid"


async def test_a_stream_that_the_server_ends_is_completed(served: Served) -> None:
    ada = await served.world.member("ada")
    stream = await served.subscribe(ada)
    [open_stream] = served.streams
    open_stream.end()
    await served.happens(ada)
    assert [each.name for each in await stream.rest()] == ["complete"]


async def test_a_member_has_so_many_streams_at_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served.endpoint.register, "_per_member", 2)
    ada, bob = await served.world.member("ada"), await served.world.member("bob")
    first, _ = await served.subscribe(ada), await served.subscribe(ada)
    refused = await served.subscribe(ada)
    assert refused.response.status_code == 429
    await refused.response.aread()
    assert refused.response.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_STREAMS"
    assert (await served.subscribe(bob)).response.status_code == 200
    await first.response.aclose()
    await served.until(lambda: len(served.streams) == 2)
    assert (await served.subscribe(ada)).response.status_code == 200


async def test_a_refused_subscription_takes_no_room(served: Served) -> None:
    ada = await served.world.member("ada")
    document = 'subscription { conversationEvents(conversationId: "x") { cursor } }'
    for _ in range(30):
        stream = await served.subscribe(ada, document)
        assert [each.name for each in await stream.rest()] == ["next", "complete"]


async def test_a_process_that_stops_cuts_its_streams_off_without_delay(served: Served) -> None:
    ada = await served.world.member("ada")
    stream = await served.subscribe(ada)
    await served.happens(ada)
    await stream.results(1)
    served.server.uvicorn.should_exit = True
    [last] = await stream.rest()
    assert last.comment == "the server stops"


def deaf(served: Served, member: int, document: str) -> socket.socket:
    """A client that subscribes and never reads, with as little room in its kernel as there is."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    client.connect(("127.0.0.1", served.server.port))
    body = orjson.dumps({"query": document})
    head = (
        "POST /graphql/stream HTTP/1.1\r\nHost: rapport\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {served.api.token(member)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    client.sendall(head.encode() + body)
    return client


async def read(client: socket.socket, is_enough: Callable[[bytes], bool]) -> bytes:
    """Read on until there is enough."""
    client.setblocking(False)
    received = b""
    async with asyncio.timeout(SECONDS):
        while not is_enough(received):
            received += await asyncio.get_running_loop().sock_recv(client, 65_536)
    return received


LARGE = f"""subscription {{ viewerEvents {{
  event {{ __typename ... on StreamGap {{ reason }} }}
  {" ".join(f"{'x' * 97}{number:03}: cursor" for number in range(29))}
}} }}"""


async def test_a_client_that_never_reads_is_dropped_and_little_is_kept_for_it(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(streams, "LAST_SECONDS", 0.2)
    monkeypatch.setattr(connections, "DEAF_SECONDS", 1000)
    ada = await served.world.member("ada")
    with deaf(served, ada, LARGE):
        await served.until(lambda: served.streams)
        [stream] = served.streams
        largest = 0
        for _ in range(100):
            await served.happens(ada)
            largest = max(largest, stream._size)
        assert streams.MOST_WAITING <= largest < streams.MOST_WAITING + 10_000
        await served.until_none_is_open()


async def test_a_client_that_reads_late_is_told_of_the_gap_and_the_end(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "PATIENCE_SECONDS", 0.3)
    ada = await served.world.member("ada")
    with deaf(served, ada, LARGE) as client:
        await served.until(lambda: served.streams)
        [stream] = served.streams
        await served.happens(ada, 100)
        await served.until(lambda: stream._is_over)
        received = await read(client, lambda received: received.endswith(b"0\r\n\r\n"))
    assert b'"reason":"CONSUMER_TOO_SLOW"' in received
    assert b": the client reads too slowly" in received
    assert b"event: complete" not in received


async def test_a_client_that_reads_late_but_not_too_late_misses_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "PATIENCE_SECONDS", 60)
    ada = await served.world.member("ada")
    with deaf(served, ada, LARGE) as client:
        await served.until(lambda: served.streams)
        await served.happens(ada, 100)
        received = await read(client, lambda received: received.count(b"event: next") == 100)
    cursors = re.findall(rb"next\nid: (\S+)", received)
    assert cursors == [Position(0, number).text.encode() for number in range(1, 101)]


async def test_what_still_waits_is_not_sent_once_the_session_is_revoked(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "PATIENCE_SECONDS", 60)
    ada = await served.world.member("ada")
    with deaf(served, ada, LARGE) as client:
        await served.until(lambda: served.streams)
        [stream] = served.streams
        await served.happens(ada, 100)
        await served.until(lambda: stream.is_full and stream._waiting)
        assert isinstance(stream.subscription, LogSubscription)
        sent = stream.subscription.position.sequence - len(stream._waiting)
        assert stream.caller.viewer
        served.api.deployment.accounts.revocations.add([stream.caller.viewer.session_id])
        await served.endpoint.register.sweep()
        received = await read(client, lambda received: received.endswith(b"0\r\n\r\n"))
    assert received.count(b"event: next") == sent


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="the system has no such option")
async def test_the_system_drops_a_client_that_takes_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "DEAF_SECONDS", 1)
    monkeypatch.setattr(subscriptions, "PATIENCE_SECONDS", 1000)
    ada = await served.world.member("ada")
    with deaf(served, ada, LARGE):
        await served.until(lambda: served.streams)
        await served.happens(ada, 100)
        await served.until_none_is_open()


async def test_a_process_that_stops_does_not_wait_for_who_never_reads(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LAST_SECONDS", 0.2)
    monkeypatch.setattr(connections, "DEAF_SECONDS", 1000)
    ada = await served.world.member("ada")
    with deaf(served, ada, LARGE):
        await served.until(lambda: served.streams)
        await served.happens(ada, 100)
        served.server.uvicorn.should_exit = True
        await served.until_none_is_open()


async def test_200_streams_that_are_closed_at_once_leave_nothing_behind(served: Served) -> None:
    members = [await served.world.member(f"member{number}") for number in range(10)]
    tasks = len(asyncio.all_tasks())
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(trust_env=False, limits=limits, timeout=30) as http:
        served.http = http
        opened = [await served.subscribe(member) for member in members for _ in range(20)]
        assert len(served.streams) == 200
        for member in members:
            await served.happens(member)
        await asyncio.gather(*(stream.results(1) for stream in opened))
        await asyncio.gather(*(stream.response.aclose() for stream in opened))
        await served.until_none_is_open()
    await served.until(lambda: len(asyncio.all_tasks()) <= tasks and not connected(served))


def connected(served: Served) -> list[object]:
    """What the server holds of its clients."""
    return [
        each
        for each in psutil.Process().net_connections("tcp")
        if each.laddr.port == served.server.port and each.status != psutil.CONN_LISTEN
    ]
