"""What the entries of a log tell, and what a stream says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from loaders.members import MemberRow
from loaders.messages import ConversationRow
from loaders.notifications import NotificationRow
from loaders.relationships import RelationshipRow
from loaders.settings import SettingsRow
from models.messages import MessageRow
from rules.events import Position, StreamGapReason
from rules.seen_requests import SeenRequest
from rules.terms import ConnectionRequestEvent


@dataclass(frozen=True, slots=True)
class NotificationCreated:
    """A notification appeared or grew."""

    notification: NotificationRow


@dataclass(frozen=True, slots=True)
class NotificationsRead:
    """Notifications were read: these, or all up to a position."""

    notification_ids: Sequence[str] | None
    up_to: Position | None


@dataclass(frozen=True, slots=True)
class ConnectionRequestChanged:
    """A request changed, by this event."""

    request: SeenRequest
    event: ConnectionRequestEvent | None


@dataclass(frozen=True, slots=True)
class RelationshipChanged:
    """What lies between the viewer and a member changed; None where the member is not visible."""

    member_id: str
    relationship: RelationshipRow | None


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """A message was written, edited or deleted."""

    message: MessageRow


@dataclass(frozen=True, slots=True)
class MessagesRead:
    """A conversation was read up to a message, by its other member or on another device."""

    conversation: ConversationRow
    reader: MemberRow | None
    up_to: MessageRow | None


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The viewer's settings changed."""

    settings: SettingsRow


@dataclass(frozen=True, slots=True)
class StreamCaughtUp:
    """All that was missed has been replayed."""

    replayed_count: int


@dataclass(frozen=True, slots=True)
class StreamGap:
    """Something is missing in the stream."""

    reason: StreamGapReason
    oldest_cursor: Position


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event, or a signal of the stream, and the position behind it."""

    cursor: Position
    occurred_at: datetime
    replayed: bool
    event: object
