"""What can happen to a member: kinds of events and of notifications, and who hears of what."""

from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """What an entry of a member's log is about; its subject is a public id of that type."""

    NOTIFICATION_CREATED = "NOTIFICATION_CREATED"
    CONNECTION_REQUEST_CHANGED = "CONNECTION_REQUEST_CHANGED"
    RELATIONSHIP_CHANGED = "RELATIONSHIP_CHANGED"
    MESSAGE_CHANGED = "MESSAGE_CHANGED"


class NotificationKind(StrEnum):
    """Kind of a notification."""

    CONNECTION_REQUEST_RECEIVED = "CONNECTION_REQUEST_RECEIVED"
    CONNECTION_REQUEST_REMINDER = "CONNECTION_REQUEST_REMINDER"
    CONNECTION_REQUEST_ACCEPTED = "CONNECTION_REQUEST_ACCEPTED"
    CONNECTION_REQUEST_EXPIRING = "CONNECTION_REQUEST_EXPIRING"
    CONNECTION_REQUEST_REPLIED = "CONNECTION_REQUEST_REPLIED"


@dataclass(frozen=True, slots=True)
class Event:
    """An entry for one member's log; with a `notification` by `actor_id` it is the telling of that."""

    member_id: int
    kind: EventKind
    subject: str
    cause: str | None = None
    notification: NotificationKind | None = None
    actor_id: int | None = None
