"""Shows the entries of the viewer's log as they may be seen now, whatever could be seen before."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from loaders import connection_requests, members, messages, notifications, relationships, settings
from loaders.context import Context
from loaders.events import EventRow
from loaders.messages import ConversationRow
from resolvers.events.told import (
    ConnectionRequestChanged,
    Envelope,
    MessageChanged,
    MessagesRead,
    NotificationCreated,
    NotificationsRead,
    RelationshipChanged,
    SettingsChanged,
)
from rules import ids
from rules.events import EventKind, Position
from rules.terms import ConnectionRequestEvent


async def envelopes(ctx: Context, rows: Sequence[EventRow], *, replayed: bool = True) -> list[Envelope]:
    """The entries that the viewer may see, in envelopes."""
    found = await shown(ctx, rows)
    return [
        Envelope(row.position, row.occurred_at, replayed, event)
        for row, event in zip(rows, found, strict=True)
        if event is not None
    ]


async def shown(ctx: Context, rows: Sequence[EventRow]) -> list[object]:
    """What each entry tells the viewer now, None where its subject is gone or hidden."""
    by_kind: dict[EventKind, list[EventRow]] = defaultdict(list)
    for row in rows:
        by_kind[EventKind(row.kind)].append(row)
    found: dict[int, object] = {}
    for kind, of_kind in by_kind.items():
        told = await SHOWN[kind](ctx, of_kind)
        found.update(zip([row.sequence for row in of_kind], told, strict=True))
    return [found[row.sequence] for row in rows]


def _key(row: EventRow) -> Any:
    """The key of the subject; none of those that are written has another form than its public id."""
    decoded = ids.decode(row.subject)
    assert decoded is not None
    return decoded[1]


async def _notifications(ctx: Context, rows: Sequence[EventRow]) -> Sequence[object]:
    found = await notifications.by_keys(ctx, [(row.member_id, int(row.subject)) for row in rows])
    return [notification and NotificationCreated(notification) for notification in found]


async def _notifications_read(_: Context, rows: Sequence[EventRow]) -> Sequence[object]:
    return [
        NotificationsRead(
            row.subject.split() or None, Position(row.epoch, int(row.detail)) if row.detail else None
        )
        for row in rows
    ]


async def _requests(ctx: Context, rows: Sequence[EventRow]) -> Sequence[object]:
    found = await connection_requests.by_keys(ctx, [_key(row) for row in rows])
    return [
        request and ConnectionRequestChanged(request, ConnectionRequestEvent(row.detail or ""))
        for row, request in zip(rows, found, strict=True)
    ]


async def _relationships(ctx: Context, rows: Sequence[EventRow]) -> Sequence[object]:
    others = [_key(row)[1] for row in rows]
    found = await relationships.of_viewer(ctx, others)
    return [
        relationship and RelationshipChanged(ids.encode("M", other), relationship)
        for other, relationship in zip(others, found, strict=True)
    ]


async def _messages(ctx: Context, rows: Sequence[EventRow]) -> Sequence[object]:
    found = await messages.messages_by_keys(ctx, [_key(row) for row in rows])
    return [message and MessageChanged(message) for message in found]


async def _messages_read(ctx: Context, rows: Sequence[EventRow]) -> Sequence[object]:
    """What the other member read is told where both share that now, and exist for each other."""
    up_to = await messages.messages_by_keys(ctx, [_key(row) for row in rows])
    conversations = await messages.conversations_by_keys(ctx, [_key(row)[:3] for row in rows])
    readers = [ids.number("M", row.detail or "") for row in rows]
    found = await members.load_many(ctx, readers)
    sharing = await _sharing(ctx, [conversation for conversation in conversations if conversation])
    return [
        MessagesRead(conversation, None if reader_id == ctx.member_id else reader, message)
        if conversation and reader and (reader_id == ctx.member_id or conversation.id in sharing)
        else None
        for conversation, message, reader, reader_id in zip(conversations, up_to, found, readers, strict=True)
    ]


async def _sharing(ctx: Context, conversations: Sequence[ConversationRow]) -> set[int]:
    """The conversations whose members both share receipts."""
    shared = await messages.share_receipts(ctx, conversations)
    return {each.id for each, is_shared in zip(conversations, shared, strict=True) if is_shared}


async def _settings(ctx: Context, rows: Sequence[EventRow]) -> Sequence[object]:
    found = await settings.of_viewer(ctx, [row.member_id for row in rows])
    return [changed and SettingsChanged(changed) for changed in found]


SHOWN: Final[Mapping[EventKind, Callable[[Context, Sequence[EventRow]], Awaitable[Sequence[object]]]]] = {
    EventKind.NOTIFICATION_CREATED: _notifications,
    EventKind.NOTIFICATIONS_READ: _notifications_read,
    EventKind.CONNECTION_REQUEST_CHANGED: _requests,
    EventKind.RELATIONSHIP_CHANGED: _relationships,
    EventKind.MESSAGE_CHANGED: _messages,
    EventKind.MESSAGES_READ: _messages_read,
    EventKind.SETTINGS_CHANGED: _settings,
}
"""How the entries of each kind are shown; a test holds it against `EventKind`."""
