"""Rapport's tables as classes of SQLAlchemy's ORM, and a DataLoader of Strawberry for each relation."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Integer, Select, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, aliased, mapped_column
from strawberry.dataloader import DataLoader

Sessions = async_sessionmaker[AsyncSession]
PageKey = tuple[int, int]
"""A member and the size of the page."""


class Table(DeclarativeBase):
    """What the tables' classes have in common."""


class MemberRow(Table):
    """A member."""

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str]
    given_name: Mapped[str]
    family_name: Mapped[str]
    headline: Mapped[str | None]
    follower_count: Mapped[int]


class ConnectionRow(Table):
    """A connection, seen from one end."""

    __tablename__ = "connections"

    member_id: Mapped[int] = mapped_column(primary_key=True)
    other_id: Mapped[int] = mapped_column(primary_key=True)
    connected_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class RequestRow(Table):
    """A request to connect."""

    __tablename__ = "connection_requests"

    sender_id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    ignored: Mapped[bool]
    note: Mapped[str | None]
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Loaders:
    """The loaders of one request."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self.members: DataLoader[int, MemberRow] = DataLoader(self._members)
        self.connections: DataLoader[PageKey, list[ConnectionRow]] = DataLoader(self._connections)
        self.requests: DataLoader[PageKey, list[RequestRow]] = DataLoader(self._requests)

    async def _members(self, ids: list[int]) -> list[Any]:
        async with self._sessions() as session:
            found = await session.scalars(select(MemberRow).where(MemberRow.id.in_(ids)))
            rows = {row.id: row for row in found}
        return [rows.get(id) for id in ids]

    async def _connections(self, keys: list[PageKey]) -> list[list[ConnectionRow]]:
        newest_first = select(ConnectionRow).order_by(
            ConnectionRow.connected_at.desc(), ConnectionRow.other_id
        )
        return await self._pages(keys, ConnectionRow, ConnectionRow.member_id, newest_first)

    async def _requests(self, keys: list[PageKey]) -> list[list[RequestRow]]:
        pending = select(RequestRow).where(RequestRow.state == "PENDING", RequestRow.ignored.is_(False))
        newest_first = pending.order_by(RequestRow.sent_at.desc(), RequestRow.id)
        return await self._pages(keys, RequestRow, RequestRow.recipient_id, newest_first)

    async def _pages(
        self,
        keys: Sequence[PageKey],
        row: type[Any],
        owner: InstrumentedAttribute[int],
        rows: Select[Any],
    ) -> list[list[Any]]:
        """The first rows of each owner, in one statement for each size of page."""
        pages: dict[PageKey, list[Any]] = defaultdict(list)
        async with self._sessions() as session:
            for size in {size for _, size in keys}:
                ids = [id for id, each in keys if each == size]
                for found in await session.scalars(_first(size, ids, row, owner, rows)):
                    pages[getattr(found, owner.key), size].append(found)
        return [pages[key] for key in keys]


def _first(
    size: int, ids: Sequence[int], row: type[Any], owner: ColumnElement[int] | Any, rows: Select[Any]
) -> Select[Any]:
    """Top n for each owner: a lateral join, for which PostgreSQL reads the index no further than needed."""
    owners = func.unnest(literal(ids, ARRAY(Integer))).table_valued("id").render_derived("owners")
    top = rows.where(owner == owners.c.id).limit(size).lateral("top")
    return select(aliased(row, top)).select_from(owners.join(top, true()))
