"""Statements that are built once and run prepared, and their rows."""

from collections.abc import Collection, Coroutine, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

import asyncpg
from sqlalchemy import ARRAY, ClauseElement, ColumnClause, Select, literal_column
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows

from models.pool import PooledConnection
from models.shared_text import SharedText

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)

DIALECT = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]
LAST: Final = itemgetter(-1)
SHAPES_KEPT: Final = 1_000
SHAPES: "dict[tuple[type[Row], tuple[str, ...]], type[Any]]" = {}
"""Classes of rows by the classes they were made of, and by their columns."""


def constant(text: str) -> ColumnClause[str]:
    """A text that stands in the statement itself, so that nothing is sent for it."""
    return literal_column("'" + text.replace("'", "''") + "'")


def fenced(rows: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The same rows behind an optimization fence, OFFSET 0: PostgreSQL plans them by themselves.

    Those that depend on a row around them are then looked up for each one, by their key. Plans are made once
    for everybody: without the fence they may read all that a member has, which takes long for who has many.
    """
    return rows.offset(literal_column("0"))


class Row(asyncpg.Record):
    """A row whose columns read as attributes. Subclasses annotate the columns of their statements."""

    def __init_subclass__(cls) -> None:
        """Read what is annotated."""
        cls.read(cls.__annotations__)

    @classmethod
    def read(cls, names: Iterable[str]) -> None:
        """Read these columns as attributes, by properties in C: a `__getattr__` took five times as long."""
        for name in names:
            setattr(cls, name, property(itemgetter(name)))


RowT = TypeVar("RowT", bound=Row)


def placed(row: type[RowT], names: tuple[str, ...]) -> type[RowT]:
    """The class of such rows with these columns in this order: a place is read in half a name's time.

    The class itself where there are too many others: executors remember classes for good.
    """
    shape = row, names
    if shape not in SHAPES and len(SHAPES) < SHAPES_KEPT:
        places = {name: property(itemgetter(place)) for place, name in enumerate(names) if _reads(row, name)}
        SHAPES[shape] = type(row.__name__, (row,), places)
    return SHAPES.get(shape, row)


def _reads(row: type[Row], name: str) -> bool:
    found = getattr(row, name, None)
    return isinstance(found, property) and isinstance(found.fget, itemgetter)


class Statement(Generic[RowT]):
    """A SQLAlchemy Core expression compiled at import; its named values become positions in the text.

    A query of which only the parameters in `differing` tell one asker from another can be sent once for
    several of them, see `models.sharing`; those that it doesn't have are ignored.
    """

    def __init__(self, expression: ClauseElement, row: type[RowT], differing: Collection[str] = ()) -> None:
        compiled = expression.compile(dialect=DIALECT)
        assert isinstance(compiled, SQLCompiler)
        self.text = str(compiled)
        self.names: list[str] = compiled.positiontup or []
        self.row = row
        # What is written as text names its columns to PostgreSQL alone.
        if isinstance(expression, ReturnsRows):
            self.row = placed(row, tuple(expression.exported_columns.keys()))
        self.differing = [name for name in self.names if name in differing]
        self._types = {name: compiled.binds[name].type for name in self.names}
        self.differing_lists = [name for name in self.differing if isinstance(self._types[name], ARRAY)]
        self._common = [name for name in self.names if name not in differing]

    def rows(self, connection: Connection, **values: object) -> Coroutine[Any, Any, list[RowT]]:
        """All rows; `values` are the expression's named parameters, each of them once."""
        arguments = [values[name] for name in self.names]
        # asyncpg takes each of its connections for an instance of each of its classes.
        if PooledConnection in type(connection).__mro__:
            return cast("PooledConnection", connection).rows(self.text, arguments, self.row)
        return connection.fetch(self.text, *arguments, record_class=self.row)

    @cached_property
    def shared(self) -> SharedText:
        """The statement for several askers."""
        return SharedText(self.text, self.names, self._types, self.differing, DIALECT)

    def key(self, values: Mapping[str, Any]) -> tuple[Hashable, ...]:
        """What is equal for all who may share a sending: the statement and its other values."""
        common = map(values.__getitem__, self._common)
        return self, *[tuple(value) if isinstance(value, list) else value for value in common]

    async def rows_of_each(
        self, connection: PooledConnection, askers: Sequence[Mapping[str, Any]]
    ) -> list[list[RowT]]:
        """The rows of each asker; they have one column more than usual, which is the last."""
        rows = await connection.rows(self.shared.text, self.shared.arguments(askers), self.row)
        found: list[list[RowT]] = [[] for _ in askers]
        for place, theirs in groupby(rows, LAST):
            found[place - 1] += theirs
        return found
