"""What happens to streams when two things meet: who waits, joins or leaves while something is on its way."""

import asyncio
from typing import Any

import pytest
from graphql import ExecutionResult

import server.streams.subscriptions as subscriptions_module
import server.streams.work as work_module
from executor.engine import Operation
from executor.failures import internal_error
from loaders import events
from loaders.events import Reading
from rules import ids
from rules.events import Position, TypingSignal
from server.streams.callers import Caller
from server.streams.sinks import Result
from server.streams.work import Work
from tests.streams.conftest import ENGINE, EVENTS, Client, Stage
from tests.streams.people import ask, block, public, say, share_receipts

REPLAY = Position(0, 0).text
RELATIONSHIPS = "subscription($ids: [ID!]!) { relationshipChanges(memberIds: $ids) { relationship { id } } }"
TYPING = "subscription($id: ID!) { typing(conversationId: $id) { member { handle } } }"


class FullAfter(Client):
    """A client that takes one result at a time."""

    def put(self, result: Result) -> None:
        super().put(result)
        self.stops_reading()


class Gate:
    """Holds executions until they are let through, in the order in which they came."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_open = False
        self.waiting: list[asyncio.Event] = []
        self._execute = Work.execute
        gate = self

        async def held(work: Work, operation: Operation, caller: Caller, event: object) -> Result:
            if not gate.is_open:
                gate.waiting.append(mine := asyncio.Event())
                await mine.wait()
            return await gate._execute(work, operation, caller, event)

        monkeypatch.setattr(Work, "execute", held)

    async def held(self, count: int) -> None:
        """Wait until so many are held."""
        async with asyncio.timeout(10):
            while len(self.waiting) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def open(self) -> None:
        """Let the first go on, and give it time."""
        self.waiting.pop(0).set()
        await asyncio.sleep(0.05)


async def full_client(stage: Stage, member_id: int) -> FullAfter:
    """A client at the beginning of its log, who has taken one entry and has no room for another."""
    client = FullAfter()
    stage.clients.append(client)
    operation = ENGINE.prepare(EVENTS, None, {"after": REPLAY})
    client.subscription = await stage.streams.subscribe(operation, stage.caller(member_id), client)
    await client.next(1)
    return client


async def test_what_is_hidden_while_a_client_is_waited_for_is_not_sent_when_there_is_room(
    stage: Stage,
) -> None:
    ada, ben = await stage.world.member("ada"), await stage.world.member("ben")
    await stage.happens(ada)
    await ask(stage, ben, ada)
    client = await full_client(stage, ada)
    await block(stage, ben, ada)
    client.reads()
    assert await client.kinds(1) == ["StreamCaughtUp"]


async def test_who_joins_while_the_others_leave_misses_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await stage.world.member("ada")
    leaving = await stage.subscribe(ada)
    gate, known, heads = Gate(monkeypatch), asyncio.Event(), events.heads

    async def late(*given: Any) -> dict[int, Position]:
        found = await heads(*given)
        await known.wait()
        return found

    monkeypatch.setattr(events, "heads", late)
    joining = asyncio.create_task(stage.subscribe(ada))
    await asyncio.sleep(0.1)
    await stage.happens(ada, 3)
    await gate.held(1)
    await gate.open()
    await gate.held(1)
    assert leaving.subscription
    leaving.subscription.cancel()
    known.set()
    client = await joining
    gate.is_open = True
    await gate.open()
    cursors = [each["cursor"] for each in await client.next(3)]
    assert cursors == [Position(0, number).text for number in (1, 2, 3)]


async def test_states_that_a_stream_begins_with_wait_for_the_client_and_are_those_of_then(
    stage: Stage,
) -> None:
    ada, ben, eve = [await stage.world.member(name) for name in ("ada", "ben", "eve")]
    client = FullAfter()
    variables = {"ids": [public(ben), public(eve)]}
    operation = ENGINE.prepare(RELATIONSHIPS, None, variables)
    subscribing = asyncio.create_task(stage.streams.subscribe(operation, stage.caller(ada), client))
    assert (await client.next(1))[0]["relationship"]
    assert await client.nothing()
    await block(stage, eve, ada)
    client.reads()
    assert await client.next(1) == [{"relationship": None}]
    (await subscribing).cancel()


async def test_what_a_member_types_does_not_hide_that_the_other_does(stage: Stage) -> None:
    ada, ben = await stage.world.member("ada"), await stage.world.member("ben")
    await stage.world.connect(ada, ben)
    _, thread = await say(stage, ada, ben)
    decoded = ids.decode_as("CV", thread)
    assert decoded
    client = await stage.subscribe(ada, TYPING, id=thread)
    for member_id in (ada, ben):
        stage.streams.typing(TypingSignal(decoded[-1], member_id, stage.deployment.clock()))
    assert await client.next(1) == [{"member": {"handle": "ben"}}]
    await share_receipts(stage, ben, False)
    stage.streams.typing(TypingSignal(decoded[-1], ben, stage.deployment.clock()))
    assert await client.nothing()


async def test_an_event_whose_execution_fails_on_our_side_is_executed_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_module, "RETRY_SECONDS", (0.01, 0.01))
    ada = await stage.world.member("ada")
    client = await stage.subscribe(ada)
    failures = [internal_error(ConnectionError("away for a moment"), "1")] * 2
    execute = ENGINE.execute

    async def executed(*args: Any, **kwargs: Any) -> ExecutionResult:
        return ExecutionResult(None, [failures.pop()]) if failures else await execute(*args, **kwargs)

    monkeypatch.setattr(ENGINE, "execute", executed)
    await stage.happens(ada, 2)
    assert await client.kinds(2) == ["SettingsChanged"] * 2
    assert not failures


async def test_a_stream_whose_log_cannot_be_shown_for_a_while_goes_on_where_it_was(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions_module, "RETRY_SECONDS", 0.01)
    ada = await stage.world.member("ada")
    await stage.happens(ada, 3)
    failures = [ConnectionError("the database is away")] * 2
    read = events.read

    async def reads(*args: Any) -> list[Reading | None]:
        if failures:
            raise failures.pop()
        return await read(*args)

    monkeypatch.setattr(events, "read", reads)
    client = await stage.subscribe(ada, after=Position(0, 0).text)
    assert await client.kinds(4) == ["SettingsChanged"] * 3 + ["StreamCaughtUp"]


async def test_no_event_is_lost_to_a_database_that_is_away_for_long(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_module, "RETRY_SECONDS", (0.01, 0.01))
    monkeypatch.setattr(subscriptions_module, "RETRY_SECONDS", 0.01)
    ada = await stage.world.member("ada")
    live, late = await stage.subscribe(ada), None
    execute, is_away = ENGINE.execute, True
    find_heads = events.heads

    async def executed(*args: Any, **kwargs: Any) -> ExecutionResult:
        if is_away:
            return ExecutionResult(None, [internal_error(ConnectionError("the database is away"), "1")])
        return await execute(*args, **kwargs)

    async def heads(*args: Any) -> dict[int, Position]:
        if is_away and not args[1]:
            raise ConnectionError("the database is away")
        return await find_heads(*args)

    monkeypatch.setattr(events, "heads", heads)
    await stage.happens(ada, 2)
    monkeypatch.setattr(ENGINE, "execute", executed)
    late = await stage.subscribe(ada, after=REPLAY)
    await stage.happens(ada, 2)
    await asyncio.sleep(0.2)
    is_away = False
    await stage.streams.poll()
    assert await late.kinds(5) == ["SettingsChanged"] * 4 + ["StreamCaughtUp"]
    assert await live.kinds(4) == ["SettingsChanged"] * 4


async def test_an_event_that_always_fails_is_told_as_an_error_and_stops_nobody(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_module, "RETRY_SECONDS", (0.01, 0.01))
    ada = await stage.world.member("ada")
    client = await stage.subscribe(ada)
    execute = ENGINE.execute
    failing = [ExecutionResult(None, [internal_error(ValueError("a mistake of ours"), "1")])] * 3

    async def executed(*args: Any, **kwargs: Any) -> ExecutionResult:
        return failing.pop() if failing else await execute(*args, **kwargs)

    monkeypatch.setattr(ENGINE, "execute", executed)
    await stage.happens(ada, 2)
    async with asyncio.timeout(10):
        while len(client.results) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert client.results.pop(0)["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert await client.kinds(1) == ["SettingsChanged"]


async def test_what_is_hidden_while_a_page_is_under_way_is_not_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bob = await stage.world.member("ada"), await stage.world.member("bob")
    await stage.happens(ada)
    await ask(stage, ada, bob)
    gate = Gate(monkeypatch)
    client = await stage.subscribe(ada, after=REPLAY)
    await gate.held(1)
    await block(stage, bob, ada)
    gate.is_open = True
    await gate.open()
    assert await client.kinds(2) == ["SettingsChanged", "StreamCaughtUp"]
