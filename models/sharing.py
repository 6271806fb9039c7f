"""Statements that several operations want at the same moment are sent as one.

A short statement takes the server longer to send than its rows take to read, and PostgreSQL longer to begin
than to run. So those who want the same one in a few turns of the event loop, or while they wait for a
connection, share a sending: the first of them leads, the others follow and get their rows from it. The
statement still runs once for each of them, with the values that they gave. While nothing else is read nobody
is waited for, unless many shared a moment ago: then the others are likely to be about to ask.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final, Generic

from executor.loops import running_loop
from models.database import RowT, Statement
from models.pool import Pool, PooledConnection

MOST: Final = 16
"""How many share a sending: each of them waits for the rows of all."""
MOST_KEYS: Final = 8
"""Of how many keys each may ask: to tell many rows apart takes longer than to send their statement."""
CROWD: Final = 4
"""How many make it likely that more will come; fewer answer faster if they don't wait for each other."""
CROWD_SECONDS: Final = 0.01
"""For how long."""


class NotShared(Exception):  # noqa: N818 - it says what to do
    """The sending failed or was given up, for whatever reason; each may try alone."""


class Sending(Generic[RowT]):
    """Who shares it, and who of them waits for the leader."""

    def __init__(self, statement: Statement[RowT], values: Mapping[str, Any]) -> None:
        self.statement = statement
        self.askers = [values]
        self._followers: list[asyncio.Future[list[RowT]]] = []

    def follow(self, values: Mapping[str, Any]) -> "asyncio.Future[list[RowT]]":
        """The rows of somebody else, which come with the leader's, or NotShared."""
        self.askers.append(values)
        follower: asyncio.Future[list[RowT]] = running_loop().create_future()
        self._followers.append(follower)
        return follower

    async def gather(self) -> None:
        """Wait for as long as each turn of the event loop brings followers."""
        known = 0
        while known < len(self.askers) < MOST:
            known = len(self.askers)
            await asyncio.sleep(0)

    async def rows(self, connection: PooledConnection) -> list[RowT]:
        """The leader's own rows, when the followers have theirs. Raises NotShared if it fails for several.

        It may fail by what only one of them asked for, or because it takes so long for all of them.
        """
        if not self._followers:
            return await self.statement.rows(connection, **self.askers[0])
        try:
            own, *others = await self.statement.rows_of_each(connection, self.askers)
        except Exception:
            raise NotShared from None
        for follower, found in zip(self._followers, others, strict=True):
            if not follower.done():
                follower.set_result(found)
        return own

    def give_up(self) -> None:
        """Let the followers who wait still try alone."""
        for follower in self._followers:
            if not follower.done():
                follower.set_exception(NotShared())


async def rows(
    pool: Pool, statement: Statement[RowT], values: Mapping[str, Any], seconds: float
) -> list[RowT]:
    """All rows of a statement; TimeoutError if no connection is free in so many seconds.

    Who tries again alone waits anew.
    """
    if (pool.is_busy or _is_crowded(pool)) and _may_share(statement, values):
        key = statement.key(values)
        sending: Sending[RowT] | None = pool.gathering.get(key)
        try:
            if sending is None:
                return await _led(pool, key, Sending(statement, values), seconds)
            follower = sending.follow(values)
            if len(sending.askers) == MOST:
                del pool.gathering[key]
            return await follower
        except NotShared:
            pass
    connection = pool.take_free() or await pool.take(seconds)
    try:
        return await statement.rows(connection, **values)
    finally:
        pool.give_back(connection)


def _is_crowded(pool: Pool) -> bool:
    return running_loop().time() < pool.crowded_at + CROWD_SECONDS


def _may_share(statement: Statement[Any], values: Mapping[str, Any]) -> bool:
    for name in statement.differing_lists:
        if len(values[name]) > MOST_KEYS:
            return False
    return bool(statement.differing)


async def _led(pool: Pool, key: tuple[Any, ...], sending: Sending[RowT], seconds: float) -> list[RowT]:
    """Gather followers until no more come and there is a connection, and read for all."""
    pool.gathering[key] = sending
    try:
        try:
            await sending.gather()
            connection = pool.take_free() or await pool.take(seconds)
        finally:
            # Whoever comes from now on is too late for this one.
            if pool.gathering.get(key) is sending:
                del pool.gathering[key]
        try:
            return await sending.rows(connection)
        finally:
            pool.give_back(connection)
            if len(sending.askers) >= CROWD:
                pool.crowded_at = running_loop().time()
    finally:
        sending.give_up()
