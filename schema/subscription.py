"""The root of all streams."""

from datetime import datetime

import strawberry

from auth.identity import OAuthScope
from executor.fields import Argument
from resolvers import streams
from resolvers.events.pages import SCOPES
from rules.events import EventTopic, NotificationKind, Position
from schema.events import EventEnvelope, RelationshipChanged
from schema.fields import entity, field
from schema.refs import MemberRef

RESUME = Argument(Position | None, "Position to resume behind; live only when absent.")
THREAD = Argument(strawberry.ID, "The thread.")
ANY_TOPIC = [*SCOPES.values()]


@entity(streams.Typing, "A typing signal.")
class TypingSignal:
    """Somebody writes."""

    member: MemberRef = field("Who types.")
    until: datetime = field("Treat as over from then on.")


@strawberry.type(description="Real-time operations over `graphql-transport-ws` or server-sent events.")
class Subscription:
    """What can be followed as it happens."""

    notifications: EventEnvelope = field(
        "Durable notifications. Without `after` it starts live; with `after` it replays everything missed, "
        "then a StreamCaughtUp envelope, then live.",
        source=streams.notifications,
        arguments={
            "after": RESUME,
            "kinds": Argument(list[NotificationKind] | None, "Only these kinds; all when absent."),
        },
        scopes=[OAuthScope.NOTIFICATIONS_READ],
    )
    viewer_events: EventEnvelope = field(
        "The whole durable event log of the viewer, same rules. Topics whose scope the token lacks are left "
        "out.",
        source=streams.viewer_events,
        arguments={
            "after": RESUME,
            "topics": Argument(list[EventTopic] | None, "Only these topics; all when absent."),
        },
        scopes=ANY_TOPIC,
    )
    conversation_events: EventEnvelope = field(
        "Events of one conversation, resumable.",
        source=streams.conversation_events,
        arguments={"conversation_id": THREAD, "after": RESUME},
        scopes=[OAuthScope.MESSAGES_READ],
    )
    typing: TypingSignal = field(
        "Who is typing. Not stored, not replayed, only when both share receipts.",
        source=streams.typing,
        arguments={"conversation_id": THREAD},
        scopes=[OAuthScope.MESSAGES_READ],
    )
    relationship_changes: RelationshipChanged = field(
        "Relationship changes for the members on screen (up to 100); the first item of each is its present "
        "state.",
        source=streams.relationship_changes,
        arguments={"member_ids": Argument(list[strawberry.ID], "The members, at most 100.")},
        scopes=[OAuthScope.NETWORK_READ],
    )
