"""Restricts members whose requests to connect go to too many people who don't know them."""

from collections.abc import Sequence
from datetime import timedelta

from loaders.context import Context, Deployment
from models.restrictions import ANSWERED, ANSWERS, RESTRICT, AnswersRow
from rules.allowances import JUDGED_ANSWERS, restricted_until
from rules.terms import DeclineKind

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
            await ctx.rows(RESTRICT, member_id=row.sender_id, until=until, now=ctx.now)


def _answers(row: AnswersRow) -> list[DeclineKind | None]:
    return [DeclineKind(kind) if kind else None for kind in row.answers]
