"""The door to notifications: only the member whom they are for reads them.

One whose actors have all gone, or are hidden from the member, does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    func,
    literal_column,
    not_,
    or_,
    select,
)

from auth.identity import OAuthScope
from auth.network import exists
from executor.errors import CodedError
from loaders.context import Context
from loaders.listings import Listing
from loaders.paging import Page
from loaders.timelines import Item, PositionedRow
from models import log_epochs, members, notifications
from models.database import Row, Statement
from rules.events import NotificationKind, Position
from rules.notifications import MOST_UNREAD
from rules.paging import PageArgs

Key = tuple[int, int]
"""The member and the number of the notification."""


class NotificationRow(PositionedRow):
    """A notification; `actor_ids` are those who exist for its member, newest first."""

    member_id: int
    id: int
    kind: NotificationKind
    subject: str
    actor_ids: list[int]
    created_at: datetime
    read_at: datetime | None
    sequence: int
    epoch: int

    @property
    def actor_count(self) -> int:
        """How many members are behind it."""
        return len(self.actor_ids)

    @property
    def cursor(self) -> Position:
        """Where the log tells it."""
        return Position(self.epoch, self.sequence)


class IdRow(Row):
    """The number of a notification."""

    id: int


class CountRow(Row):
    """How many notifications there are."""

    unread: int


@dataclass(eq=False)
class NotificationPage(Page[Item[NotificationRow]]):
    """A page of notifications, which knows its filter so that its length is counted only when asked for."""

    kinds: Sequence[NotificationKind] | None
    unread_only: bool


ZERO: ColumnElement[int] = literal_column("0")
MEMBER = bindparam("member_id", type_=Integer)
ACTORS = (
    func.unnest(notifications.c.actor_ids)
    .table_valued("id", with_ordinality="place")
    .render_derived("actors")
)


def _existing() -> Select[tuple[int]]:
    """SQL: the actors of the row of `notifications` who exist for the viewer."""
    found = select(ACTORS.c.id).join_from(ACTORS, members, members.c.id == ACTORS.c.id).where(exists())
    return found.correlate(notifications)


def _is_there() -> ColumnElement[bool]:
    """SQL: the row of `notifications` exists for the viewer; one that never had an actor does."""
    return or_(func.cardinality(notifications.c.actor_ids) == ZERO, _existing().exists())


def _epoch() -> ColumnElement[int]:
    return select(func.coalesce(func.max(log_epochs.c.epoch), ZERO)).scalar_subquery()


# The later of two at one instant comes first: ties ascend.
ROWS = select(
    notifications.c.member_id.label("owner_id"),
    notifications.c.created_at.label("at"),
    (-notifications.c.id).label("tie"),
    *(notifications.c[name] for name in ("member_id", "id", "kind", "subject", "created_at", "read_at")),
    func.array(_existing().order_by(ACTORS.c.place).scalar_subquery()).label("actor_ids"),
    notifications.c.sequence,
    _epoch().label("epoch"),
).where(_is_there())
KINDS = bindparam("kinds", type_=ARRAY(Text))
IS_UNREAD = notifications.c.read_at.is_(None)
LISTING = Listing(
    "notifications",
    ROWS.where(
        or_(KINDS.is_(None), notifications.c.kind == any_(KINDS)),
        or_(not_(bindparam("unread_only", type_=Boolean)), IS_UNREAD),
    ),
    NotificationRow,
    shared=True,
)
IDS = bindparam("ids", type_=ARRAY(BigInteger))
BY_IDS = Statement(
    ROWS.where(notifications.c.member_id == MEMBER, notifications.c.id == any_(IDS)), NotificationRow
)
OWN_UNREAD = (notifications.c.member_id == MEMBER, IS_UNREAD, _is_there())
UNREAD_AMONG = Statement(
    select(notifications.c.id).where(*OWN_UNREAD, notifications.c.id == any_(IDS)), IdRow
)
UNREAD_UP_TO = Statement(
    select(notifications.c.id).where(
        *OWN_UNREAD, notifications.c.sequence <= bindparam("sequence", type_=BigInteger)
    ),
    IdRow,
)
UNREAD = Statement(
    select(func.count().label("unread")).select_from(
        select(notifications.c.id)
        .where(*OWN_UNREAD)
        .limit(literal_column(str(MOST_UNREAD), Integer))
        .subquery("counted")
    ),
    CountRow,
)


async def of_viewer(
    ctx: Context, args: PageArgs, kinds: Sequence[NotificationKind] | None, *, unread_only: bool
) -> NotificationPage | CodedError:
    """A page of the viewer's notifications of these kinds, None for all; CodedError for a cursor of none.

    Raises CodedError BAD_USER_INPUT for a page size that no list accepts.
    """
    own = ctx.member_id
    values = _wanted(ctx, kinds, unread_only=unread_only)
    page = partial(NotificationPage, kinds=kinds, unread_only=unread_only)
    return (await LISTING.timeline.pages(page, ctx, {own: None}, args, _items, **values))[own]


async def totals(ctx: Context, pages: Sequence[NotificationPage]) -> list[int | None]:
    """How long the list of each page is; None where counting costs too much."""
    owner = [ctx.member_id]
    wanted = [_wanted(ctx, page.kinds, unread_only=page.unread_only) for page in pages]
    found = [await LISTING.totals(ctx, owner, **values) for values in wanted]
    return [total.get(ctx.member_id) for total in found]


async def by_keys(ctx: Context, keys: Sequence[Key]) -> list[NotificationRow | None]:
    """The viewer's notifications with these keys, None where missing or hidden."""
    viewer = ctx.viewer
    if viewer is None or not viewer.may(OAuthScope.NOTIFICATIONS_READ):
        return [None] * len(keys)
    return await ctx.entities(_by_keys).load_many(keys)


async def unread_counts(ctx: Context, member_ids: Sequence[int]) -> list[int]:
    """How many notifications the viewer has not read, up to 999; 0 for everybody else."""
    own = ctx.member_id
    found = await ctx.row(UNREAD, member_id=own, **ctx.sight.parameters())
    return [found.unread if found and member_id == own else 0 for member_id in member_ids]


async def unread_among(ctx: Context, ids: Sequence[int]) -> list[int]:
    """Which of these notifications the viewer has and has not read, whatever the token may read."""
    rows = await ctx.rows(UNREAD_AMONG, member_id=ctx.member_id, ids=ids, **ctx.sight.parameters())
    return [row.id for row in rows]


async def unread_up_to(ctx: Context, sequence: int) -> list[int]:
    """Which notifications the viewer has not read that the log tells up to this number."""
    rows = await ctx.rows(UNREAD_UP_TO, member_id=ctx.member_id, sequence=sequence, **ctx.sight.parameters())
    return [row.id for row in rows]


async def _by_keys(ctx: Context, keys: Sequence[Key]) -> list[NotificationRow | None]:
    own = ctx.member_id
    ids = [id for member_id, id in keys if member_id == own]
    found = await ctx.rows(BY_IDS, member_id=own, ids=ids, **ctx.sight.parameters())
    rows = {(own, row.id): row for row in found}
    return [rows.get(key) for key in keys]


def _wanted(
    ctx: Context, kinds: Sequence[NotificationKind] | None, *, unread_only: bool
) -> dict[str, object]:
    # Each row is compared with each of them, so that each is sent once.
    each = None if kinds is None else [*dict.fromkeys(kinds)]
    return {"kinds": each, "unread_only": unread_only, **ctx.sight.parameters()}


async def _items(rows: Sequence[NotificationRow]) -> list[Item[NotificationRow]]:
    return [Item(row, row) for row in rows]
