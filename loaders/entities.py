"""Reads each entity of a kind once an operation.

What is asked for in one turn of the event loop is read together, whoever asks: the first one reads for all,
and the others wait for a future that stands for the whole batch. A future for each key and a task for each
batch, as dataloaders have them, took longer than the rows that they were for. Where nothing else of the
operation runs, nobody is waited for. An operation that is cancelled takes its statement with it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, Generic, Protocol, TypeVar
from weakref import ref

from executor.loops import running_loop

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class Operation(Protocol):
    """What is asked of an operation's context."""

    is_alone: bool
    """Whether what asks now is all of the operation that runs."""


class Entities(Generic[KeyT, ValueT]):
    """The entities of one kind; `read` gives one value for each key, in order."""

    def __init__(
        self, ctx: Operation, read: Callable[[Any, Sequence[KeyT]], Awaitable[Sequence[ValueT]]]
    ) -> None:
        # The context holds its loaders. If they held it too, only the garbage collector could free the rows.
        self._ctx = ref(ctx)
        self._read = read
        self._known: dict[KeyT, ValueT] = {}
        self._found: list[Iterable[tuple[KeyT, ValueT]]] = []
        self._reading: dict[KeyT, asyncio.Future[None]] = {}
        self._next: dict[KeyT, None] = {}
        self._batch: asyncio.Future[None] | None = None
        """What reads the next keys; None where nobody has asked for one yet."""

    def load(self, key: KeyT) -> Coroutine[Any, Any, ValueT]:
        """The entity with this key."""
        return self._one(self._held(), key)

    def load_many(self, keys: Iterable[KeyT]) -> Coroutine[Any, Any, list[ValueT]]:
        """The entities in the order of their keys. Raises what reading them raised."""
        return self._many(self._held(), keys)

    def _held(self) -> Operation:
        """The context, which must live until what is asked for is there."""
        ctx = self._ctx()
        assert ctx is not None, "the operation is over"
        return ctx

    async def _one(self, ctx: Operation, key: KeyT) -> ValueT:
        known = self._look() if self._found else self._known
        if key in known:
            return known[key]
        if ctx.is_alone:
            [known[key]] = await self._read(ctx, [key])
        else:
            await self._load(ctx, [key])
        return known[key]

    async def _many(self, ctx: Operation, keys: Iterable[KeyT]) -> list[ValueT]:
        wanted = list(keys)
        known = self._look() if self._found else self._known
        missing = [key for key in wanted if key not in known]
        if missing and ctx.is_alone:
            new = list(dict.fromkeys(missing))
            known.update(zip(new, await self._read(ctx, new), strict=True))
        elif missing:
            await self._load(ctx, missing)
        return [known[key] for key in wanted]

    async def _load(self, ctx: Operation, missing: list[KeyT]) -> None:
        """Have all of these keys read, those that nobody reads yet by the next batch."""
        waiting = dict.fromkeys(self._reading[key] for key in missing if key in self._reading)
        new = [key for key in missing if key not in self._reading]
        if new and self._batch is not None:
            self._next.update(dict.fromkeys(new))
            waiting[self._batch] = None
        elif new:
            await self._read_with_others(ctx, new)
        for batch in waiting:
            await asyncio.shield(batch)

    async def _read_with_others(self, ctx: Operation, keys: list[KeyT]) -> None:
        """Read the keys, together with those that others ask for in this turn of the event loop."""
        batch = self._batch = running_loop().create_future()
        wanted = self._next = dict.fromkeys(keys)
        try:
            await asyncio.sleep(0)
            self._batch = None
            self._reading.update(dict.fromkeys(wanted, batch))
            self._known.update(zip(wanted, await self._read(ctx, list(wanted)), strict=True))
            batch.set_result(None)
        except Exception as error:
            batch.set_exception(error)
            # Nobody else needs to have waited for it.
            batch.exception()
            raise
        finally:
            self._batch = None if self._batch is batch else self._batch
            batch.cancel()
            for key in wanted:
                self._reading.pop(key, None)

    def know(self, values: Iterable[tuple[KeyT, ValueT]]) -> None:
        """Take entities that were read on the way, when the first of them is asked for."""
        self._found.append(values)

    def _look(self) -> dict[KeyT, ValueT]:
        for values in self._found:
            self._known.update(values)
        self._found.clear()
        return self._known
