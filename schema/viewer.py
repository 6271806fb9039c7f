"""The signed-in member's private root."""

import strawberry

from auth import identity
from auth.identity import OAuthScope
from executor.fields import Argument
from loaders.connections import own_columns
from loaders.follows import SHOWN
from loaders.members import MemberRow
from resolvers import (
    accounts,
    allowances,
    connections,
    exports,
    follows,
    members,
    network_health,
    notifications,
    relationships,
    safety,
    settings,
    suggestions,
    tags,
)
from resolvers.connection_requests import lists
from resolvers.events import pages as event_pages
from resolvers.introductions import lists as introductions
from resolvers.messages import reading
from resolvers.nodes import id_of
from rules.events import EventTopic, NotificationKind, Position
from rules.suggestions import SuggestionReasonKind
from rules.terms import (
    ConnectionRequestState,
    IntroductionRole,
    IntroductionState,
    ReceivedRequestView,
    RequestOrder,
)
from schema.fields import FOLLOWABLE_KIND, entity, field, paged
from schema.interfaces import Node
from schema.network_lists import NETWORK_LIST
from schema.pages import MemberConnection
from schema.refs import (
    ConnectionRequestConnectionRef,
    ConversationConnectionRef,
    EventPageRef,
    FollowConnectionRef,
    IntroductionConnectionRef,
    MemberRef,
    MemberSuggestionConnectionRef,
    NetworkConnectionRef,
    NetworkExportRef,
    NetworkHealthRef,
    NotificationConnectionRef,
    QuotaRef,
    RelationshipRef,
    SessionRef,
    TagRef,
    ViewerSettingsRef,
)

ANY_TOPIC = [*event_pages.SCOPES.values()]
REQUEST_ORDER = Argument(RequestOrder, "Order of the list.", RequestOrder.NEWEST)


@entity(identity.Viewer, "The signed-in member's private root.")
class Viewer(Node):
    """What belongs to the viewer alone."""

    id: strawberry.ID = field("Global id.", column=id_of("V", "member_id"))
    member: MemberRef = field("The public face of the viewer.", batch=members.of_viewers)
    email: str | None = field(
        "Address to sign in with, null where the account has none; what others see is `ContactInfo.email`.",
        batch=accounts.emails_of_viewers,
        scopes=[],
    )
    settings: ViewerSettingsRef = field(
        "Privacy settings.", batch=settings.of_viewers, scopes=[OAuthScope.PROFILE_READ]
    )
    connection_count: int | None = field(
        "Number of 1st-degree connections.",
        batch=connections.counts_of_viewers,
        reads_elsewhere={MemberRow: ["network_size"]},
        scopes=[OAuthScope.NETWORK_READ],
    )
    connections: NetworkConnectionRef | None = paged(
        "1st-degree connections, with the viewer's tags and notes on the edges.",
        arguments=NETWORK_LIST,
        batch=connections.of_viewers,
        reads_elsewhere={MemberRow: own_columns},
        scopes=[OAuthScope.NETWORK_READ],
    )
    tags: list[TagRef] = field(
        "The viewer's private tags by name, at most 200.",
        batch=tags.of_viewers,
        scopes=[OAuthScope.NETWORK_READ],
    )
    received_requests: ConnectionRequestConnectionRef | None = paged(
        "Requests others sent to the viewer. By default only the ones awaiting an answer; ignored ones are "
        "under IGNORED.",
        arguments={
            "view": Argument(ReceivedRequestView, "Which ones.", ReceivedRequestView.AWAITING_ANSWER),
            "order_by": REQUEST_ORDER,
        },
        batch=lists.received,
        scopes=[OAuthScope.REQUESTS_READ],
    )
    sent_requests: ConnectionRequestConnectionRef | None = paged(
        "Requests the viewer sent.",
        arguments={
            "states": Argument(
                list[ConnectionRequestState], "Only these states.", [ConnectionRequestState.PENDING]
            ),
            "order_by": REQUEST_ORDER,
        },
        batch=lists.sent,
        scopes=[OAuthScope.REQUESTS_READ],
    )
    request_quota: QuotaRef = field(
        "What is left of the weekly request allowance, and whether it is restricted.",
        batch=lists.request_quotas,
        scopes=[OAuthScope.REQUESTS_READ],
    )
    quotas: list[QuotaRef] = field(
        "All allowances of the viewer, one of each kind.",
        batch=allowances.of_viewers,
        scopes=[OAuthScope.REQUESTS_READ],
    )
    relationships: list[RelationshipRef | None] = field(
        "Relationship with up to 100 members in one field. Same order and length as `memberIds`; null where "
        "the member is missing or not visible. Always a constant number of database round trips.",
        arguments={"member_ids": Argument(list[strawberry.ID], "The members, at most 100.")},
        batch=relationships.of_viewers,
        weight=2,
        multipliers=("member_ids",),
        scopes=[OAuthScope.NETWORK_READ],
    )
    following: FollowConnectionRef | None = paged(
        "Members and companies the viewer follows, also while the other's settings suspend it.",
        arguments={"kind": FOLLOWABLE_KIND},
        batch=follows.following_of_viewers,
        reads_elsewhere={MemberRow: SHOWN},
        scopes=[OAuthScope.NETWORK_READ],
    )
    followers: FollowConnectionRef | None = paged(
        "Followers of the viewer. Private followers are counted but not named.",
        batch=follows.followers_of_viewers,
        reads_elsewhere={MemberRow: SHOWN},
        scopes=[OAuthScope.NETWORK_READ],
    )
    suggestions: MemberSuggestionConnectionRef | None = paged(
        "People the viewer may know, each with the reasons; at most 200, best first.",
        arguments={
            "reasons": Argument(
                list[SuggestionReasonKind] | None, "Only for one of these reasons; all when absent."
            )
        },
        batch=suggestions.of_viewers,
        weight=5,
        scopes=[OAuthScope.NETWORK_READ],
    )
    introductions: IntroductionConnectionRef | None = paged(
        "Introductions in which the viewer is requester, broker or target, the latest first.",
        arguments={
            "role": Argument(IntroductionRole | None, "What the viewer is in them; all when absent."),
            "states": Argument(list[IntroductionState] | None, "Only these states; all when absent."),
        },
        batch=introductions.of_viewers,
        scopes=[OAuthScope.NETWORK_READ],
    )
    blocked_members: MemberConnection | None = paged(
        "Members the viewer blocks. Never visible to anybody else.",
        batch=safety.blocked_members,
        scopes=[OAuthScope.NETWORK_READ],
    )
    muted_members: MemberConnection | None = paged(
        "Members the viewer mutes.", batch=safety.muted_members, scopes=[OAuthScope.NETWORK_READ]
    )
    unread_notification_count: int | None = field(
        "Unread notifications, capped at 999.",
        batch=notifications.unread_counts,
        scopes=[OAuthScope.NOTIFICATIONS_READ],
    )
    notifications: NotificationConnectionRef | None = paged(
        "Notifications, newest first.",
        arguments={
            "kinds": Argument(list[NotificationKind] | None, "Only these kinds; all when absent."),
            "unread_only": Argument(bool, "Only what is unread.", False),
        },
        batch=notifications.of_viewers,
        scopes=[OAuthScope.NOTIFICATIONS_READ],
    )
    events: EventPageRef = field(
        "The durable event log that the `viewerEvents` subscription streams, for pollers and for back-fill. "
        "Topics whose scope the token lacks are left out.",
        arguments={
            "after": Argument(Position | None, "Position to continue behind; the oldest kept when absent."),
            "topics": Argument(list[EventTopic] | None, "Only these topics; all when absent."),
            "first": Argument(int, "How many events, 1 to 100.", 100),
        },
        batch=event_pages.of_viewers,
        multipliers=("first",),
        scopes=ANY_TOPIC,
    )
    event_cursor: Position = field(
        "Where the event log ends now. Ask for it first, then load the state, then subscribe behind it: "
        "nothing is missed in between.",
        batch=event_pages.ends,
        scopes=ANY_TOPIC,
    )
    conversations: ConversationConnectionRef | None = paged(
        "Conversations of the viewer, most recent first.",
        arguments={"unread_only": Argument(bool, "Only what is unread.", False)},
        batch=reading.of_viewers,
        scopes=[OAuthScope.MESSAGES_READ],
    )
    exports: list[NetworkExportRef] = field(
        "Exports asked for in the last 30 days, newest first, at most 100.",
        batch=exports.of_viewers,
        scopes=[OAuthScope.EXPORT],
    )
    network_health: NetworkHealthRef | None = field(
        "Network size against the benchmark of the viewer's career level, goals, and candidates for pruning.",
        batch=network_health.of_viewers,
        scopes=[OAuthScope.NETWORK_READ],
    )
    sessions: list[SessionRef] = field(
        "Devices signed in as the viewer, at most 100.", batch=accounts.of_viewers, scopes=[]
    )
