"""Connections to PostgreSQL with next to nothing around them."""

from os import environ
from typing import Any, TypeAlias

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
# As many as the load has: a request never waits for one.
SIZE = 16
# As Rapport has it: a statement is planned once for each connection, and none is compiled.
SETTINGS = {"plan_cache_mode": "force_generic_plan", "jit": "off"}


class Prepared:
    """A connection and its prepared statements, which are run by what lies below asyncpg's own methods."""

    def __init__(self, connection: Any) -> None:
        self.connection: Connection = connection
        self._protocol = connection._protocol  # noqa: SLF001 - the methods above cost more
        self._statements: dict[str, Any] = {}

    async def rows(self, text: str, arguments: list[Any]) -> list[Any]:
        """All rows of a statement that is prepared the first time."""
        if text not in self._statements:
            self._statements[text] = await self.connection.prepare(text)
        state = self._statements[text]._state  # noqa: SLF001
        found: list[Any] = await self._protocol.bind_execute(state, arguments, "", 0, False, None)
        return found


class Connections:
    """The idle ones; take one with `pop` and bring it back with `append`."""

    def __init__(self) -> None:
        self.idle: list[Prepared] = []

    async def open(self) -> None:
        """Connect to `DATABASE_URL`. JSON is read as the bytes that arrive."""
        for _ in range(SIZE):
            connection = await asyncpg.connect(environ["DATABASE_URL"], server_settings=SETTINGS)
            await connection.set_type_codec(
                "json", schema="pg_catalog", format="binary", encoder=bytes, decoder=bytes
            )
            self.idle.append(Prepared(connection))

    async def close(self) -> None:
        """Disconnect those that are idle."""
        for each in self.idle:
            await each.connection.close()
