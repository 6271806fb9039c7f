"""The pool of connections, and statements that are built once and run prepared."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeAlias, TypeVar

import asyncpg
import orjson
from sqlalchemy import ClauseElement, ColumnClause, literal_column
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.sql.compiler import SQLCompiler

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

STATEMENTS_KEPT = 1_000

# A statement is planned once for each connection: planning the widest anew took four times as long as running
# it. So each must have one plan that suits all values, as reads by key and short pages along an index do.
SESSION_SETTINGS = {"plan_cache_mode": "force_generic_plan"}

DIALECT = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]


def constant(text: str) -> ColumnClause[str]:
    """A text that stands in the statement itself, so that nothing is sent for it."""
    return literal_column("'" + text.replace("'", "''") + "'")


class Row(asyncpg.Record):
    """A row whose columns read as attributes. Subclasses annotate the columns of their statements."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


RowT = TypeVar("RowT", bound=Row)


class Statement(Generic[RowT]):
    """A SQLAlchemy Core expression compiled at import; its named values become positions in the text."""

    def __init__(self, expression: ClauseElement, row: type[RowT]) -> None:
        compiled = expression.compile(dialect=DIALECT)
        assert isinstance(compiled, SQLCompiler)
        self.text = str(compiled)
        self.names: list[str] = compiled.positiontup or []
        self.row = row

    async def rows(self, connection: Connection, **values: object) -> list[RowT]:
        """All rows; `values` are the expression's named parameters, each of them once."""
        arguments = [values[name] for name in self.names]
        found: list[RowT] = await connection.fetch(self.text, *arguments, record_class=self.row)
        return found


class PooledConnection(asyncpg.Connection):
    """A connection that is used again as it is left.

    asyncpg would send a statement after each use to undo what was set. Nothing here sets anything for longer
    than its transaction, and an open transaction is rolled back all the same.
    """

    def get_reset_query(self) -> str:
        """Nothing to undo."""
        return ""


async def prepare_connection(connection: Connection) -> None:
    """Give a new connection the codecs that the statements count on."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + orjson.dumps(value),
        decoder=lambda data: orjson.loads(data[1:]),
    )


@asynccontextmanager
async def open_pool(url: str, size: int, statement_seconds: float | None = None) -> AsyncIterator[Pool]:
    """The pool of at most `size` connections, closed at the end; no statement runs longer than is said."""
    pool = asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        init=prepare_connection,
        connection_class=PooledConnection,
        server_settings=SESSION_SETTINGS,
        statement_cache_size=STATEMENTS_KEPT,
        max_cached_statement_lifetime=0,
        command_timeout=statement_seconds,
    )
    async with pool:
        yield pool
