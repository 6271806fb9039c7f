"""Wake-ups by LISTEN and NOTIFY, over one connection of their own.

They are sent after the transaction that causes them: a NOTIFY inside would make all commits queue behind one
lock of the whole server.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import asyncpg

CHANNEL = "rapport_wake_ups"
NOTIFY = "SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload"
NAME = "SELECT format('%s:%s', system_identifier, current_database()) FROM pg_control_system()"
SECONDS = 5

# Nothing is lost with an unflushed NOTIFY, and that lock is not held while the disk is waited for.
SESSION_SETTINGS = {"application_name": "rapport wake-ups", "synchronous_commit": "off"}


class PostgresWire:
    """NOTIFY on one channel, which all processes of a database share."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._connection = connection

    async def send(self, payloads: Sequence[str]) -> None:
        """Send them in one statement. Raises what asyncpg raises."""
        await self._connection.execute(NOTIFY, CHANNEL, payloads)


@asynccontextmanager
async def connected(
    url: str, received: Callable[[str], None] | None, broken: Callable[[], None]
) -> AsyncIterator[PostgresWire]:
    """A wire over a new connection to the database."""
    connection = await asyncpg.connect(
        url, timeout=SECONDS, command_timeout=SECONDS, server_settings=SESSION_SETTINGS
    )
    try:
        connection.add_termination_listener(lambda _: broken())
        if received:
            await connection.add_listener(CHANNEL, lambda *heard: received(str(heard[-1])))
        yield PostgresWire(connection)
    finally:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.close(timeout=1)


async def unique_name(url: str) -> str:
    """A name that no other database has, whatever server it is on."""
    connection = await asyncpg.connect(url, timeout=SECONDS)
    try:
        return str(await connection.fetchval(NAME))
    finally:
        await connection.close()
