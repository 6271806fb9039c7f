"""What the streams of a member deliver: as it happens, and to whoever comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from auth.identity import Viewer
from executor.errors import CodedError
from server.streams.callers import Caller
from server.streams.hub import Streams
from server.streams.subscriptions import LogSubscription
from server.streams.typing import TypingSubscription
from tests.privacy.casts import Cast
from tests.privacy.documents import SUBSCRIPTIONS
from tests.privacy.hosts import ENGINE, SESSION
from tests.privacy.renaming import Json
from tests.privacy.trials import FAULT, Trial
from tests.streams.conftest import Client


class Reader(Client):
    """A client that reads whatever there is."""

    def takes(self) -> list[Json]:
        """All results that arrived."""
        taken, self.results = self.results, []
        return taken


@dataclass
class Listening:
    """Ada, who follows the same streams in all worlds of a trial."""

    trial: Trial
    streams: Streams
    clients: list[tuple[Cast, str, Reader]] = field(default_factory=list)

    async def follow(self, name: str, **given: Json) -> None:
        """Open a stream with these arguments; or be refused, alike in all worlds."""
        refusals = {world: await self._open(cast, name, given) for world, cast in self.trial.casts.items()}
        self.trial.same(refusals)

    async def follow_all(self, after: str | None = None) -> None:
        """Open every stream, as far as there is anything to follow: those that go on, behind a position."""
        eyes = self.trial.first.eyes
        await self.follow("viewerEvents", after=after)
        await self.follow("notifications", after=after)
        await self.follow("relationshipChanges", memberIds=eyes.known("M"))
        for conversation in eyes.known("CV"):
            await self.follow("conversationEvents", conversationId=conversation, after=after)
            await self.follow("typing", conversationId=conversation)

    async def compare(self) -> int:
        """How much arrived since the last time, the same in all worlds; nothing is on the way then."""
        while work := self._on_the_way():
            await asyncio.wait(work)
        arrived: dict[str, list[Json]] = {}
        for world, cast in self.trial.casts.items():
            taken = [(name, client.takes()) for of, name, client in self.clients if of is cast]
            arrived[world] = cast.eyes.renamed([[name, *results] for name, results in taken])
        assert FAULT not in str(arrived), arrived
        return sum(len(results) - 1 for results in self.trial.same(arrived))

    async def _open(self, cast: Cast, name: str, given: Json) -> Json:
        document = SUBSCRIPTIONS[name]
        variables = {slot: given.get(slot.partition("_")[2]) for slot in document.slots}
        operation = ENGINE.prepare(document.text, None, cast.eyes.original(variables))
        client = Reader()
        deployment = replace(self.trial.host.deployment, pool=self.trial.world.deployment.pool)
        caller = Caller(deployment, Viewer(cast["ada"], session_id=SESSION, scopes=None))
        try:
            client.subscription = await self.streams.subscribe(operation, caller, client)
        except CodedError as refusal:
            return refusal.formatted
        self.clients.append((cast, name, client))
        return None

    def _on_the_way(self) -> list[asyncio.Task[None]]:
        """What is being done for any of the streams."""
        found: list[asyncio.Task[None] | None] = []
        for *_, client in self.clients:
            match client.subscription:
                case LogSubscription() as log:
                    found += [log._task, log._feed._task]
                case TypingSubscription() as typing:
                    found += typing._tasks
        return [task for task in found if task and not task.done()]

    def stop(self) -> None:
        """End all streams."""
        for *_, client in self.clients:
            assert client.subscription
            client.subscription.cancel()
        self.clients.clear()


@asynccontextmanager
async def listening(trial: Trial) -> AsyncIterator[Listening]:
    """Streams that are woken by what happens in the trial, and read through connections of their own."""
    streams, before = Streams(ENGINE), trial.host.deployment
    work = replace(before, pool=trial.world.deployment.pool)
    async with streams.running(work, poll_seconds=3_600):
        trial.host.deployment = replace(before, wake=streams.woken, signal_typing=streams.typing)
        listening = Listening(trial, streams)
        yield listening
        listening.stop()
    trial.host.deployment = before


async def replay(trial: Trial) -> None:
    """Let Ada come back to all her streams where her log begins."""
    async with listening(trial) as streams:
        await streams.follow_all(after=trial.beginning)
        await streams.compare()
