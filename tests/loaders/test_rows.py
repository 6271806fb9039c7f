"""Rows are read by the places of their columns, which must be those that PostgreSQL gives them."""

import gc
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import literal_column, select

from models import database
from models.database import Row, Statement
from schema.root import schema
from tests.world import World

assert schema, "everything that has statements is imported"


class Named(Row):
    """Two columns, of which one is called as a method of rows."""

    number: int
    keys: int  # type: ignore[assignment]


class Positioned(Row):
    """A row that tells something by itself, whatever is selected."""

    at: datetime

    @property
    def year(self) -> int:
        """The year of the instant."""
        return self.at.year


def _select(**columns: str) -> Any:
    return select(*(literal_column(text).label(name) for name, text in columns.items()))


async def test_each_statement_reads_its_columns_where_they_stand(world: World) -> None:
    statements = [each for each in gc.get_objects() if isinstance(each, Statement)]
    assert len(statements) > 200
    async with world.connection() as connection:
        placed = 0
        for statement in statements:
            columns = [each.name for each in (await connection.prepare(statement.text)).get_attributes()]
            for name in columns:
                column = getattr(statement.row, name, None)
                if isinstance(column, property) and isinstance(column.fget, itemgetter):
                    assert column.fget.__reduce__()[1] in ((columns.index(name),), (name,)), statement.text
                    placed += column.fget.__reduce__()[1] == (columns.index(name),)
        assert placed > 500


async def test_a_row_is_one_of_its_class_wherever_its_columns_stand(world: World) -> None:
    async with world.connection() as connection:
        [row] = await Statement(_select(keys="1", other="2", number="3"), Named).rows(connection)
        [turned] = await Statement(_select(number="4", keys="5"), Named).rows(connection)
        instant = _select(at="timestamptz '2026-01-01 12:00Z'", year="1")
        [positioned] = await Statement(instant, Positioned).rows(connection)
    assert isinstance(row, Named)
    assert isinstance(turned, Named)
    assert (row.number, row.keys, turned.number, turned.keys) == (3, 1, 4, 5)
    assert positioned.year == 2026


async def test_beyond_a_number_of_shapes_rows_are_read_by_name(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(database, "SHAPES_KEPT", len(database.SHAPES))
    async with world.connection() as connection:
        statement = Statement(_select(another="1", number="2"), Named)
        assert statement.row is Named
        [row] = await statement.rows(connection)
    assert row.number == 2
