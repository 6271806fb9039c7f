"""Who shares an execution, who falls behind, and what those who look at the same log do not see."""

import pytest

import server.streams.subscriptions as subscriptions_module
from executor.engine import Operation
from rules import ids
from rules.events import Position
from server.streams.work import Work
from tests.streams.conftest import Stage

OTHER_DOCUMENT = "subscription { viewerEvents { cursor occurredAt } }"
FOLLOW = "mutation($id: ID!) { follow(input: {targetId: $id}) { userErrors { code } } }"
BLOCK = "mutation($id: ID!) { blockMember(input: {memberId: $id}) { userErrors { code } } }"
SEND = "mutation($id: ID!) { sendConnectionRequest(input: {recipientId: $id}) { userErrors { code } } }"
RELATIONSHIPS = """
subscription($ids: [ID!]!) {
  relationshipChanges(memberIds: $ids) { memberId relationship { degree following { id } } }
}
"""


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of all operations that are executed for events."""
    names: list[str] = []
    execute = Work.execute

    async def counted(self: Work, operation: Operation, *args: object) -> object:
        names.append(operation.name or "")
        return await execute(self, operation, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Work, "execute", counted)
    return names


async def test_one_execution_serves_all_who_ask_the_same(stage: Stage, executed: list[str]) -> None:
    ada = await stage.world.member("ada")
    clients = [await stage.subscribe(ada) for _ in range(50)]
    await stage.happens(ada)
    results = [await client.next(1) for client in clients]
    assert len(executed) == 1
    assert all(result == results[0] for result in results)


async def test_where_a_client_resumes_does_not_keep_it_from_sharing(
    stage: Stage, executed: list[str]
) -> None:
    ada = await stage.world.member("ada")
    clients = [await stage.subscribe(ada, after=Position(0, 0).text), await stage.subscribe(ada)]
    await clients[0].next(1)
    executed.clear()
    await stage.happens(ada)
    assert [await client.kinds(1) for client in clients] == [["SettingsChanged"]] * 2
    assert len(executed) == 1


async def test_another_document_other_scopes_and_another_member_are_executed_apart(
    stage: Stage, executed: list[str]
) -> None:
    ada, bob = await stage.world.member("ada"), await stage.world.member("bob")
    clients = [
        await stage.subscribe(ada),
        await stage.subscribe(ada, OTHER_DOCUMENT),
        await stage.subscribe(ada, scopes=frozenset({"PROFILE_READ"})),
        await stage.subscribe(bob),
    ]
    await stage.happens(ada)
    await stage.happens(bob)
    for client in clients:
        await client.next(1)
    assert len(executed) == 4


async def test_a_client_that_is_behind_is_not_waited_for_and_catches_up_from_the_log(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    slow, quick = await stage.subscribe(ada), await stage.subscribe(ada)
    await stage.happens(ada)
    assert [await slow.kinds(1), await quick.kinds(1)] == [["SettingsChanged"]] * 2
    slow.stops_reading()
    await stage.happens(ada, 150)
    await quick.next(150)
    assert not slow.results
    slow.reads()
    missed = await slow.next(150)
    assert [each["cursor"] for each in missed] == [Position(0, number).text for number in range(2, 152)]
    await stage.happens(ada)
    assert await slow.kinds(1) == await quick.kinds(1)


async def test_a_client_that_takes_nothing_is_given_up_and_told_where_it_stands(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions_module, "PATIENCE_SECONDS", 0.05)
    ada = await stage.world.member("ada")
    client = await stage.subscribe(ada)
    await stage.happens(ada)
    await client.next(1)
    client.stops_reading()
    await stage.happens(ada)
    [gap] = await client.next(1)
    assert gap["event"] == {"__typename": "StreamGap", "reason": "CONSUMER_TOO_SLOW"}
    assert gap["cursor"] == Position(0, 1).text
    assert client.was_given_up
    await stage.happens(ada)
    assert await client.nothing()


async def test_an_event_about_somebody_who_is_hidden_by_now_is_left_out(stage: Stage) -> None:
    ada, bob = await stage.world.member("ada"), await stage.world.member("bob")
    await stage.ask(ada, FOLLOW, id=ids.encode("M", bob))
    await stage.ask(ada, SEND, id=ids.encode("M", bob))
    before = await stage.subscribe(ada, after=Position(0, 0).text)
    assert "ConnectionRequestChanged" in await before.kinds(2)
    await stage.ask(bob, BLOCK, id=ids.encode("M", ada))
    after = await stage.subscribe(ada, after=Position(0, 0).text)
    [caught_up] = await after.next(1)
    assert caught_up["event"] == {"__typename": "StreamCaughtUp", "replayedCount": 0}


async def test_who_is_blocked_hears_nothing_on_an_open_stream(stage: Stage) -> None:
    ada, bob = await stage.world.member("ada"), await stage.world.member("bob")
    await stage.ask(ada, SEND, id=ids.encode("M", bob))
    client = await stage.subscribe(ada)
    await stage.ask(bob, BLOCK, id=ids.encode("M", ada))
    assert await client.nothing()


async def test_relationships_begin_as_they_are_and_go_on_as_they_change(stage: Stage) -> None:
    ada, bob, eve = [await stage.world.member(name) for name in ("ada", "bob", "eve")]
    shown = [ids.encode("M", bob), "M_nobody"]
    client = await stage.subscribe(ada, RELATIONSHIPS, ids=shown)
    await stage.ask(ada, FOLLOW, id=ids.encode("M", eve))
    await stage.ask(ada, FOLLOW, id=shown[0])
    far = "OUT_OF_NETWORK"
    assert await client.next(3) == [
        {"memberId": shown[0], "relationship": {"degree": far, "following": None}},
        {"memberId": "M_nobody", "relationship": None},
        {
            "memberId": shown[0],
            "relationship": {"degree": far, "following": {"id": ids.encode("F", ada, bob)}},
        },
    ]
    assert await client.nothing()


async def test_the_log_can_be_read_in_pages(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    await stage.happens(ada, 3)
    page = "query($after: EventCursor, $first: Int!) { viewer { events(after: $after, first: $first) {"
    page += " events { cursor } endCursor hasMore gap } } }"
    first = (await stage.ask(ada, page, first=2))["viewer"]["events"]
    assert [each["cursor"] for each in first["events"]] == [Position(0, 1).text, Position(0, 2).text]
    assert (first["hasMore"], first["gap"]) == (True, False)
    second = (await stage.ask(ada, page, first=2, after=first["endCursor"]))["viewer"]["events"]
    assert [each["cursor"] for each in second["events"]] == [Position(0, 3).text]
    assert (second["hasMore"], second["endCursor"]) == (False, Position(0, 3).text)
    await stage.world.execute("DELETE FROM events WHERE sequence < 3")
    third = (await stage.ask(ada, page, first=2, after=Position(0, 1).text))["viewer"]["events"]
    assert third == {"events": [], "endCursor": Position(0, 3).text, "hasMore": False, "gap": True}


async def test_who_asks_for_the_end_of_the_log_first_can_subscribe_behind_it(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    await stage.happens(ada, 3)
    cursor = (await stage.ask(ada, "{ viewer { eventCursor } }"))["viewer"]["eventCursor"]
    await stage.happens(ada)
    client = await stage.subscribe(ada, after=cursor)
    assert [each["cursor"] for each in await client.next(1)] == [Position(0, 4).text]


async def test_pages_of_the_log_leave_out_topics(stage: Stage) -> None:
    ada, bob = await stage.world.member("ada"), await stage.world.member("bob")
    await stage.happens(ada)
    await stage.ask(ada, FOLLOW, id=ids.encode("M", bob))
    query = "{ viewer { events(topics: [RELATIONSHIPS]) { events { event { __typename } } } } }"
    found = (await stage.ask(ada, query))["viewer"]["events"]["events"]
    assert found == [{"event": {"__typename": "RelationshipChanged"}}]
