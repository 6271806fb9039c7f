"""The door to connections: pages over a member's network, newest first, ties by member."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, Integer, any_, bindparam, case, select

from auth.visibility import is_between, is_listed
from executor.errors import CodedError
from loaders import members as member_loader
from loaders.context import Context
from loaders.members import MemberRow
from loaders.paging import Page, check
from loaders.timelines import Item, PositionedRow, Timeline
from models import connections
from models.database import Row, Statement
from rules.paging import PageArgs


class ConnectionRow(Row):
    """The link between two members, seen from `member_id`; only the two know since when."""

    member_id: int
    other_id: int
    connected_at: datetime | None


class ListedRow(ConnectionRow, PositionedRow):
    """A link in the list of `member_id`."""


@dataclass(frozen=True, slots=True)
class NetworkItem(Item[ListedRow]):
    """A member of somebody's network and the link to them; both null where the member is invisible."""

    @property
    def connection(self) -> ListedRow | None:
        """The link, as far as its other end is visible."""
        return self.row if self.node else None


COLUMNS = (
    connections.c.member_id,
    connections.c.other_id,
    case((is_between(), connections.c.connected_at)).label("connected_at"),
)
NETWORK = Timeline(
    "connections",
    select(
        *COLUMNS,
        connections.c.member_id.label("owner_id"),
        connections.c.connected_at.label("at"),
        connections.c.other_id.label("tie"),
    ).where(is_listed()),
    ListedRow,
)
BETWEEN = Statement(
    select(*COLUMNS).where(
        connections.c.member_id == bindparam("member_id", type_=Integer),
        connections.c.other_id == any_(bindparam("other_ids", type_=ARRAY(Integer))),
    ),
    ConnectionRow,
)


async def pages(
    ctx: Context, owners: Sequence[MemberRow], args: PageArgs
) -> list[Page[NetworkItem] | CodedError | None]:
    """One page of each owner's network; None where the list is hidden, an error for another list's cursor.

    Raises CodedError BAD_USER_INPUT for a page size that no list accepts.
    """
    check(args)
    sizes = {owner.id: owner.network_size for owner in owners if owner.network_size is not None}
    only_shared = [owner.id for owner in owners if owner.only_shared]

    async def show(rows: Sequence[ListedRow]) -> list[NetworkItem]:
        nodes = await member_loader.load_many(ctx, [row.other_id for row in rows])
        return [NetworkItem(row, node) for row, node in zip(rows, nodes, strict=True)]

    values = {"only_shared": only_shared, **ctx.sight.parameters()}
    found = await NETWORK.pages(ctx, sizes, args, show, **values)
    return [found.get(owner.id) for owner in owners]


async def between(ctx: Context, pairs: Sequence[tuple[int, int]]) -> list[ConnectionRow | None]:
    """The links of these pairs, in their order, as far as the viewer is one of the two."""
    viewer_id = ctx.sight.network_viewer_id
    if viewer_id is None:
        return [None] * len(pairs)
    others = [_other(pair, viewer_id) for pair in pairs]
    values = {"member_id": viewer_id, "other_ids": [other for other in others if other]}
    found = await ctx.rows(BETWEEN, **values, **ctx.sight.parameters())
    rows = {row.other_id: row for row in found}
    visible = await member_loader.load_many(ctx, list(rows))
    hidden = {other_id for other_id, member in zip(rows, visible, strict=True) if member is None}
    return [None if other in hidden else rows.get(other) for other in others]


def _other(pair: tuple[int, int], viewer_id: int) -> int:
    low, high = pair
    return {low: high, high: low}.get(viewer_id, 0) if low < high < 2**31 else 0
