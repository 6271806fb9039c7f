"""Pages of the viewer's log."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from auth.closing import closed_account
from auth.identity import OAuthScope, Viewer
from executor.errors import CodedError
from loaders import events, notifications
from loaders.context import Context
from resolvers.events.showing import envelopes
from resolvers.events.told import Envelope, NotificationsRead
from rules.events import TOPICS, EventTopic, Position

MAX_EVENTS: Final = 100
SCOPES: Final[Mapping[EventTopic, OAuthScope]] = {
    EventTopic.NOTIFICATIONS: OAuthScope.NOTIFICATIONS_READ,
    EventTopic.REQUESTS: OAuthScope.REQUESTS_READ,
    EventTopic.RELATIONSHIPS: OAuthScope.NETWORK_READ,
    EventTopic.MESSAGES: OAuthScope.MESSAGES_READ,
    EventTopic.SETTINGS: OAuthScope.PROFILE_READ,
}


@dataclass(frozen=True, slots=True)
class EventPage:
    """Entries of the log, and where to read on."""

    events: Sequence[Envelope]
    end_cursor: Position
    has_more: bool
    gap: bool


def topics_of(ctx: Context, wanted: Collection[EventTopic] | None) -> frozenset[EventTopic]:
    """Those of the topics, None for all, that the token may read."""
    viewer = ctx.viewer
    chosen = EventTopic if wanted is None else wanted
    return frozenset(topic for topic in chosen if viewer and viewer.may(SCOPES[topic]))


async def of_viewers(
    viewers: Sequence[Viewer],
    ctx: Context,
    *,
    after: Position | None = None,
    topics: Collection[EventTopic] | None = None,
    first: int,
) -> list[EventPage | CodedError]:
    """A page of each viewer's log."""
    if not 1 <= first <= MAX_EVENTS:
        return [CodedError("BAD_USER_INPUT", f"`first` is from 1 to {MAX_EVENTS}.")] * len(viewers)
    page = await _page(ctx, after, topics_of(ctx, topics), first)
    return [page] * len(viewers)


async def _page(
    ctx: Context, after: Position | None, topics: frozenset[EventTopic], first: int
) -> EventPage | CodedError:
    [reading] = await events.read(ctx, [(ctx.member_id, after or Position(0, 0))], first)
    if reading is None:
        return closed_account()
    if after and reading.gap:
        return EventPage([], reading.head, has_more=False, gap=True)
    rows = [row for row in reading.events if TOPICS[row.kind] in topics]
    return EventPage(await envelopes(ctx, rows), reading.end, reading.has_more, gap=False)


async def ends(viewers: Sequence[Viewer], ctx: Context) -> list[Position | CodedError]:
    """Where each viewer's log ends now."""
    found = await events.heads(ctx, [viewer.member_id for viewer in viewers])
    closed = closed_account()
    return [found.get(viewer.member_id, closed) for viewer in viewers]


async def unread_counts(read: Sequence[NotificationsRead], ctx: Context) -> list[int]:
    """How many notifications the viewer has not read, beside each event that some were."""
    [count] = await notifications.unread_counts(ctx, [ctx.member_id])
    return [count] * len(read)
