"""The door to the viewer's own blocks and mutes. They are shown to nobody else."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy import DateTime, Integer, bindparam, or_, select, text

from auth.network import exists
from executor.errors import CodedError
from loaders import members as member_loader
from loaders.context import Context
from loaders.listings import Listing
from loaders.members import MemberRow
from loaders.paging import Page
from loaders.timelines import Item, PositionedRow
from models import blocks, members, mutes
from models.database import Row, Statement
from rules.allowances import Quota
from rules.paging import PageArgs
from rules.terms import QuotaKind

MemberItem = Item[PositionedRow]
MemberPage = Page[MemberItem] | CodedError
Members = Callable[[Context, Sequence[int]], Awaitable[Sequence[MemberRow | None]]]


class BlockRow(Row):
    """Since when the viewer blocks a member, or when they ceased to, and how many they block in all."""

    blocked_at: datetime | None
    lifted_at: datetime | None
    used: int


BLOCK = Statement(
    text("""
    SELECT
        (SELECT blocked_at FROM blocks WHERE (blocker_id, blocked_id) = (:one, :other)),
        (SELECT lifted_at FROM lifted_blocks WHERE (blocker_id, blocked_id) = (:one, :other)),
        (SELECT count(*) FROM blocks WHERE blocker_id = :one) AS used
    """).bindparams(bindparam("one", type_=Integer), bindparam("other", type_=Integer)),
    BlockRow,
)
BLOCKED = Listing(
    "blocked members",
    select(
        blocks.c.blocker_id.label("owner_id"),
        blocks.c.blocked_at.label("at"),
        blocks.c.blocked_id.label("tie"),
    ),
    PositionedRow,
)
MUTED = Listing(
    "muted members",
    select(mutes.c.member_id.label("owner_id"), mutes.c.muted_at.label("at"), mutes.c.muted_id.label("tie"))
    .join(members, members.c.id == mutes.c.muted_id)
    .where(
        exists(),
        or_(
            mutes.c.muted_until.is_(None),
            mutes.c.muted_until > bindparam("now", type_=DateTime(timezone=True)),
        ),
    ),
    PositionedRow,
)


async def own_block(ctx: Context, other_id: int) -> BlockRow:
    """How the viewer's block of a member stands, whether or not there is such a member."""
    [block] = await ctx.rows(BLOCK, one=ctx.member_id, other=other_id)
    return block


async def block_quota(ctx: Context) -> Quota:
    """How many members the viewer blocks, of those that they may."""
    return quota_of(ctx, (await own_block(ctx, 0)).used)


def quota_of(ctx: Context, used: int) -> Quota:
    """The viewer's allowance of blocks, of which so many are used."""
    return Quota(ctx.member_id, QuotaKind.BLOCKS, ctx.deployment.policy.max_blocks, used)


async def blocked_members(ctx: Context, args: PageArgs) -> MemberPage:
    """A page of those whom the viewer blocks, newest first; CodedError for another list's cursor.

    Raises CodedError BAD_USER_INPUT for a page size that no list accepts.
    """
    return await _page(ctx, BLOCKED, args, member_loader.faces)


async def muted_members(ctx: Context, args: PageArgs) -> MemberPage:
    """A page of those whom the viewer mutes now and may see, newest first; errors as above."""
    return await _page(ctx, MUTED, args, member_loader.load_many)


async def _page(ctx: Context, of: Listing[PositionedRow], args: PageArgs, load: Members) -> MemberPage:
    async def show(rows: Sequence[PositionedRow]) -> list[MemberItem]:
        nodes = await load(ctx, [row.tie for row in rows])
        return [Item(row, node) for row, node in zip(rows, nodes, strict=True)]

    values = {"now": ctx.now, **ctx.sight.parameters()}
    totals = await of.totals(ctx, [ctx.member_id], **values)
    pages = await of.timeline.pages(Page, ctx, totals, args, show, **values)
    return pages[ctx.member_id]
