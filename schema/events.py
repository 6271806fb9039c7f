"""The log of a member: what can happen to a viewer, and the signals of a stream."""

from datetime import datetime
from typing import Annotated, Union

import strawberry

from resolvers.events import pages, told
from rules.events import Position, StreamGapReason
from rules.terms import ConnectionRequestEvent
from schema.fields import entity, field
from schema.refs import (
    ConnectionRequestRef,
    ConversationRef,
    MemberRef,
    MessageRef,
    NotificationRef,
    RelationshipRef,
    ViewerSettingsRef,
)


@entity(told.NotificationCreated, "A notification appeared, or a grouped one grew.")
class NotificationCreated:
    """Something the viewer should know."""

    notification: NotificationRef = field("The notification as it is now.")


@entity(told.NotificationsRead, "Notifications were read on some device.")
class NotificationsRead:
    """Read notifications."""

    notification_ids: list[strawberry.ID] | None = field("Read ids; null means everything up to `upTo`.")
    up_to: Position | None = field("Everything up to here is read.")
    unread_count: int = field("Unread now, capped at 999.", batch=pages.unread_counts)


@entity(told.ConnectionRequestChanged, "A request the viewer is party to changed, as the viewer may know it.")
class ConnectionRequestChanged:
    """A request and what was done to it."""

    request: ConnectionRequestRef = field("The request as it is now.")
    event: ConnectionRequestEvent | None = field("The event, when the viewer may know it.")


@entity(
    told.RelationshipChanged,
    "A relationship of the viewer changed (connected, removed, followed, muted, blocked).",
)
class RelationshipChanged:
    """What lies between the viewer and a member."""

    relationship: RelationshipRef | None = field(
        "The relationship as it is now; null when the member is not visible."
    )
    member_id: strawberry.ID = field("The member's id, also when not visible.")


@entity(told.MessageChanged, "A message arrived, was edited or was deleted (its body is then null).")
class MessageChanged:
    """A message."""

    message: MessageRef = field("The message as it is now.")


@entity(told.MessagesRead, "Messages were read.")
class MessagesRead:
    """How far a thread was read."""

    conversation: ConversationRef = field("The thread.")
    reader: MemberRef | None = field("Who read; null for the viewer's own other device.")
    up_to: MessageRef | None = field("Last message read.")


@entity(told.SettingsChanged, "Settings changed on some device.")
class SettingsChanged:
    """The viewer's settings."""

    settings: ViewerSettingsRef = field("The settings as they are now.")


@entity(told.StreamCaughtUp, "Control: everything missed has been replayed; what follows is live.")
class StreamCaughtUp:
    """The end of a replay."""

    replayed_count: int = field("How many events were replayed.")


@entity(
    told.StreamGap,
    "Control: the cursor is older than the retention, or the client was too slow. Reload, then go on from "
    "this envelope's cursor.",
)
class StreamGap:
    """A hole."""

    reason: StreamGapReason = field("Why there is a hole.")
    oldest_cursor: Position = field("Oldest position that can still be replayed.")


ViewerEvent = Annotated[
    Union[  # noqa: UP007 - strawberry names a union by its annotation
        NotificationCreated,
        NotificationsRead,
        ConnectionRequestChanged,
        RelationshipChanged,
        MessageChanged,
        MessagesRead,
        SettingsChanged,
        StreamCaughtUp,
        StreamGap,
    ],
    strawberry.union("ViewerEvent", description="What can happen to a viewer."),
]


@entity(told.Envelope, "One log entry, or one control signal of a stream.")
class EventEnvelope:
    """An event and where it stands."""

    cursor: Position = field(
        "Resume with `after: cursor`. Delivery is at least once: drop what is not greater than your last "
        "cursor."
    )
    occurred_at: datetime = field("When it happened.")
    replayed: bool = field("True while missed events are replayed.")
    event: ViewerEvent = field("The event.")


@strawberry.type(description="A page of the event log.")
class EventPage:
    """Events for pollers."""

    events: list[EventEnvelope] = field("Events in log order, at least once.")
    end_cursor: Position = field("Where to continue.")
    has_more: bool = field("More can be read at once.")
    gap: bool = field(
        "`after` is older than the retention, or of a log that was started anew: reload the state, then "
        "continue from `endCursor`."
    )
