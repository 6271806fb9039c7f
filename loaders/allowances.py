"""What the viewer has left of the allowances of requests, introductions, messages and exports."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import DateTime, Integer, bindparam, text

from loaders.context import Context
from models.database import Row, Statement
from rules.allowances import WEEK, Quota
from rules.relationships import Allowance
from rules.terms import QuotaKind


class UseRow(Row):
    """What a member used of the allowances of requests and introductions."""

    connection_count: int
    restricted_until: datetime | None
    sent: int
    first_sent_at: datetime | None
    open: int
    introductions: int
    first_introduction_at: datetime | None


class SentRow(Row):
    """What a member sent or started in the window, and since when."""

    sent: int
    first_sent_at: datetime | None


# What counts as open is the sender's view, as in every list of sent requests.
USE = Statement(
    text("""
    SELECT connection_count, requests_restricted_until AS restricted_until, sent, first_sent_at, open,
        introductions, first_introduction_at
    FROM members CROSS JOIN (
        SELECT count(*) AS sent, min(sent_at) AS first_sent_at FROM connection_requests
        WHERE sender_id = :member_id AND sent_at > :week_ago
    ) AS week CROSS JOIN (
        SELECT count(*) AS open FROM connection_requests
        WHERE sender_id = :member_id AND sender_state = 'PENDING' AND expires_at > :now
    ) AS present CROSS JOIN (
        SELECT count(*) AS introductions, min(requested_at) AS first_introduction_at FROM introductions
        WHERE requester_id = :member_id AND requested_at > :introduced_since
    ) AS introduced
    WHERE id = :member_id
    """).bindparams(
        bindparam("member_id", type_=Integer),
        bindparam("week_ago", type_=DateTime(timezone=True)),
        bindparam("introduced_since", type_=DateTime(timezone=True)),
        bindparam("now", type_=DateTime(timezone=True)),
    ),
    UseRow,
)

SINCE = (bindparam("member_id", type_=Integer), bindparam("since", type_=DateTime(timezone=True)))
MESSAGES = Statement(
    text("""
    SELECT count(*) AS sent, min(sent_at) AS first_sent_at FROM messages
    WHERE author_id = :member_id AND sent_at > :since
    """).bindparams(*SINCE),
    SentRow,
)
EXPORTS = Statement(
    text("""
    SELECT count(*) AS sent, min(requested_at) AS first_sent_at FROM exports
    WHERE member_id = :member_id AND requested_at > :since
    """).bindparams(*SINCE),
    SentRow,
)


async def of_members(ctx: Context, member_ids: Sequence[int]) -> list[Allowance | None]:
    """The allowance of the viewer, None for everybody else."""
    own = ctx.viewer and ctx.member_id
    if own not in member_ids:
        return [None] * len(member_ids)
    since = ctx.now - ctx.deployment.policy.introduction_window
    use = await ctx.row(USE, member_id=own, now=ctx.now, week_ago=ctx.now - WEEK, introduced_since=since)
    return [_allowance(ctx, own, use) if use and own == member_id else None for member_id in member_ids]


async def load(ctx: Context) -> Allowance:
    """The viewer's allowance, read once an operation."""
    allowance = await ctx.entities(of_members).load(ctx.member_id)
    assert allowance is not None, "an account is erased long after its last token has ended"
    return allowance


async def messages(ctx: Context) -> Quota:
    """How many messages the viewer may write, and how many they wrote in the window."""
    policy = ctx.deployment.policy
    return await _of_window(ctx, QuotaKind.MESSAGES, MESSAGES, policy.message_limit, policy.message_window)


async def exports(ctx: Context) -> Quota:
    """How many exports the viewer may start, and how many they started in the window."""
    policy = ctx.deployment.policy
    return await _of_window(ctx, QuotaKind.EXPORTS, EXPORTS, policy.export_limit, policy.export_window)


async def _of_window(
    ctx: Context, kind: QuotaKind, sent: Statement[SentRow], limit: int | None, window: timedelta
) -> Quota:
    [use] = await ctx.rows(sent, member_id=ctx.member_id, since=ctx.now - window)
    return _rolling(ctx.member_id, kind, limit, window, use.sent, use.first_sent_at)


def _allowance(ctx: Context, member_id: int, use: UseRow) -> Allowance:
    policy = ctx.deployment.policy
    is_restricted = use.restricted_until is not None and use.restricted_until > ctx.now
    weekly = _rolling(
        member_id, QuotaKind.WEEKLY_REQUESTS, policy.weekly_request_limit, WEEK, use.sent, use.first_sent_at
    )
    pending = Quota(
        member_id=member_id, kind=QuotaKind.PENDING_REQUESTS, limit=policy.max_pending_sent, used=use.open
    )
    introductions = _rolling(
        member_id,
        QuotaKind.INTRODUCTIONS,
        policy.introduction_limit,
        policy.introduction_window,
        use.introductions,
        use.first_introduction_at,
    )
    return Allowance(
        weekly=replace(weekly, restricted_until=use.restricted_until if is_restricted else None),
        pending=pending,
        introductions=introductions,
        connection_count=use.connection_count,
    )


def _rolling(
    member_id: int,
    kind: QuotaKind,
    limit: int | None,
    window: timedelta,
    used: int,
    first_at: datetime | None,
) -> Quota:
    """What was used in the last so much time, the first of it at that instant."""
    return Quota(
        member_id=member_id,
        kind=kind,
        limit=limit,
        used=used,
        window=window,
        next_release_at=first_at and first_at + window,
    )
