"""Writes down that requests to connect and introductions have expired, and announces it of requests before.

Whoever reads one of them computes its expiry, so nothing that is shown depends on when this is done.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from loaders import introductions
from loaders.connection_requests import RequestKey, RequestRow, rows_by_keys
from loaders.context import Context, Deployment
from models.connection_requests import KeyRow
from models.database import Statement
from models.expiry import ANNOUNCE, EXPIRED, EXPIRING
from models.introductions import EXPIRED as EXPIRED_INTRODUCTIONS
from models.introductions import KeyRow as IntroductionKeyRow
from resolvers.connection_requests.effects import carry_out
from resolvers.inboxes import lock, tell
from resolvers.introductions.effects import expire_what_is_over
from rules import ids
from rules.connection_requests import expire
from rules.events import Event, EventKind, NotificationKind
from rules.expiry import NOTICE, is_expiring


async def expire_requests(deployment: Deployment) -> None:
    """Close the requests whose time is over, in the eyes of those who saw them open, and tell them."""
    await _all(Context(deployment, None), EXPIRED, _expire)


async def announce_expiry(deployment: Deployment) -> None:
    """Notify recipients, once, of requests that they have neither answered nor ignored."""
    await _all(Context(deployment, None), EXPIRING, _announce, notice=NOTICE)


async def expire_introductions(deployment: Deployment) -> None:
    """Close the introductions whose time is over, of which nobody is told."""
    ctx, has_changed = Context(deployment, None), True
    while has_changed:
        has_changed = False
        for row in await ctx.rows(EXPIRED_INTRODUCTIONS, now=ctx.look_at_the_clock()):
            has_changed |= await _expire_introduction(ctx, row)


async def _expire_introduction(ctx: Context, key: IntroductionKeyRow) -> bool:
    """Whether that was still to be done."""
    async with ctx.transaction():
        await lock(ctx, key.requester_id, key.broker_id, key.target_id)
        [row] = await introductions.rows_by_keys(ctx, [(key.requester_id, key.number)])
        return row is not None and await expire_what_is_over(ctx, row)


async def _all(
    ctx: Context,
    due: Statement[KeyRow],
    work: Callable[[Context, RequestRow], Awaitable[bool]],
    **values: object,
) -> None:
    """Do the work on all that is due, a batch at a time, for as long as that changes anything."""
    has_changed = True
    while has_changed:
        has_changed = False
        for row in await ctx.rows(due, now=ctx.look_at_the_clock(), **values):
            async with _held(ctx, (row.sender_id, row.recipient_id, row.id)) as request:
                has_changed |= request is not None and await work(ctx, request)


@asynccontextmanager
async def _held(ctx: Context, key: RequestKey) -> AsyncIterator[RequestRow | None]:
    """The request as it is now, which nobody else can change meanwhile; None if it has been erased."""
    async with ctx.transaction():
        await lock(ctx, key[0], key[1])
        (row,) = await rows_by_keys(ctx, [key])
        yield row


async def _expire(ctx: Context, request: RequestRow) -> bool:
    move = expire(request, ctx.now)
    if move.changes:
        await carry_out(ctx, request, move)
    return bool(move.changes)


async def _announce(ctx: Context, request: RequestRow) -> bool:
    if not is_expiring(request, ctx.now) or not await ctx.rows(ANNOUNCE, **_key(request)):
        return False
    event = Event(
        request.recipient_id,
        EventKind.NOTIFICATION_CREATED,
        ids.encode("CR", *request.key),
        notification=NotificationKind.CONNECTION_REQUEST_EXPIRING,
        actor_id=request.sender_id,
    )
    await tell(ctx, [event])
    return True


def _key(request: RequestRow) -> dict[str, int]:
    return {"sender_id": request.sender_id, "recipient_id": request.recipient_id, "id": request.number}
