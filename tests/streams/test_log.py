"""A stream is the log: from a cursor on, in order, each entry once, and then as it happens."""

import asyncio

import pytest

from executor.errors import CodedError
from rules.events import Position, parse_position
from server.streams.callers import Caller
from tests.streams.conftest import ENGINE, EVENTS, Client, Stage


async def cursors(client: Client, count: int) -> list[str]:
    return [envelope["cursor"] for envelope in await client.next(count)]


async def test_a_stream_without_a_cursor_begins_with_what_happens_next(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    await stage.happens(ada)
    client = await stage.subscribe(ada)
    await stage.happens(ada, 2)
    envelopes = await client.next(2)
    assert [each["event"]["__typename"] for each in envelopes] == ["SettingsChanged"] * 2
    assert [each["replayed"] for each in envelopes] == [False, False]


async def test_a_resumed_stream_replays_what_was_missed_and_says_when_that_is_over(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    await stage.happens(ada, 3)
    client = await stage.subscribe(ada, after=Position(0, 1).text)
    envelopes = await client.next(3)
    await stage.happens(ada)
    envelopes += await client.next(1)
    assert [each["replayed"] for each in envelopes] == [True, True, False, False]
    assert [parse_position(each["cursor"]).sequence for each in envelopes] == [2, 3, 3, 4]
    assert envelopes[2]["event"] == {"__typename": "StreamCaughtUp", "replayedCount": 2}


async def test_more_than_a_page_is_replayed_without_a_hole(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    await stage.happens(ada, 250)
    client = await stage.subscribe(ada, after=Position(0, 0).text)
    envelopes = await client.next(251)
    assert [parse_position(each["cursor"]).sequence for each in envelopes] == [*range(1, 251), 250]


async def test_nothing_is_lost_or_repeated_at_the_seam(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    writing = asyncio.create_task(stage.happens(ada, 200))
    clients = []
    while not writing.done():
        clients.append(await stage.subscribe(ada, after=Position(0, 0).text))
        await asyncio.sleep(0.005)
    await writing
    assert len(clients) > 5
    for client in clients:
        envelopes = await client.next(201)
        told = [each for each in envelopes if each["event"]["__typename"] == "SettingsChanged"]
        assert [parse_position(each["cursor"]).sequence for each in told] == list(range(1, 201))
        assert [each["cursor"] for each in envelopes] == sorted(each["cursor"] for each in envelopes)
        assert not client.results


async def test_a_cursor_older_than_what_is_kept_is_told_by_a_gap_and_the_stream_goes_on(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    await stage.happens(ada, 3)
    await stage.world.execute("DELETE FROM events WHERE sequence < 3")
    client = await stage.subscribe(ada, after=Position(0, 1).text)
    gap, caught_up = await client.next(2)
    assert gap["event"] == {"__typename": "StreamGap", "reason": "CURSOR_TOO_OLD"}
    assert parse_position(gap["cursor"]).sequence == 3
    assert caught_up["event"] == {"__typename": "StreamCaughtUp", "replayedCount": 0}
    await stage.happens(ada)
    assert parse_position((await cursors(client, 1))[0]).sequence == 4


async def test_the_last_cursor_is_no_gap_even_when_nothing_is_kept(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    await stage.happens(ada, 3)
    await stage.world.execute("DELETE FROM events")
    client = await stage.subscribe(ada, after=Position(0, 3).text)
    assert await client.kinds(1) == ["StreamCaughtUp"]
    client = await stage.subscribe(ada, after=Position(0, 2).text)
    assert await client.kinds(2) == ["StreamGap", "StreamCaughtUp"]


@pytest.mark.parametrize("after", [Position(0, 5), Position(7, 1)])
async def test_a_cursor_of_another_log_is_told_by_a_gap(stage: Stage, after: Position) -> None:
    ada = await stage.world.member("ada")
    await stage.happens(ada, 2)
    client = await stage.subscribe(ada, after=after.text)
    gap, _ = await client.next(2)
    assert gap["event"] == {"__typename": "StreamGap", "reason": "LOG_RESET"}
    await stage.happens(ada)
    assert parse_position((await cursors(client, 1))[0]) == Position(0, 3)


@pytest.mark.parametrize(
    ("after", "forgotten"), [(Position(0, 9), 0), (Position(7, 2), 0), (Position(0, 1), 2)]
)
async def test_a_gap_tells_from_where_on_nothing_is_missing(
    stage: Stage, after: Position, forgotten: int
) -> None:
    ada = await stage.world.member("ada")
    await stage.happens(ada, 4)
    await stage.world.execute("DELETE FROM events WHERE sequence <= $1", forgotten)
    document = "subscription($after: EventCursor) { viewerEvents(after: $after) { event {"
    document += " __typename ... on StreamGap { oldestCursor } } } }"
    client = await stage.subscribe(ada, document, after=after.text)
    [gap] = await client.next(1)
    assert gap["event"] == {"__typename": "StreamGap", "oldestCursor": Position(0, forgotten).text}


async def test_a_live_stream_is_told_that_its_log_was_started_anew(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    await stage.happens(ada, 2)
    client = await stage.subscribe(ada)
    await stage.world.execute("INSERT INTO log_epochs VALUES (1)")
    await stage.world.execute("UPDATE inboxes SET last_sequence = 0")
    await stage.world.execute("DELETE FROM events")
    await stage.streams.poll()
    gap, *_ = await client.next(1)
    assert gap["event"] == {"__typename": "StreamGap", "reason": "LOG_RESET"}
    await stage.happens(ada)
    assert parse_position((await cursors(client, 1))[0]) == Position(1, 1)


async def test_a_lost_wake_up_is_made_up_for_by_the_poll(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    client = await stage.subscribe(ada)
    object.__setattr__(stage.deployment, "wake", lambda _: None)
    await stage.happens(ada)
    assert await client.nothing()
    await stage.streams.poll()
    assert await client.kinds(1) == ["SettingsChanged"]


async def test_wake_ups_without_anything_new_deliver_nothing(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    await stage.happens(ada)
    client = await stage.subscribe(ada)
    for _ in range(5):
        stage.streams.missed()
    assert await client.nothing()


async def test_a_cancelled_stream_gets_nothing_more_and_is_forgotten(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    client = await stage.subscribe(ada)
    assert client.subscription
    client.subscription.cancel()
    client.subscription.cancel()
    await stage.happens(ada)
    assert await client.nothing()
    await stage.streams.poll()
    assert not stage.streams._feeds


async def test_the_stream_of_a_closed_account_ends(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    await stage.world.execute("DELETE FROM inboxes")
    with pytest.raises(CodedError) as refused:
        await stage.subscribe(ada)
    assert refused.value.extensions == {"code": "UNAUTHENTICATED"}


async def test_a_cursor_that_is_none_is_refused() -> None:
    with pytest.raises(Exception, match="EventCursor"):
        ENGINE.prepare(EVENTS, None, {"after": "yesterday"})


async def test_nobody_has_no_stream(stage: Stage) -> None:
    operation = ENGINE.prepare(EVENTS)
    with pytest.raises(CodedError):
        await stage.streams.subscribe(operation, Caller(stage.deployment, None), Client())


async def test_topics_that_the_token_lacks_are_left_out(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    client = await stage.subscribe(ada, scopes=frozenset({"MESSAGES_READ"}))
    await stage.happens(ada)
    assert await client.nothing()


async def test_streams_of_one_member_do_not_see_another_members_log(stage: Stage) -> None:
    ada, bob = await stage.world.member("ada"), await stage.world.member("bob")
    client = await stage.subscribe(ada)
    await stage.happens(bob)
    assert await client.nothing()
