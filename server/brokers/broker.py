"""Takes wake-ups to all processes, over a wire that is built anew whenever it breaks."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import Protocol

from rules.events import TypingSignal
from server.brokers.payloads import WakeUp, read, written

SIGN_OF_LIFE_SECONDS = 10.0
SILENCE_SECONDS = 25.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 2.0
MOST_PENDING = 100_000

logger = logging.getLogger("rapport.wake-ups")


class Listener(Protocol):
    """Feeds the streams of this process. Called in the event loop; returns at once."""

    def woken(self, member_ids: Collection[int]) -> None:
        """There is more in the logs of these members."""

    def typing(self, signal: TypingSignal) -> None:
        """A member types."""

    def missed(self) -> None:
        """Wake-ups may have been lost: there may be more in any log."""


class Wire(Protocol):
    """A connection to all processes."""

    async def send(self, payloads: Sequence[str]) -> None:
        """Send them to all processes that listen, this one included. Raises once the wire is broken."""


class Connect(Protocol):
    """Builds a wire. It calls `received` with each payload, and `broken` as soon as it notices that it is."""

    def __call__(
        self, received: Callable[[str], None] | None, broken: Callable[[], None]
    ) -> AbstractAsyncContextManager[Wire]:
        """`received` is None for a process that only sends."""


class Broker:
    """Tells its own process at once, and the others together what was woken while the wire was busy."""

    def __init__(self, connect: Connect, listener: Listener | None) -> None:
        self.has_tried = asyncio.Event()
        self._connect = connect
        self._listener = listener
        self._name = secrets.token_hex(4)
        self._members: set[int] = set()
        self._signals: list[TypingSignal] = []
        self._stir = asyncio.Event()
        self._pause = FIRST_PAUSE_SECONDS
        self._is_lost = False
        self._stood_at: float | None = None
        self._heard_at = 0.0

    def wake(self, member_ids: Collection[int]) -> None:
        """Wake whoever streams the logs of these members. Neither waits nor raises."""
        if not member_ids:
            return
        self._deliver(WakeUp(self._name, frozenset(member_ids)))
        if len(self._members) < MOST_PENDING:
            self._members.update(member_ids)
        self._stir.set()

    def signal_typing(self, signal: TypingSignal) -> None:
        """Tell whoever streams the conversation. Neither waits nor raises."""
        self._deliver(WakeUp(self._name, signals=(signal,)))
        # Without a wire nobody needs them later.
        if self._stood_at is not None and len(self._signals) < MOST_PENDING:
            self._signals.append(signal)
            self._stir.set()

    async def run(self) -> None:
        """Keep a wire and send over it, until cancelled."""
        received = self._received if self._listener else None
        while True:
            try:
                async with self._connect(received, self._stir.set) as wire:
                    await self._carry(wire)
            except Exception as error:
                self._lost(error)
            self.has_tried.set()
            await asyncio.sleep(self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)

    async def _carry(self, wire: Wire) -> None:
        """Send what is pending, or a sign of life, until the wire breaks."""
        while True:
            await self._send(wire)
            self._stands()
            await self._stirred()
            if self._listener and time.monotonic() - self._heard_at > SILENCE_SECONDS:
                raise ConnectionError("what is sent does not come back")

    async def _send(self, wire: Wire) -> None:
        members, signals = self._members, self._signals
        self._members, self._signals = set(), []
        try:
            await wire.send(written(self._name, members, signals))
        except Exception:
            self._members |= members
            raise

    def _stands(self) -> None:
        if self._stood_at is None:
            self._stood_at = self._heard_at = time.monotonic()
            self.has_tried.set()
        if self._is_lost:
            self._is_lost = False
            logger.warning("Wake-ups are back")
            if self._listener:
                self._tell(self._listener.missed)

    async def _stirred(self) -> None:
        """Wait until there is something to send or to notice, or long enough for a sign of life."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SIGN_OF_LIFE_SECONDS):
                await self._stir.wait()
        self._stir.clear()

    def _lost(self, error: Exception) -> None:
        """A wire that breaks again soon is not built again so soon, and one that never stood said so once."""
        if not self._is_lost:
            logger.warning("Wake-ups are lost, streams poll until they are back: %r", error)
        if self._stood_at is not None and time.monotonic() - self._stood_at > LONGEST_PAUSE_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        self._is_lost, self._stood_at = True, None

    def _received(self, payload: str) -> None:
        try:
            wake_up = read(payload)
        except (ValueError, KeyError, TypeError):
            logger.warning("A wake-up can't be read: %.200r", payload)
            return
        if wake_up.sender == self._name:
            self._heard_at = time.monotonic()
        else:
            self._deliver(wake_up)

    def _deliver(self, wake_up: WakeUp) -> None:
        if self._listener is None:
            return
        if wake_up.member_ids:
            self._tell(self._listener.woken, wake_up.member_ids)
        for signal in wake_up.signals:
            self._tell(self._listener.typing, signal)

    def _tell(self, hear: Callable[..., None], *heard: object) -> None:
        """What goes wrong with a listener is no concern of whoever woke it."""
        try:
            hear(*heard)
        except Exception:
            logger.exception("A wake-up was not heard")
