"""Enums of what members are told."""

from rules import events
from schema.enums.describing import describe

describe(
    events.EventTopic,
    "Topics of the event log.",
    NOTIFICATIONS="Notifications; needs NOTIFICATIONS_READ.",
    REQUESTS="Connection requests; needs REQUESTS_READ.",
    RELATIONSHIPS="Relationships; needs NETWORK_READ.",
    MESSAGES="Messages; needs MESSAGES_READ.",
    SETTINGS="Settings; needs PROFILE_READ.",
)

describe(
    events.StreamGapReason,
    "Why a stream has a hole.",
    CURSOR_TOO_OLD="The events after the cursor are no longer kept.",
    CONSUMER_TOO_SLOW="The client read too slowly; the stream closes.",
    LOG_RESET="The log was started anew, e.g. after a restore.",
)

describe(
    events.NotificationKind,
    "Kind of a notification. New kinds may be added: treat unknown ones as plain text.",
    CONNECTION_REQUEST_RECEIVED="Somebody asks to connect.",
    CONNECTION_REQUEST_REMINDER="Somebody reminds of a request.",
    CONNECTION_REQUEST_ACCEPTED="A request was accepted.",
    CONNECTION_REQUEST_EXPIRING="A received request soon runs out.",
    CONNECTION_REQUEST_REPLIED="A recipient replied to a request.",
    NEW_FOLLOWER="Somebody follows; off by default.",
    INTRODUCTION_REQUESTED="Somebody asks to be introduced.",
    INTRODUCTION_FORWARDED="An introduction was passed on.",
    INTRODUCTION_ANSWERED="An introduction was accepted.",
    MESSAGE_RECEIVED="A message arrived.",
    QUOTA_NOTICE="An allowance is restricted for a time.",
    EXPORT_READY="An export can be downloaded.",
)
