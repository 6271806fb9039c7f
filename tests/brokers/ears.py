"""Listeners that remember what they heard, and brokers that tell them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager

from rules.events import TypingSignal
from server import brokers
from server.brokers import Broker
from server.settings import Settings

SECONDS = 10


class Ear:
    """Remembers what it heard, in that order."""

    def __init__(self) -> None:
        self.wake_ups: list[Collection[int]] = []
        self.signals: list[TypingSignal] = []
        self.times_missed = 0

    @property
    def members(self) -> list[int]:
        """All who were woken, as often as they were."""
        return sorted(member_id for woken in self.wake_ups for member_id in woken)

    def woken(self, member_ids: Collection[int]) -> None:
        self.wake_ups.append(member_ids)

    def typing(self, signal: TypingSignal) -> None:
        self.signals.append(signal)

    def missed(self) -> None:
        self.times_missed += 1


@asynccontextmanager
async def process(settings: Settings) -> AsyncIterator[tuple[Broker, Ear]]:
    """A broker as a process has it, and what hears it there."""
    ear = Ear()
    async with brokers.running(settings, ear) as broker:
        yield broker, ear


async def until(is_so: Callable[[], bool]) -> None:
    """Return when it is so."""
    async with asyncio.timeout(SECONDS):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def wake_until_heard(broker: Broker, ear: Ear, member_id: int) -> None:
    """Wake the member again and again, as one may who knows that wake-ups can be lost."""
    async with asyncio.timeout(SECONDS):
        while member_id not in ear.members:
            broker.wake([member_id])
            await asyncio.sleep(0.05)
