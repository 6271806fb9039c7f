"""Lists in the order of an instant: top n for each of many owners in one statement, in keyset pages.

A timeline is a selection of rows with an owner, an instant and an id that breaks ties; in place of instants
there may be names. `pages` reads one page for each owner; the caller says what stands at each position and
how long the whole list is.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, Final, Generic, NamedTuple, Self, TypeVar

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Integer, Text, bindparam, func, or_, select, true
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.sql import Select
from sqlalchemy.sql.selectable import FromClause, LateralFromClause, Subquery
from sqlalchemy.types import TypeEngine

from executor.errors import CodedError
from loaders.context import Context
from loaders.paging import Edge, Key, KeysetList, PageT, check, invalid_cursor, page
from models.database import Row, Statement
from rules.paging import PageArgs

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
FAR_AHEAD = datetime.max.replace(tzinfo=UTC)
"""PostgreSQL reads the two as infinity."""


class PositionedRow(Row):
    """A row of a timeline: whose list, and where in it."""

    owner_id: int
    at: datetime
    tie: int


DIFFERING: Final = ("seen_by", "now", "owner_ids", "only_shared")
"""The parameters that may differ between those who ask for pages of one size within the same bounds."""
OWNER_ID = attrgetter("owner_id")
FIRST, SECOND = itemgetter(0), itemgetter(1)
PositionedT = TypeVar("PositionedT", bound=PositionedRow)


def key_of(row: PositionedRow) -> Key:
    """The position of a row: microseconds since 1970 and the id that breaks ties."""
    return ((row.at - EPOCH) // timedelta(microseconds=1), row.tie)


@dataclass(slots=True, eq=False)
class Item(Generic[PositionedT]):
    """A row of a timeline and what it shows; `node` None where that is invisible."""

    row: PositionedT
    node: object

    @property
    def key(self) -> Key:
        """Microseconds since 1970 and the id that breaks ties."""
        return key_of(self.row)


Along = Callable[[FromClause], tuple[Sequence[ColumnElement[Any]], LateralFromClause]]
"""From the rows of a page to columns that are read along with them, and what these are joined from."""


class Bounds(NamedTuple):
    """The two positions between which a page lies, neither of them on it."""

    after_at: datetime | str
    after_tie: int
    before_at: datetime | str
    before_tie: int


class Positions(NamedTuple):
    """What a list is in the order of: its type, the whole of it, and how the key of a position is read.

    `read` raises CodedError INVALID_CURSOR for any other key.
    """

    type: TypeEngine[Any]
    whole: Bounds
    read: Callable[[Key], tuple[Any, int]]


def _instant(key: Key) -> tuple[datetime, int]:
    try:
        microseconds, tie = key
        return EPOCH + timedelta(microseconds=microseconds), int(tie)
    except (OverflowError, TypeError, ValueError):
        raise invalid_cursor() from None


def _name(key: Key) -> tuple[str, int]:
    match key:
        case (str(name), int(tie)):
            return name, tie
    raise invalid_cursor()


INSTANTS = Positions(TIMESTAMP(timezone=True), Bounds(FAR_AHEAD, 0, LONG_AGO, 2**63 - 1), _instant)
NAMES = Positions(Text(collation="C"), Bounds("\U0010ffff", 0, "", 2**63 - 1), _name)
"""Names in the order of their code points, which all databases have."""


class Timeline(Generic[PositionedT]):
    """A list of each owner, newest first, ties by ascending id; or the reverse of that.

    `rows` selects `owner_id`, `at`, `tie` and what else the row class has but what is read `along`;
    parameters that these leave open are given to `pages`. Of `rows` only `columns` are read, all by default:
    without `at` and `tie` a page has no cursors.

    Pages may be `shared` with other operations, see `models.sharing`, if they are read along an index: nobody
    shall wait for another one's list to be put in order.
    """

    def __init__(
        self,
        name: str,
        rows: Select[Any],
        row: type[PositionedT],
        *,
        oldest_first: bool = False,
        along: Along | None = None,
        columns: Collection[str] | None = None,
        positions: Positions = INSTANTS,
        shared: bool = False,
    ) -> None:
        self.name = f"{name} oldest first" if oldest_first else name
        self.oldest_first = oldest_first
        self._positions = positions
        source = rows.subquery("source")
        wanted = [column.name for column in source.c if columns is None or column.name in columns]
        of = positions.type
        differing = DIFFERING if shared else ()
        self._newest = Statement(_top(source, wanted, along, of, newest=True), row, differing)
        self._oldest = Statement(_top(source, wanted, along, of, newest=False), row, differing)

    def called(self, name: str) -> Self:
        """The same list under another name, whose cursors fit no other."""
        twin = copy(self)
        twin.name = name
        return twin

    async def pages(
        self,
        make: Callable[..., PageT],
        ctx: Context,
        totals: Mapping[int, int | None],
        args: PageArgs,
        show: Callable[[Sequence[PositionedT]], Awaitable[Sequence[Edge]]],
        **values: object,
    ) -> dict[int, PageT | CodedError]:
        """A page for each owner in `totals`, the lengths of their lists; an error for another list's cursor.

        `make` is `Page`, or whatever takes the same. Raises CodedError BAD_USER_INPUT for a page size that no
        list accepts.
        """
        check(args)
        of = partial(KeysetList, ctx.deployment.cursor_cipher, self.name)
        bounds, errors = self._bounds(map(of, totals), args)
        owner_ids = [owner_id for owner_id in totals if owner_id not in errors]
        items = await self._items(ctx, owner_ids, bounds, args, show, values) if owner_ids else {}
        pages = {
            owner_id: page(make, of(owner_id), items.get(owner_id, []), args, totals[owner_id])
            for owner_id in owner_ids
        }
        return pages | errors

    async def rows(
        self,
        ctx: Context,
        owner_ids: Sequence[int],
        bounds: Bounds,
        size: int,
        values: Mapping[str, object],
        *,
        backward: bool = False,
    ) -> list[PositionedT]:
        """Of each owner so many rows between the bounds, from their beginning on, or from their end back."""
        statement = self._oldest if backward != self.oldest_first else self._newest
        between = zip(Bounds._fields, bounds, strict=True)
        return await ctx.rows(statement, owner_ids=owner_ids, size=size, **dict(between), **values)

    async def _items(
        self,
        ctx: Context,
        owner_ids: Sequence[int],
        bounds: Bounds,
        args: PageArgs,
        show: Callable[[Sequence[PositionedT]], Awaitable[Sequence[Edge]]],
        values: Mapping[str, object],
    ) -> dict[int, list[Edge]]:
        """The items of each list that has any between the bounds."""
        rows = await self.rows(ctx, owner_ids, bounds, args.size + 1, values, backward=args.backward)
        if len(owner_ids) == 1:
            return {owner_ids[0]: list(await show(rows))}
        items: dict[int, list[Edge]] = {}
        owned = zip(map(OWNER_ID, rows), await show(rows), strict=True)
        for owner_id, pairs in groupby(owned, FIRST):
            items.setdefault(owner_id, []).extend(map(SECOND, pairs))
        return items

    def _bounds(self, keysets: Iterable[KeysetList], args: PageArgs) -> tuple[Bounds, dict[int, CodedError]]:
        """Between what the pages lie, and errors for whose lists the cursors do not fit.

        A cursor fits one list alone, so those it fits share their bounds.
        """
        bounds = self._positions.whole
        errors: dict[int, CodedError] = {}
        if args.after is not None or args.before is not None:
            for of in keysets:
                try:
                    bounds = self._between(of, args)
                except CodedError as error:
                    errors[of.owner_id] = error
        return bounds, errors

    def _between(self, of: KeysetList, args: PageArgs) -> Bounds:
        """The bounds by cursors. In the reversed list, what comes after a position is what came before it."""
        whole, read = self._positions.whole, self._positions.read
        first, last = (args.before, args.after) if self.oldest_first else (args.after, args.before)
        return Bounds(
            *(read(of.key(first)) if first is not None else whole[:2]),
            *(read(of.key(last)) if last is not None else whole[2:]),
        )


def _top(
    source: Subquery, wanted: Sequence[str], along: Along | None, of: TypeEngine[Any], *, newest: bool
) -> Select[Any]:
    """Top n for each owner between two positions, one more than the page to see whether the list goes on."""
    after_at, before_at = bindparam("after_at", type_=of), bindparam("before_at", type_=of)
    at, tie = source.c.at, source.c.tie
    behind = or_(at < after_at, tie > bindparam("after_tie", type_=BigInteger))
    ahead = or_(at > before_at, tie < bindparam("before_tie", type_=BigInteger))
    owner_ids = func.unnest(bindparam("owner_ids", type_=ARRAY(BigInteger)))
    owners = owner_ids.table_valued("id").render_derived("owners")
    order = (at.desc(), tie.asc()) if newest else (at.asc(), tie.desc())
    top = (
        select(source)
        .where(source.c.owner_id == owners.c.id, at <= after_at, behind, at >= before_at, ahead)
        .order_by(*order)
        .limit(bindparam("size", type_=Integer))
        .lateral("top")
    )
    columns = [top.c[name] for name in wanted]
    if along is None:
        return select(*columns).select_from(owners.join(top, true()))
    others, joined = along(top)
    return select(*columns, *others).select_from(owners.join(top, true()).outerjoin(joined, true()))
