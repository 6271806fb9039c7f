"""Counts the SQL statements that an operation sends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg

from models.database import Connection
from models.pool import Pool

# What nobody asked for: asyncpg's look-up of types for each connection, and the look at revocations.
ITS_OWN = ("typeinfo", "'jit'", "revoked_at IS NOT NULL AND access_until")


@asynccontextmanager
async def counted(pool: Pool) -> AsyncIterator[list[str]]:
    """Collect what all connections of the pool send within the block, for the operations in it."""
    sent: list[str] = []

    def log(record: asyncpg.connection.LoggedQuery) -> None:
        if not any(mark in record.query for mark in ITS_OWN):
            sent.append(record.query)

    async with _all(pool) as connections:
        for connection in connections:
            connection.add_query_logger(log)
    yield sent
    # asyncpg tells of a statement in the next turn of the event loop.
    await asyncio.sleep(0)
    async with _all(pool) as connections:
        for connection in connections:
            connection.remove_query_logger(log)


@asynccontextmanager
async def _all(pool: Pool) -> AsyncIterator[list[Connection]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(pool.acquire()) for _ in range(pool.get_max_size())]
