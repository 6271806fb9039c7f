"""What a move writes: the change itself, what follows from it, and who is told."""

from collections.abc import Sequence

from loaders.connection_requests import RequestKey, RequestRow
from loaders.context import Context
from loaders.introductions import IntroductionRow
from models.connection_requests import CHANGE
from models.connections import CONNECT
from models.follows import FOLLOW_EACH_OTHER
from models.notifications import MARK_READ, RETRACT
from resolvers.inboxes import tell
from resolvers.introductions import effects as introductions
from rules import ids
from rules.connection_requests import Move, Side, Telling, expire
from rules.events import Event, EventKind, NotificationKind
from rules.introductions import agree as introduced
from rules.terms import ConnectionRequestEvent


async def carry_out(ctx: Context, row: RequestRow, move: Move, also: Sequence[Event] = ()) -> None:
    """Write what a move of the viewer changes, and tell of it and of what else came with it."""
    if move.changes:
        sender_id, recipient_id, number = row.key
        key = {"sender_id": sender_id, "recipient_id": recipient_id, "id": number}
        await ctx.rows(CHANGE, **key, changes=move.changes)
    subject = ids.encode("CR", *row.key)
    about = {"member_id": row.recipient_id, "subject": subject}
    if move.recipients_notifications is Telling.RETRACTED:
        await ctx.rows(RETRACT, **about)
    elif move.recipients_notifications is Telling.READ:
        await ctx.rows(MARK_READ, **about, now=ctx.now)
    sides = {Side.SENDER: row.sender_id, Side.RECIPIENT: row.recipient_id}
    told = [changed(sides[side], subject, move.event) for side in Side if side in move.told]
    if move.notification:
        told.append(notified(other_of(ctx, row.key), subject, move.notification, ctx.member_id))
    await tell(ctx, [*told, *also])


async def expire_what_is_over(ctx: Context, *rows: RequestRow | None) -> None:
    """Write down that requests expired, before anything else becomes of them."""
    for row in rows:
        if row and (move := expire(row, ctx.now)).changes:
            await carry_out(ctx, row, move)


async def connect(
    ctx: Context, other_id: int, *, follow: bool, introduction: IntroductionRow | None = None
) -> list[Event]:
    """Connect the viewer and another, who then follow each other unless the viewer won't.

    What both are to be told. The introduction behind it is accepted, and all others of the two end.
    """
    number = introduction and introduction.number
    await ctx.rows(CONNECT, one=ctx.member_id, other=other_id, introduction_id=number, now=ctx.now)
    if introduction:
        await introductions.carry_out(ctx, introduction, introduced())
    await introductions.end_between(ctx, [other_id])
    if ctx.deployment.policy.follow_on_connect:
        pair = {"one": ctx.member_id, "other": other_id}
        await ctx.rows(FOLLOW_EACH_OTHER, **pair, one_follows=follow, other_follows=True, now=ctx.now)
    return [relationship_changed(ctx.member_id, other_id), relationship_changed(other_id, ctx.member_id)]


def changed(member_id: int, subject: str, event: ConnectionRequestEvent) -> Event:
    """One side hears that the request changed."""
    return Event(member_id, EventKind.CONNECTION_REQUEST_CHANGED, subject, event)


def notified(member_id: int, subject: str, kind: NotificationKind, actor_id: int) -> Event:
    """One side is notified of the request."""
    return Event(member_id, EventKind.NOTIFICATION_CREATED, subject, notification=kind, actor_id=actor_id)


def relationship_changed(member_id: int, other_id: int) -> Event:
    """A member hears that the relationship with another changed."""
    return Event(member_id, EventKind.RELATIONSHIP_CHANGED, ids.encode("REL", member_id, other_id))


def other_of(ctx: Context, key: RequestKey) -> int:
    """The one of the two who is not the viewer."""
    return key[1] if key[0] == ctx.member_id else key[0]
