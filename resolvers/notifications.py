"""Notifications: what each says and who is behind it, and marking them read."""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.identity import Viewer
from executor.errors import CodedError
from loaders import events as event_loader
from loaders import members as member_loader
from loaders import notifications as notification_loader
from loaders.context import Context
from loaders.members import MemberRow
from loaders.notifications import NotificationPage, NotificationRow
from models.notifications import READ_THESE
from resolvers.inboxes import lock, tell
from resolvers.mutations import Payload, mutation, refuse_if
from rules import ids, notifications
from rules.events import Event, EventKind, NotificationKind, Position
from rules.notifications import MOST_SHOWN_ACTORS
from rules.paging import PageArgs


@dataclass(frozen=True, kw_only=True)
class ReadPayload(Payload):
    """The viewer, and the keys of the notifications that were named, None for ids of no notification."""

    viewer: Viewer | None = None
    keys: Sequence[tuple[int, int] | None] = ()


async def of_viewers(
    viewers: Sequence[Viewer],
    ctx: Context,
    *,
    page: PageArgs,
    kinds: Sequence[NotificationKind] | None = None,
    unread_only: bool,
) -> list[NotificationPage | CodedError]:
    """A page of the viewer's notifications."""
    return [await notification_loader.of_viewer(ctx, page, kinds, unread_only=unread_only) for _ in viewers]


async def totals(pages: Sequence[NotificationPage], ctx: Context) -> list[int | None]:
    """The length of each page's list."""
    return await notification_loader.totals(ctx, pages)


async def unread_counts(viewers: Sequence[Viewer], ctx: Context) -> list[int]:
    """How many notifications each viewer has not read."""
    return await notification_loader.unread_counts(ctx, [viewer.member_id for viewer in viewers])


async def texts(rows: Sequence[NotificationRow], ctx: Context) -> list[str]:
    """What each notification says, with names as the viewer may see them."""
    found = await _actors(ctx, rows, 2)
    return [
        notifications.text(
            NotificationKind(row.kind),
            ctx.client.language,
            [actor.display_name for actor in actors],
            row.actor_count,
        )
        for row, actors in zip(rows, found, strict=True)
    ]


async def actors(
    rows: Sequence[NotificationRow], ctx: Context, *, first: int
) -> Sequence[list[MemberRow] | CodedError]:
    """The newest members behind each notification."""
    if not 1 <= first <= MOST_SHOWN_ACTORS:
        return [CodedError("BAD_USER_INPUT", f"`first` is from 1 to {MOST_SHOWN_ACTORS}.")] * len(rows)
    return await _actors(ctx, rows, first)


@mutation(ReadPayload)
async def mark_notifications_read(
    ctx: Context, *, notification_ids: Sequence[str] | None = None, up_to: Position | None = None
) -> ReadPayload:
    """Mark read what is named, or all up to a position of the log; ids of nothing are passed over."""
    async with ctx.transaction():
        await lock(ctx, ctx.member_id)
        head = (await event_loader.heads(ctx, [ctx.member_id]))[ctx.member_id]
        refuse_if([*notifications.check_what_is_read(notification_ids, up_to, head.epoch)])
        keys = [_key(ctx, each) for each in notification_ids or ()]
        # What is yet to be told must not be taken for read by whoever hears of this.
        up_to = min(up_to, head) if up_to else None
        if unread := await _unread(ctx, keys, up_to):
            await ctx.rows(READ_THESE, member_id=ctx.member_id, ids=unread, now=ctx.now)
            await tell(ctx, [_read(ctx, unread, up_to)])
    return ReadPayload(viewer=ctx.viewer, keys=keys)


async def named(payloads: Sequence[ReadPayload], ctx: Context) -> list[list[NotificationRow | None]]:
    """The notifications that each mutation named."""
    return [await _named(ctx, payload.keys) for payload in payloads]


async def _named(ctx: Context, keys: Sequence[tuple[int, int] | None]) -> list[NotificationRow | None]:
    wanted = [key for key in keys if key]
    found = dict(zip(wanted, await notification_loader.by_keys(ctx, wanted), strict=True))
    return [found[key] if key else None for key in keys]


async def _unread(ctx: Context, keys: Sequence[tuple[int, int] | None], up_to: Position | None) -> list[int]:
    if up_to is not None:
        return await notification_loader.unread_up_to(ctx, up_to.sequence)
    return await notification_loader.unread_among(ctx, [key[1] for key in keys if key])


def _read(ctx: Context, unread: Sequence[int], up_to: Position | None) -> Event:
    """What the viewer's other devices are told."""
    kind = EventKind.NOTIFICATIONS_READ
    if up_to is not None:
        return Event(ctx.member_id, kind, "", detail=str(up_to.sequence))
    return Event(ctx.member_id, kind, " ".join(ids.encode("N", ctx.member_id, id) for id in unread))


def _key(ctx: Context, public_id: str) -> tuple[int, int] | None:
    match ids.decode_as("N", public_id):
        case (member_id, number) if member_id == ctx.member_id:
            return member_id, number
    return None


async def _actors(ctx: Context, rows: Sequence[NotificationRow], first: int) -> list[list[MemberRow]]:
    """Up to so many actors of each; who disappeared since the row was read is left out."""
    wanted = {member_id for row in rows for member_id in row.actor_ids[:first]}
    actors = await member_loader.load_many(ctx, [*wanted], ["display_name"])
    found = {actor.id: actor for actor in actors if actor}
    return [[found[id] for id in row.actor_ids[:first] if id in found] for row in rows]
