"""Lists of what was found, in pages: three keys order them, and a query may be read forgivingly."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Integer, bindparam, func, select, true, tuple_
from sqlalchemy.sql import Select

from loaders.context import Context
from loaders.paging import Key, KeysetList, Page, check, invalid_cursor, page
from models.database import Row, Statement
from models.search import MOST
from rules.paging import PageArgs

KEYS: Final = ("first_key", "second_key", "third_key")
FARTHEST: Final = 2**63 - 1
"""A key behind all others; with a minus before them."""


class MatchRow(Row):
    """What was found and its place in the order; where nothing was, a row that tells of the list alone."""

    total: int
    is_cut: bool
    id: int | None
    first_key: int
    second_key: int
    third_key: int


class Position(NamedTuple):
    """A place in the list. Whether words are also read as words like them makes it another list."""

    is_forgiving: bool
    first_key: int
    second_key: int
    third_key: int


@dataclass(slots=True, eq=False)
class Match:
    """What was found; `node` None where it became invisible."""

    position: Position
    node: object

    @property
    def key(self) -> Key:
        """The position."""
        return tuple(self.position)


MatchPage = Page[Match]
Show = Callable[[Context, Sequence[int]], Awaitable[Sequence[object]]]


def in_pages(ranked: Select[Any], is_cut: ColumnElement[bool]) -> Select[Any]:
    """One page of `ranked`, which has an `id` and `KEYS`: forward (1) or backward (-1), and its whole length.

    Takes the parameters of `find`.
    """
    found = ranked.cte("ranked").prefix_with("MATERIALIZED")
    direction = bindparam("direction", type_=BigInteger)
    after, before = (
        tuple_(*(bindparam(f"{side}_{name}", type_=BigInteger) for name in KEYS))
        for side in ("after", "before")
    )
    place = [direction * found.c[name] for name in KEYS]
    between = tuple_(*place) > after, tuple_(*place) < before
    top = (
        select(found).where(*between).order_by(*place).limit(bindparam("size", type_=Integer)).subquery("top")
    )
    total = select(func.count()).select_from(found).scalar_subquery()
    whole = select(total.label("total"), is_cut.label("is_cut")).subquery("whole")
    listed = select(whole, top).select_from(whole.outerjoin(top, true()))
    return listed.order_by(*(direction * top.c[name] for name in KEYS))


async def find(
    ctx: Context, statement: Statement[MatchRow], name: str, args: PageArgs, show: Show, **values: object
) -> MatchPage:
    """One page of what a statement finds with these `values`, of which one is the `query`.

    Where nothing has the words of the query, they are read as words that are like them. The length is None
    where there was too much to look at all of it. Raises CodedError for a page size that no list accepts and
    for a cursor of another list.
    """
    check(args)
    of = KeysetList(ctx.deployment.cursor_cipher, name)
    bounds = _bounds(of, args)
    is_forgiving = any(bound.is_forgiving for bound in bounds if bound)
    values |= _between(bounds, args)
    rows = await ctx.rows(statement, is_forgiving=is_forgiving, **values)
    if not (rows[0].total or is_forgiving or values["query"] is None):
        is_forgiving = True
        rows = await ctx.rows(statement, is_forgiving=True, **values)
    return page(Page, of, await _matches(ctx, rows, show, is_forgiving), args, _length(rows[0]))


def _bounds(of: KeysetList, args: PageArgs) -> list[Position | None]:
    return [None if cursor is None else _position(of.key(cursor)) for cursor in (args.after, args.before)]


def _between(bounds: Sequence[Position | None], args: PageArgs) -> dict[str, object]:
    """Where the page lies: in the reversed list, what comes after a position is what came before it."""
    direction = -1 if args.backward else 1
    start, end = bounds[::direction]
    after = [-FARTHEST] * 3 if start is None else [key * direction for key in start[1:]]
    before = [FARTHEST] * 3 if end is None else [key * direction for key in end[1:]]
    return {
        "direction": direction,
        "size": args.size + 1,
        **{f"after_{name}": key for name, key in zip(KEYS, after, strict=True)},
        **{f"before_{name}": key for name, key in zip(KEYS, before, strict=True)},
    }


async def _matches(ctx: Context, rows: Sequence[MatchRow], show: Show, is_forgiving: bool) -> list[Match]:
    found = {row.id: row for row in rows if row.id is not None}
    nodes = await show(ctx, list(found)) if found else []
    return [
        Match(Position(is_forgiving, row.first_key, row.second_key, row.third_key), node)
        for row, node in zip(found.values(), nodes, strict=True)
    ]


def _length(row: MatchRow) -> int | None:
    """None where there was too much. Hidden matches cut the candidates as well, which must not be told."""
    return None if row.is_cut and row.total >= MOST else row.total


def _position(key: Key) -> Position:
    match key:
        case (bool(is_forgiving), int(first), int(second), int(third)):
            return Position(is_forgiving, first, second, third)
    raise invalid_cursor()
