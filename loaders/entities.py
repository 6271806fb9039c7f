"""Reads each entity of a kind once an operation.

What is asked for in one turn of the event loop is read together, whoever asks. One future stands for a whole
batch: a future for each key, as dataloaders have it, took longer than the rows that it was for. An operation
that is cancelled takes its statement with it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class Entities(Generic[KeyT, ValueT]):
    """The entities of one kind; `read` gives one value for each key, in order."""

    def __init__(self, read: Callable[[Sequence[KeyT]], Awaitable[Sequence[ValueT]]]) -> None:
        self._read = read
        self._known: dict[KeyT, ValueT] = {}
        self._found: list[Iterable[tuple[KeyT, ValueT]]] = []
        self._reading: dict[KeyT, asyncio.Task[None]] = {}
        self._next: dict[KeyT, None] = {}

    async def load(self, key: KeyT) -> ValueT:
        """The entity with this key."""
        [value] = await self.load_many([key])
        return value

    async def load_many(self, keys: Iterable[KeyT]) -> list[ValueT]:
        """The entities in the order of their keys. Raises what reading them raised."""
        wanted = list(keys)
        known = self._look() if self._found else self._known
        missing = [key for key in wanted if key not in known]
        if missing:
            for task in {self._task(key) for key in missing}:
                await task
        return [known[key] for key in wanted]

    def know(self, values: Iterable[tuple[KeyT, ValueT]]) -> None:
        """Take entities that were read on the way, when the first of them is asked for."""
        self._found.append(values)

    def _look(self) -> dict[KeyT, ValueT]:
        for values in self._found:
            self._known.update(values)
        self._found.clear()
        return self._known

    def _task(self, key: KeyT) -> asyncio.Task[None]:
        """What reads the key: a batch that is under way, or the next one."""
        if key not in self._reading:
            if not self._next:
                self._batch = asyncio.create_task(self._read_next())
            self._next[key] = None
            self._reading[key] = self._batch
        return self._reading[key]

    async def _read_next(self) -> None:
        keys, self._next = list(self._next), {}
        try:
            self._known.update(zip(keys, await self._read(keys), strict=True))
        finally:
            for key in keys:
                del self._reading[key]
