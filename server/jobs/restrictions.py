"""Restricts members whose requests to connect go to too many people who don't know them, and tells them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from loaders.context import Context, Deployment
from models.restrictions import ANSWERED, ANSWERS, RESTRICT, AnswersRow
from resolvers import allowances
from resolvers.inboxes import lock, tell
from rules.allowances import JUDGED_ANSWERS, restricted_until
from rules.events import Event, EventKind, NotificationKind
from rules.terms import DeclineKind, QuotaKind

LOOKED_BACK = timedelta(days=2)
"""More than the day between two runs, so that a late one misses nobody."""
BATCH = 500


async def restrict_senders(deployment: Deployment) -> None:
    """Judge everybody who got an answer lately. A restriction that still holds is left as it is."""
    ctx = Context(deployment, None)
    rows = await ctx.rows(ANSWERED, since=ctx.now - LOOKED_BACK)
    member_ids = [row.sender_id for row in rows]
    for start in range(0, len(member_ids), BATCH):
        await _judge(ctx, member_ids[start : start + BATCH])


async def _judge(ctx: Context, member_ids: Sequence[int]) -> None:
    for row in await ctx.rows(ANSWERS, member_ids=member_ids, most=JUDGED_ANSWERS):
        if until := restricted_until(_answers(row), ctx.now, ctx.deployment.policy):
            await _restrict(ctx, row.sender_id, until)


async def _restrict(ctx: Context, member_id: int, until: datetime) -> None:
    async with ctx.transaction():
        if member_id not in await lock(ctx, member_id):
            return
        if await ctx.rows(RESTRICT, member_id=member_id, until=until, now=ctx.now):
            await tell(ctx, [_notice(member_id)])


def _notice(member_id: int) -> Event:
    kind, subject = EventKind.NOTIFICATION_CREATED, allowances.id_of(member_id, QuotaKind.WEEKLY_REQUESTS)
    return Event(member_id, kind, subject, notification=NotificationKind.QUOTA_NOTICE)


def _answers(row: AnswersRow) -> list[DeclineKind | None]:
    return [DeclineKind(kind) if kind else None for kind in row.answers]
