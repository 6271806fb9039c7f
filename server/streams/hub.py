"""Follows the logs of those who subscribe, and hands what is in them to their subscriptions.

The log is the truth and wake-ups only say where to look: whoever is woken too often reads nothing new, and
whoever is never woken is found by the poll. Nothing is kept here but how far each subscription has read.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Hashable
from contextlib import asynccontextmanager
from itertools import islice
from typing import Protocol

import orjson

from auth.background import repeating
from auth.identity import Viewer
from auth.tokens import unauthenticated
from executor.engine import Engine, Operation
from executor.errors import RequestError
from executor.event_variables import event_variables
from loaders import events
from loaders.context import Context, Deployment
from resolvers.streams import LogSource, TypingSource
from rules.events import TypingSignal
from server.streams.callers import Caller
from server.streams.feeds import Feed
from server.streams.sinks import Sink
from server.streams.subscriptions import LogSubscription
from server.streams.typing import TypingSubscription
from server.streams.work import Work

POLLED_AT_ONCE = 5_000
MOST_CHARACTERS = 16_384
"""How long the document of a subscription may be: it is kept for as long as it is followed."""


class Subscription(Protocol):
    """What a client follows."""

    def cancel(self) -> None:
        """Deliver nothing more; safe to repeat."""


class Streams:
    """All subscriptions of a process; hears of wake-ups through `woken`, `typing` and `missed`."""

    _work: Work
    """There while `running`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._feeds: dict[int, dict[Hashable, Feed]] = defaultdict(dict)
        self._typing: dict[int, set[TypingSubscription]] = defaultdict(set)

    @asynccontextmanager
    async def running(self, deployment: Deployment, poll_seconds: float) -> AsyncIterator[None]:
        """Serve subscriptions; look every so many seconds for what was not told by a wake-up."""
        self._work = Work(self._engine, deployment)
        async with repeating("Polling logs", poll_seconds, self.poll):
            yield

    async def subscribe(self, operation: Operation, caller: Caller, sink: Sink) -> Subscription:
        """Follow what a checked operation asks for, while `running`; never waits for the client.

        Raises CodedError and InvalidRequest.
        """
        _check_length(operation)
        source = await self._engine.source(operation, caller.context())
        if caller.viewer is None:
            raise unauthenticated()
        if isinstance(source, TypingSource):
            return self._follow_typing(operation, source, caller, sink)
        return await self._follow_log(operation, source, caller, caller.viewer, sink)

    def woken(self, member_ids: Collection[int]) -> None:
        """There may be more in the logs of these members."""
        for member_id in member_ids:
            for feed in self._feeds.get(member_id, {}).values():
                feed.wake()

    def typing(self, signal: TypingSignal) -> None:
        """A member types."""
        for subscription in tuple(self._typing.get(signal.conversation_id, ())):
            subscription.pass_on(signal)

    def missed(self) -> None:
        """Wake-ups may have been lost: look at all logs."""
        self.woken(tuple(self._feeds))

    async def poll(self) -> None:
        """Wake those who are not where their log ends."""
        self._forget()
        members = iter(tuple(self._feeds))
        while some := tuple(islice(members, POLLED_AT_ONCE)):
            for member_id, head in (await events.heads(Context(self._work.deployment, None), some)).items():
                for feed in self._feeds.get(member_id, {}).values():
                    if feed.position != head:
                        feed.wake()

    async def _follow_log(
        self, operation: Operation, source: LogSource, caller: Caller, viewer: Viewer, sink: Sink
    ) -> Subscription:
        # The feed is there before the log is looked at, so that no wake-up is lost in between.
        subscription = LogSubscription(self._feed(operation, source, caller, viewer), caller, sink)
        try:
            head = await self._work.head(viewer.member_id)
            if head is None:
                raise unauthenticated()
        except BaseException:
            subscription.cancel()
            raise
        subscription.start(source.after or head, replay=source.after is not None)
        return subscription

    def _feed(self, operation: Operation, source: LogSource, caller: Caller, viewer: Viewer) -> Feed:
        """The feed for all who get the same: one member with one set of scopes, and one document."""
        loc = operation.document.ast.loc
        variables = event_variables(operation.document, operation.variables)
        key = (
            viewer.scopes,
            caller.client.language,
            loc and loc.source.body,
            operation.name,
            # As text, because bytes of orjson keep the 4 KiB that it began with.
            orjson.dumps(variables, option=orjson.OPT_SORT_KEYS).decode(),
            source.key,
        )
        feeds = self._feeds[viewer.member_id]
        if key not in feeds:
            feeds[key] = Feed(self._work, operation, source, viewer.member_id)
        return feeds[key]

    def _follow_typing(
        self, operation: Operation, source: TypingSource, caller: Caller, sink: Sink
    ) -> Subscription:
        conversation_id = source.conversation[-1]
        return TypingSubscription(self._work, operation, source, caller, sink, self._typing[conversation_id])

    def _forget(self) -> None:
        """Drop the feeds that nobody follows any more."""
        for member_id, feeds in tuple(self._feeds.items()):
            self._feeds[member_id] = {key: feed for key, feed in feeds.items() if feed.attached}
            if not self._feeds[member_id]:
                del self._feeds[member_id]
        for conversation_id in [each for each, those in self._typing.items() if not those]:
            del self._typing[conversation_id]


def _check_length(operation: Operation) -> None:
    loc = operation.document.ast.loc
    found = len(loc.source.body) if loc else 0
    if found > MOST_CHARACTERS:
        message = f"A subscription may have {MOST_CHARACTERS} characters at most, not {found}."
        raise RequestError("SUBSCRIPTION_TOO_LONG", message, limit=MOST_CHARACTERS, found=found)
