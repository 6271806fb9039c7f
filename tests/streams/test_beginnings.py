"""How a subscription begins: at once, whatever its client reads, and not at all where it is too large."""

import asyncio
from typing import Any

import pytest

import server.streams.subscriptions as subscriptions_module
from executor.engine import Operation
from executor.errors import RequestError
from resolvers.streams import RelationshipSource
from rules import ids
from rules.events import TypingSignal
from server.streams.callers import Caller
from server.streams.hub import MOST_CHARACTERS
from server.streams.sinks import Result
from server.streams.work import Work
from tests.streams.conftest import ENGINE, EVENTS, Client, Stage
from tests.streams.people import public, say

RELATIONSHIPS = "subscription($ids: [ID!]!) { relationshipChanges(memberIds: $ids) { relationship { id } } }"
TYPING = "subscription($id: ID!) { typing(conversationId: $id) { member { handle } } }"


class Full(Client):
    """A client that has no room from the beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.stops_reading()


async def full_client(stage: Stage) -> Full:
    """A client that follows a relationship, and has no room for its present state."""
    ada, ben = await stage.world.member("ada"), await stage.world.member("ben")
    client = Full()
    operation = ENGINE.prepare(RELATIONSHIPS, None, {"ids": [public(ben)]})
    async with asyncio.timeout(10):
        client.subscription = await stage.streams.subscribe(operation, stage.caller(ada), client)
    stage.clients.append(client)
    return client


async def test_a_subscription_is_there_before_its_client_reads(stage: Stage) -> None:
    client = await full_client(stage)
    assert await client.nothing()
    client.reads()
    assert await client.next(1)


async def test_a_client_that_never_takes_what_a_stream_begins_with_is_given_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions_module, "PATIENCE_SECONDS", 0.01)
    client = await full_client(stage)
    async with asyncio.timeout(10):
        while not client.was_given_up:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_beginning_that_cannot_be_looked_up_is_tried_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions_module, "RETRY_SECONDS", 0.01)
    client = await full_client(stage)
    failures = [ConnectionError("the database is away")] * 2
    first = RelationshipSource.first

    async def looked_up(*args: Any) -> Any:
        if failures:
            raise failures.pop()
        return await first(*args)

    monkeypatch.setattr(RelationshipSource, "first", looked_up)
    client.reads()
    assert await client.next(1)
    assert not failures


async def test_a_subscription_whose_document_is_too_long_is_refused(stage: Stage) -> None:
    ada = await stage.world.member("ada")
    await stage.subscribe(ada, EVENTS.ljust(MOST_CHARACTERS, ","))
    with pytest.raises(RequestError) as refused:
        await stage.subscribe(ada, EVENTS.ljust(MOST_CHARACTERS + 1, ","))
    assert refused.value.extensions == {"code": "SUBSCRIPTION_TOO_LONG", "limit": 16_384, "found": 16_385}


async def test_who_looks_many_times_at_who_types_is_shown_it_one_at_a_time(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben = await stage.world.member("ada"), await stage.world.member("ben")
    await stage.world.connect(ada, ben)
    _, thread = await say(stage, ada, ben)
    decoded = ids.decode_as("CV", thread)
    assert decoded
    clients = [await stage.subscribe(ada, TYPING, id=thread) for _ in range(5)]
    at_once, most, execute = 0, 0, Work.execute

    async def counted(work: Work, operation: Operation, caller: Caller, event: object) -> Result:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        try:
            await asyncio.sleep(0.01)
            return await execute(work, operation, caller, event)
        finally:
            at_once -= 1

    monkeypatch.setattr(Work, "execute", counted)
    stage.streams.typing(TypingSignal(decoded[-1], ben, stage.deployment.clock()))
    for client in clients:
        assert await client.next(1) == [{"member": {"handle": "ben"}}]
    assert most == 1
