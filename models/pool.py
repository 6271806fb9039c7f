"""The pool of connections: a free one is taken and given back without a round trip, a task or a lock.

asyncpg's own pool resets a connection each time that it is given back, which takes a task and several times
what a short statement does. Here it only opens connections and closes them; those that are open are lent from
a list. A connection that can't simply be used again goes back to asyncpg's pool, which mends or replaces it.
"""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Final, TypeAlias

import asyncpg
import orjson
from asyncpg.exceptions import InvalidCachedStatementError, OutdatedSchemaCacheError

from executor.deadlines import Deadlines
from executor.loops import running_loop

Proxy: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

GIVING_BACK_SECONDS: Final = 10
"""How long a connection may take to recover from a statement that was cancelled."""
STATEMENTS_KEPT: Final = 1_000

# A statement is planned once for each connection: planning the widest anew took four times as long as running
# it. So each must have one plan that suits all values, as reads by key and short pages along an index do.
# No operation is so large that compiling its statements would pay.
SESSION_SETTINGS: Final = {"plan_cache_mode": "force_generic_plan", "jit": "off"}


class PooledConnection(asyncpg.Connection):
    """A connection that is used again as it is left.

    asyncpg would send a statement after each use to undo what was set. Nothing here sets anything for longer
    than its transaction, and an open transaction is rolled back all the same.
    """

    # asyncpg's own, which its stubs leave out.
    _config: Any
    _protocol: Any
    _query_loggers: Any
    _stmt_cache: Any

    def get_reset_query(self) -> str:
        """Nothing to undo."""
        return ""

    async def rows(self, text: str, arguments: list[Any], row: type[asyncpg.Record]) -> list[Any]:
        """All rows of a statement: `fetch`, but straight from the prepared statement where there is one."""
        prepared = self._stmt_cache.get((text, row, False))
        if prepared is None or self._query_loggers:
            return await self.fetch(text, *arguments, record_class=row)
        seconds = self._config.command_timeout
        try:
            found: list[Any] = await self._protocol.bind_execute(prepared, arguments, "", 0, False, seconds)
        except (InvalidCachedStatementError, OutdatedSchemaCacheError):
            # A table was changed since; `fetch` prepares the statement anew, where that is possible.
            if self.is_in_transaction():
                raise
            return await self.fetch(text, *arguments, record_class=row)
        return found

    @property
    def is_reusable(self) -> bool:
        """Whether nothing is left of its last use."""
        return not (self.is_closed() or self.is_in_transaction() or self._protocol._is_cancelling())  # noqa: SLF001


class Lease:
    """A connection, for the time of a block."""

    __slots__ = ("_connection", "_pool", "_timeout")

    def __init__(self, pool: "Pool", timeout: float | None) -> None:
        self._pool = pool
        self._timeout = timeout

    async def __aenter__(self) -> PooledConnection:
        self._connection = self._pool.take_free() or await self._pool.take(self._timeout)
        return self._connection

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._pool.give_back(self._connection)


class Pool:
    """Lends the connections of asyncpg's pool, each to one at a time, and first to who has waited longest."""

    def __init__(self, source: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._source = source
        self._proxies: dict[PooledConnection, Proxy] = {}
        self._free: list[PooledConnection] = []
        self._waiting: deque[asyncio.Future[PooledConnection | None]] = deque()
        self._room = source.get_max_size()
        self._returning: set[asyncio.Task[None]] = set()
        self._deadlines = Deadlines()
        self._is_closing = False
        self.gathering: dict[Hashable, Any] = {}
        """Who waits to share a sending, see `models.sharing`."""
        self.crowded_at = -math.inf
        """When many last shared one, in the event loop's seconds."""

    @property
    def is_busy(self) -> bool:
        """Whether any connection is lent."""
        return len(self._proxies) > len(self._free)

    def acquire(self, *, timeout: float | None = None) -> Lease:
        """A connection for a block; TimeoutError if none is free in so many seconds."""
        return Lease(self, timeout)

    async def execute(self, text: str) -> str:
        """Run statements without parameters."""
        async with self.acquire() as connection:
            return await connection.execute(text)

    async def fetchval(self, text: str) -> Any:
        """The first value of a statement without parameters."""
        async with self.acquire() as connection:
            return await connection.fetchval(text)

    def get_max_size(self) -> int:
        """How many connections there may be."""
        return self._source.get_max_size()

    def take_free(self) -> PooledConnection | None:
        """A connection that is free, if there is one."""
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                return connection
            self._return(connection)
        return None

    async def take(self, timeout: float | None) -> PooledConnection:  # noqa: ASYNC109
        """A connection, new or waited for."""
        with self._deadlines.within(math.inf if timeout is None else timeout):
            while not self._is_closing:
                if connection := self.take_free():
                    return connection
                if self._room:
                    return await self._connected()
                if connection := await self._lent():
                    return connection
            raise asyncpg.InterfaceError("the pool is closing")

    def give_back(self, connection: PooledConnection) -> None:
        """Let others have the connection."""
        if self._is_closing or not connection.is_reusable:
            self._return(connection)
        elif not self._pass_on(connection):
            self._free.append(connection)

    async def close(self) -> None:
        """Close all connections, when they are given back."""
        self._is_closing = True
        for connection in self._free:
            self._return(connection)
        self._free.clear()
        await self._source.close()

    async def _connected(self) -> PooledConnection:
        self._room -= 1
        try:
            proxy: Any = await self._source.acquire()
        except BaseException:
            self._room += 1
            self._pass_on(None)
            raise
        connection: PooledConnection = proxy._con  # noqa: SLF001 - the proxy costs more than it protects from
        self._proxies[connection] = proxy
        return connection

    async def _lent(self) -> PooledConnection | None:
        """Wait for a connection, or None if there may be room for a new one."""
        waiting = running_loop().create_future()
        self._waiting.append(waiting)
        try:
            found: PooledConnection | None = await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                given = waiting.result()
                self.give_back(given) if given else self._pass_on(None)
            raise
        return found

    def _pass_on(self, connection: PooledConnection | None) -> bool:
        """Give a connection, or the room for one, to who waits for it."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(connection)
                return True
        return False

    def _return(self, connection: PooledConnection) -> None:
        """Give a connection back to asyncpg, which takes a while."""
        task = asyncio.create_task(self._returned(self._proxies.pop(connection)))
        self._returning.add(task)
        task.add_done_callback(self._returning.discard)

    async def _returned(self, proxy: Proxy) -> None:
        try:
            await self._source.release(proxy, timeout=GIVING_BACK_SECONDS)
        finally:
            self._room += 1
            self._pass_on(None)


async def prepare_connection(connection: "asyncpg.Connection[asyncpg.Record] | Proxy") -> None:
    """Give a new connection the codecs that the statements count on."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + orjson.dumps(value),
        decoder=lambda data: orjson.loads(data[1:]),
    )


@asynccontextmanager
async def open_pool(
    url: str,
    size: int,
    statement_seconds: float | None = None,
    connection_class: type[PooledConnection] = PooledConnection,
) -> AsyncIterator[Pool]:
    """The pool of at most `size` connections, closed at the end; no statement runs longer than is said."""
    source = asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        init=prepare_connection,
        connection_class=connection_class,
        server_settings=SESSION_SETTINGS,
        statement_cache_size=STATEMENTS_KEPT,
        max_cached_statement_lifetime=0,
        max_cacheable_statement_size=0,
        command_timeout=statement_seconds,
    )
    async with source:
        pool = Pool(source)
        try:
            yield pool
        finally:
            await pool.close()
