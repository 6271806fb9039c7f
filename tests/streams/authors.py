"""Transactions of unequal length that write into one member's log at once."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from loaders import events
from loaders.context import Context
from resolvers.inboxes import lock, tell
from rules import ids
from rules.events import Event, EventKind, Position
from tests.world import World

AT_ONCE = 8
MOST_TOGETHER = 3
SHARE_IN_VAIN = 0.1
SHORT, LONG = 0.002, 0.02
TYPES = {
    EventKind.SETTINGS_CHANGED: "SettingsChanged",
    EventKind.NOTIFICATIONS_READ: "NotificationsRead",
}


class InVain(Exception):  # noqa: N818 - it is no error of anybody's
    """Rolls a transaction back."""


@dataclass(frozen=True)
class Written:
    """An event's type, and when it was surely committed."""

    type: str
    at: float


class Authors:
    """Eight who write into the log of a member; `written` are the events by their cursors."""

    def __init__(self, world: World, member_id: int) -> None:
        self.member_id = member_id
        self.written: dict[str, Written] = {}
        self._world = world

    async def write(self, is_enough: Callable[[], bool], may_go_on: Callable[[], bool]) -> None:
        """Write until it is enough, whenever that may go on."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work(is_enough, may_go_on))

    async def _work(self, is_enough: Callable[[], bool], may_go_on: Callable[[], bool]) -> None:
        while not is_enough():
            if may_go_on():
                await self._write(random.choices(list(TYPES), k=random.randint(1, MOST_TOGETHER)))
            await asyncio.sleep(random.uniform(0, SHORT))

    async def _write(self, kinds: list[EventKind]) -> None:
        if random.random() < SHARE_IN_VAIN:
            with suppress(InVain):
                await self._transact(kinds, in_vain=True)
        head = await self._transact(kinds)
        at = time.monotonic()
        for number, kind in enumerate(kinds, start=head.sequence - len(kinds) + 1):
            self.written[Position(head.epoch, number).text] = Written(TYPES[kind], at)

    async def _transact(self, kinds: list[EventKind], *, in_vain: bool = False) -> Position:
        """Where the log ends behind these events."""
        ctx = self._world.context(self.member_id)
        async with ctx.transaction():
            await _dawdle()
            await lock(ctx, self.member_id)
            await tell(ctx, [Event(self.member_id, kind, self._subject(kind)) for kind in kinds])
            head = await self._head(ctx)
            await _dawdle()
            if in_vain:
                raise InVain
        return head

    async def _head(self, ctx: Context) -> Position:
        return (await events.heads(ctx, [self.member_id]))[self.member_id]

    def _subject(self, kind: EventKind) -> str:
        """Both kinds are always visible."""
        return ids.encode("VS", self.member_id) if kind is EventKind.SETTINGS_CHANGED else ""


async def _dawdle() -> None:
    """Most of them a little, some of them long."""
    await asyncio.sleep(random.choice([0, SHORT, SHORT, SHORT, LONG]))
