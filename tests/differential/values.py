"""Objects whose fields' values follow from a key alone, so that all executors see the same in any order."""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping, Sequence
from random import Random
from typing import Any
from zlib import crc32

from graphql import GraphQLError

Thunk = Callable[[], Any]


def key_of(*parts: object) -> int:
    """A number that follows from the parts, in any process."""
    return crc32("/".join(map(str, parts)).encode())


class Keyed:
    """Something of a kind and with a key, which show in messages where addresses would."""

    kind: str
    key: int

    def __repr__(self) -> str:
        return f"<{self.kind} {self.key}>"


class Row(Keyed):
    """An object of a generated type: its attributes are the values of its fields."""

    def __init__(self, kind: str, key: int, fields: Mapping[str, Thunk]) -> None:
        self.kind = kind
        self.key = key
        self._fields = fields

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._fields:
            raise AttributeError(name)
        return self._fields[name]()


class Record(Keyed, Mapping[str, Any]):
    """The same as a mapping that makes its values when it is asked for them."""

    def __init__(self, kind: str, key: int, fields: Mapping[str, Thunk]) -> None:
        self.kind = kind
        self.key = key
        self._fields = fields

    def __getitem__(self, name: str) -> Any:
        return self._fields[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


class Dictionary(Keyed, dict[str, Any]):
    """The same as a dictionary of functions, which resolve the fields."""

    def __init__(self, kind: str, key: int, fields: Mapping[str, Thunk]) -> None:
        super().__init__({name: _ignoring(thunk) for name, thunk in fields.items()})
        self.kind = kind
        self.key = key


FORMS = (Row, Row, Record, Dictionary)


def _ignoring(thunk: Thunk) -> Callable[..., Any]:
    return lambda info, **arguments: thunk()


class Stranger(Keyed):
    """An object of no type at all."""

    kind, key = "Stranger", 0


class Refusal(GraphQLError):  # noqa: N818 - a rule of a domain refuses something
    """An error with a class of its own."""


def failure(random: Random, at: str) -> Exception:
    """An error as resolvers raise them."""
    message = f"failed at {at}"
    choices: Sequence[Callable[[], Exception]] = (
        lambda: GraphQLError(message),
        lambda: GraphQLError(message, extensions={"code": "ODD", "at": at}),
        lambda: Refusal(message, extensions={"refused": True}),
        lambda: ValueError(message),
        lambda: KeyError(message),
        RuntimeError,
    )
    return random.choice(choices)()


class Promised:
    """An awaitable that is no coroutine."""

    def __init__(self, thunk: Thunk) -> None:
        self.thunk = thunk

    def __await__(self) -> Generator[Any, None, Any]:
        yield from asyncio.sleep(0).__await__()
        return self.thunk()


async def _later(thunk: Thunk, sleeps: int) -> Any:
    for _ in range(sleeps):
        await asyncio.sleep(0)
    return thunk()


def delivered(how: str, thunk: Thunk) -> Any:
    """What `thunk` returns or raises: at once, or through an awaitable."""
    if how == "at once":
        return thunk()
    return Promised(thunk) if how == "promised" else _later(thunk, SLEEPS[how])


SLEEPS = {"awaited": 0, "slow": 1, "slower": 3}
DELIVERIES = ("at once", "at once", "at once", "awaited", "slow", "slower", "promised")


def contained(how: str, items: list[Any]) -> Any:
    """Items as something that can be iterated over."""
    if how == "async generator":
        return _async_generator(items)
    makers: Mapping[str, Callable[[list[Any]], Any]] = {
        "tuple": tuple,
        "generator": _generator,
        "iterator": iter,
    }
    return makers[how](items) if how in makers else items


CONTAINERS = ("list", "list", "list", "tuple", "generator", "iterator", "async generator")


def _generator(items: list[Any]) -> Iterator[Any]:
    yield from items


async def _async_generator(items: list[Any]) -> AsyncIterator[Any]:
    for item in items:
        await asyncio.sleep(0)
        yield item


def broken(how: str, items: list[Any], error: Exception) -> Any:
    """Items after which the iteration fails."""
    return (
        _broken_async_generator(items, error) if how == "async generator" else _broken_generator(items, error)
    )


def _broken_generator(items: list[Any], error: Exception) -> Iterator[Any]:
    yield from items
    raise error


async def _broken_async_generator(items: list[Any], error: Exception) -> AsyncIterator[Any]:
    for item in items:
        yield item
    raise error
