"""What can happen to a member: kinds of events and of notifications, and who hears of what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple


class EventKind(StrEnum):
    """What an entry of a member's log is about; each says what its subject and its detail are."""

    NOTIFICATION_CREATED = "NOTIFICATION_CREATED"
    """The number of the notification."""
    NOTIFICATIONS_READ = "NOTIFICATIONS_READ"
    """Public ids of notifications with blanks between; or none, and the detail is the last number of the log
    up to which all are read."""
    CONNECTION_REQUEST_CHANGED = "CONNECTION_REQUEST_CHANGED"
    """Public id of the request; what was done to it."""
    RELATIONSHIP_CHANGED = "RELATIONSHIP_CHANGED"
    """Public id of the relationship."""
    MESSAGE_CHANGED = "MESSAGE_CHANGED"
    """Public id of the message."""
    MESSAGES_READ = "MESSAGES_READ"
    """Public id of the last message read; public id of the member who read."""
    SETTINGS_CHANGED = "SETTINGS_CHANGED"
    """Public id of the settings."""


class Position(NamedTuple):
    """A place in a member's log, behind the entry with this number; its text is an `EventCursor`.

    Texts are of one width, so that they compare as positions do.
    """

    epoch: int
    sequence: int

    @property
    def text(self) -> str:
        """The cursor."""
        return f"{self.epoch:08x}{self.sequence:016x}"


def parse_position(text: str) -> Position:
    """The position that a cursor stands for. Raises ValueError for any other text."""
    position = Position(int(text[:8], 16), int(text[8:], 16))
    if position.text != text or position.sequence >= 2**63:
        raise ValueError("This is no cursor of the event log.")
    return position


class EventTopic(StrEnum):
    """What readers of a log choose from."""

    NOTIFICATIONS = "NOTIFICATIONS"
    REQUESTS = "REQUESTS"
    RELATIONSHIPS = "RELATIONSHIPS"
    MESSAGES = "MESSAGES"
    SETTINGS = "SETTINGS"


TOPICS: Final[Mapping[EventKind, EventTopic]] = {
    EventKind.NOTIFICATION_CREATED: EventTopic.NOTIFICATIONS,
    EventKind.NOTIFICATIONS_READ: EventTopic.NOTIFICATIONS,
    EventKind.CONNECTION_REQUEST_CHANGED: EventTopic.REQUESTS,
    EventKind.RELATIONSHIP_CHANGED: EventTopic.RELATIONSHIPS,
    EventKind.MESSAGE_CHANGED: EventTopic.MESSAGES,
    EventKind.MESSAGES_READ: EventTopic.MESSAGES,
    EventKind.SETTINGS_CHANGED: EventTopic.SETTINGS,
}


class NotificationKind(StrEnum):
    """Kind of a notification."""

    CONNECTION_REQUEST_RECEIVED = "CONNECTION_REQUEST_RECEIVED"
    CONNECTION_REQUEST_REMINDER = "CONNECTION_REQUEST_REMINDER"
    CONNECTION_REQUEST_ACCEPTED = "CONNECTION_REQUEST_ACCEPTED"
    CONNECTION_REQUEST_EXPIRING = "CONNECTION_REQUEST_EXPIRING"
    CONNECTION_REQUEST_REPLIED = "CONNECTION_REQUEST_REPLIED"
    NEW_FOLLOWER = "NEW_FOLLOWER"
    INTRODUCTION_REQUESTED = "INTRODUCTION_REQUESTED"
    INTRODUCTION_FORWARDED = "INTRODUCTION_FORWARDED"
    INTRODUCTION_ANSWERED = "INTRODUCTION_ANSWERED"
    MESSAGE_RECEIVED = "MESSAGE_RECEIVED"
    QUOTA_NOTICE = "QUOTA_NOTICE"
    EXPORT_READY = "EXPORT_READY"


OFF_BY_DEFAULT: Final = frozenset({NotificationKind.NEW_FOLLOWER})


@dataclass(frozen=True, slots=True)
class Event:
    """An entry for one member's log; with a `notification`, by `actor_id` or nobody, the telling of that."""

    member_id: int
    kind: EventKind
    subject: str
    detail: str | None = None
    notification: NotificationKind | None = None
    actor_id: int | None = None


@dataclass(frozen=True, slots=True)
class TypingSignal:
    """A member writes in a conversation, which is to be shown until an instant; never kept."""

    conversation_id: int
    member_id: int
    until: datetime


class StreamGapReason(StrEnum):
    """Why a stream has a hole."""

    CURSOR_TOO_OLD = "CURSOR_TOO_OLD"
    CONSUMER_TOO_SLOW = "CONSUMER_TOO_SLOW"
    LOG_RESET = "LOG_RESET"


def gap_reason(after: Position, head: Position, next_kept: int | None) -> StreamGapReason | None:
    """Why a reader who stands behind `after` can't simply read on; None where nothing is missing.

    `head` is the end of the log and `next_kept` the first entry behind `after` that is still there. Entries
    are numbered without gaps and forgotten from the front.
    """
    if after.epoch != head.epoch or after.sequence > head.sequence:
        return StreamGapReason.LOG_RESET
    if after.sequence < head.sequence and next_kept != after.sequence + 1:
        return StreamGapReason.CURSOR_TOO_OLD
    return None
