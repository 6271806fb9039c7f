"""A small schema of everything that a socket can ask for, and streams that tests put events into."""

import asyncio
from typing import Any

import orjson
import strawberry
from graphql import FieldNode

from executor.engine import Operation
from executor.errors import CodedError
from executor.fields import Argument, field
from loaders.context import Context
from server.streams.callers import Caller
from server.streams.sinks import Result, Sink
from tests.graphql_ws.clients import until

READ = frozenset({"NETWORK_READ"})


async def me(ctx: Context) -> int | None:
    return ctx.viewer.member_id if ctx.viewer else None


async def echo(ctx: Any, *, text: str) -> str:
    return text


async def crash(ctx: Any) -> str:
    raise RuntimeError("secret of <object at 0x7f>")


async def slow(ctx: Any, *, seconds: float) -> str:
    """A name of those that run is kept for as long as they do."""
    running.add(asyncio.current_task())
    try:
        await asyncio.sleep(seconds)
    finally:
        running.discard(asyncio.current_task())
    return "late"


async def nothing(ctx: Any, **arguments: Any) -> None:
    return None


running: set[Any] = set()
SECONDS = {"seconds": Argument(float, "How long.")}


@strawberry.type
class Query:
    me: int | None = field("The viewer's id.", root=me)
    echo: str = field("What was sent.", root=echo, arguments={"text": Argument(str, "A text.")})
    crash: str = field("Fails.", root=crash)
    slow: str = field("Takes a while.", root=slow, arguments=SECONDS)
    secret: int | None = field("For readers.", root=me, scopes=READ)


@strawberry.type
class Mutation:
    slow: str = field("Takes a while.", root=slow, arguments=SECONDS)


@strawberry.type
class Subscription:
    ticks: int = field("Whatever tests put in.", source=nothing)
    refused: int = field("Never begins.", source=nothing)
    broken: int = field("Fails.", source=nothing)
    secret: int = field("For readers.", source=nothing, scopes=READ)


schema = strawberry.Schema(Query, Mutation, Subscription)


class Ticking:
    """A subscription of a test."""

    def __init__(self, streams: "ToyStreams", caller: Caller, sink: Sink) -> None:
        self.streams = streams
        self.caller = caller
        self.sink = sink
        streams.open.append(self)

    def cancel(self) -> None:
        if self in self.streams.open:
            self.streams.open.remove(self)


class ToyStreams:
    """Puts what a test says into all subscriptions."""

    def __init__(self) -> None:
        self.open: list[Ticking] = []

    async def subscribe(self, operation: Operation, caller: Caller, sink: Sink) -> Ticking:
        [field] = operation.document.operation.selection_set.selections
        assert isinstance(field, FieldNode)
        name = field.name.value
        if name == "refused":
            raise CodedError("INVALID_CURSOR", "Not a cursor.")
        if name == "broken":
            raise RuntimeError("secret of <object at 0x7f>")
        return Ticking(self, caller, sink)

    async def opened(self, count: int) -> None:
        """Wait until so many subscriptions are open."""
        await until(lambda: len(self.open) == count)

    def put(self, ticks: object) -> None:
        """Give all subscriptions one event."""
        result = Result(orjson.dumps({"data": {"ticks": ticks}}))
        for ticking in tuple(self.open):
            ticking.sink.put(result)
