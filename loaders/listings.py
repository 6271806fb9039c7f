"""Timelines that can tell how long they are."""

from collections.abc import Sequence
from typing import Any, Final, Generic

from sqlalchemy import ARRAY, BigInteger, ColumnElement, bindparam, func, literal_column, select, true
from sqlalchemy.sql import Select

from loaders.context import Context
from loaders.timelines import PositionedT, Timeline
from models.database import Row, Statement

MOST_COUNTED: Final = 10_000


class TotalRow(Row):
    """How long the list of an owner is; one more than the most where it is longer."""

    owner_id: int
    total: int


class Listing(Generic[PositionedT]):
    """A timeline and its length, which the same rows tell; `reading` is what else `Timeline` takes."""

    def __init__(self, name: str, rows: Select[Any], row: type[PositionedT], **reading: Any) -> None:
        self.timeline = Timeline(name, rows, row, **reading)
        self._totals = Statement(_totals(rows), TotalRow)

    async def totals(self, ctx: Context, owner_ids: Sequence[int], **values: object) -> dict[int, int | None]:
        """The length of each owner's list; None above 10,000, where counting costs too much."""
        rows = await ctx.rows(self._totals, owner_ids=owner_ids, **values) if owner_ids else []
        return {row.owner_id: row.total if row.total <= MOST_COUNTED else None for row in rows}


def _totals(rows: Select[Any]) -> Select[Any]:
    source = rows.subquery("source")
    owner_ids = func.unnest(bindparam("owner_ids", type_=ARRAY(BigInteger)))
    owners = owner_ids.table_valued("id").render_derived("owners")
    most: ColumnElement[int] = literal_column(str(MOST_COUNTED + 1))
    counted = select(source.c.tie).where(source.c.owner_id == owners.c.id).limit(most).lateral("counted")
    total = func.count(counted.c.tie).label("total")
    listed = owners.outerjoin(counted, true())
    return select(owners.c.id.label("owner_id"), total).select_from(listed).group_by(owners.c.id)
