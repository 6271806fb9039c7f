"""Locking the members that a mutation concerns, and telling them of it in the same transaction."""

from collections.abc import Sequence

from loaders.context import Context
from models.database import Statement
from models.events import APPEND, LOCK, LOCK_WITH_BROKERS, InboxRow
from rules.events import Event
from rules.refusals import NotFoundError, Refused


async def lock(ctx: Context, *member_ids: int) -> frozenset[int]:
    """Hold the members' inboxes until the transaction ends; which of the members have an open account.

    Every mutation about more than its viewer begins so, in ascending order, before it reads what it decides
    on: of two mutations about one member the second sees what the first did, and nobody waits in a circle.
    Refused where the viewer's own account was closed meanwhile.
    """
    return await _lock(ctx, LOCK, member_ids)


async def lock_pair(ctx: Context, other_id: int) -> None:
    """Hold the inboxes of the viewer and another, whom this may connect, and of who introduces them."""
    await _lock(ctx, LOCK_WITH_BROKERS, (ctx.member_id, other_id))


async def _lock(ctx: Context, statement: Statement[InboxRow], member_ids: Sequence[int]) -> frozenset[int]:
    rows = await ctx.rows(statement, member_ids=sorted(set(member_ids)))
    ctx.look_at_the_clock()
    open_ones = frozenset(row.member_id for row in rows)
    if ctx.viewer and ctx.member_id not in open_ones:
        raise Refused(NotFoundError(message="The account is closed."))
    return open_ones


async def tell(ctx: Context, events: Sequence[Event]) -> None:
    """Write the events, and the notifications among them, into the logs of members who are locked."""
    if events:
        await ctx.rows(
            APPEND,
            member_ids=[event.member_id for event in events],
            kinds=[event.kind for event in events],
            subjects=[event.subject for event in events],
            details=[event.detail for event in events],
            notifications=[event.notification for event in events],
            actor_ids=[event.actor_id for event in events],
            now=ctx.now,
        )
        ctx.will_wake(event.member_id for event in events)
