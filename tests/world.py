"""A small network for tests: members and links made directly, and clients that ask as somebody."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from auth.identity import Viewer
from loaders.context import Context, Deployment
from models.database import Connection

INSERT_MEMBER = """
WITH made AS (
    INSERT INTO members (handle, given_name, family_name, headline) VALUES ($1, $2, $3, $4) RETURNING id
), named AS (
    INSERT INTO handles (handle, member_id) SELECT $1, id FROM made
)
SELECT id FROM made
"""
INSERT_LINK = "INSERT INTO connections (member_id, other_id) VALUES ($1, $2), ($2, $1)"
COUNT_LINK = "UPDATE members SET connection_count = connection_count + 1 WHERE id = ANY($1::int[])"
ADD_NEIGHBOUR = """
INSERT INTO adjacency (member_id, ids) VALUES ($1, ARRAY[$2::int])
ON CONFLICT (member_id) DO UPDATE SET ids = (
    SELECT array_agg(id ORDER BY id) FROM unnest(adjacency.ids || excluded.ids) AS id
)
"""


class World:
    """Builds rows and contexts over one empty, migrated database."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection of the pool."""
        async with self.deployment.pool.acquire() as connection:
            yield connection

    async def execute(self, text: str, *arguments: object) -> None:
        """Run one statement."""
        async with self.connection() as connection:
            await connection.execute(text, *arguments)

    async def value(self, text: str, *arguments: object) -> Any:
        """The first value of the first row."""
        async with self.connection() as connection:
            return await connection.fetchval(text, *arguments)

    async def member(self, handle: str, columns: Mapping[str, object] | None = None) -> int:
        """A member called after the handle; `columns` are further columns of the row."""
        given, family = handle.title(), "Tester"
        member_id: int = await self.value(INSERT_MEMBER, handle, given, family, f"Headline of {given}")
        for name, value in (columns or {}).items():
            await self.execute(f"UPDATE members SET {name} = $2 WHERE id = $1", member_id, value)
        return member_id

    async def connect(self, one: int, other: int) -> None:
        """A connection between two members, in all its places."""
        await self.execute(INSERT_LINK, one, other)
        await self.execute(COUNT_LINK, [one, other])
        await self.execute(ADD_NEIGHBOUR, one, other)
        await self.execute(ADD_NEIGHBOUR, other, one)

    def context(self, member_id: int | None, scopes: frozenset[str] | None = None) -> Context:
        """The context of one operation by this member, or by nobody."""
        viewer = None if member_id is None else Viewer(member_id, session_id=1, scopes=scopes)
        return Context(self.deployment, viewer)
