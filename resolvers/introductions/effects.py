"""What a move writes, and what ends introductions besides."""

from collections.abc import Sequence

from loaders.context import Context
from loaders.introductions import IntroductionRow, rows_by_keys
from models.introductions import CANCEL_BETWEEN, CHANGE
from models.notifications import READ_BY_EACH, RETRACT_EACH
from resolvers.inboxes import tell
from rules.events import Event, EventKind
from rules.introductions import (
    Key,
    Move,
    expire,
    is_passed_on,
    member_of,
    notices_of,
    notices_of_cancelled,
    public_id,
)


async def carry_out(ctx: Context, introduction: IntroductionRow, move: Move) -> None:
    """Write what a move of the viewer changes, and tell of it; as many statements whoever declined before."""
    if move.changes:
        key = {"requester_id": introduction.requester_id, "id": introduction.number}
        await ctx.rows(CHANGE, **key, changes=move.changes)
    if move.read:
        readers = [member_of(introduction, role) for role in move.read]
        await ctx.rows(READ_BY_EACH, member_ids=readers, subject=public_id(introduction), now=ctx.now)
    if move.retracted:
        await ctx.rows(RETRACT_EACH, **notices_of(introduction, move.retracted))
    await tell(ctx, told(ctx, introduction, move))


def told(ctx: Context, introduction: Key, move: Move) -> list[Event]:
    """The notifications of a move of the viewer."""
    kind, subject = EventKind.NOTIFICATION_CREATED, public_id(introduction)
    return [
        Event(
            member_of(introduction, role),
            kind,
            subject,
            notification=move.notification,
            actor_id=ctx.member_id,
        )
        for role in move.notified
    ]


async def end_between(ctx: Context, other_ids: Sequence[int]) -> None:
    """Cancel what is open and has a part for both the viewer and another, who parted or were connected."""
    ended = await ctx.rows(CANCEL_BETWEEN, one=ctx.member_id, others=other_ids, now=ctx.now)
    if ended:
        await ctx.rows(RETRACT_EACH, **notices_of_cancelled(ended))


async def named_by(ctx: Context, requester_id: int, number: int | None) -> IntroductionRow | None:
    """The introduction that a request names, if its requester still sees it passed on."""
    if number is None:
        return None
    [row] = await rows_by_keys(ctx, [(requester_id, number)])
    return row if row and is_passed_on(row, ctx.now) else None


async def expire_what_is_over(ctx: Context, introduction: IntroductionRow) -> bool:
    """Write down that an introduction expired; whether that changed anything."""
    move = expire(introduction, ctx.now)
    await carry_out(ctx, introduction, move)
    return bool(move.changes)
