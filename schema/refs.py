"""Types that name each other do so through these references, so that no type file imports another."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from schema.accounts import Session
    from schema.allowances import Quota
    from schema.companies import Company
    from schema.connection_requests import ConnectionRequest, ConnectionRequestConnection
    from schema.connections import Connection, NetworkConnection
    from schema.events import EventPage
    from schema.exports import NetworkExport
    from schema.follows import Follow, FollowConnection
    from schema.introductions import Introduction, IntroductionConnection
    from schema.members import Member
    from schema.messages import Conversation, ConversationConnection, Message
    from schema.network_health import NetworkHealth
    from schema.notifications import Notification, NotificationConnection
    from schema.relationships import Relationship
    from schema.settings import ViewerSettings
    from schema.suggestions import MemberSuggestionConnection
    from schema.tags import Tag
    from schema.verdicts import ActionVerdict
    from schema.vetting import VettingContext
    from schema.viewer import Viewer

ActionVerdictRef = Annotated["ActionVerdict", strawberry.lazy("schema.verdicts")]
ConnectionRef = Annotated["Connection", strawberry.lazy("schema.connections")]
ConnectionRequestRef = Annotated["ConnectionRequest", strawberry.lazy("schema.connection_requests")]
ConnectionRequestConnectionRef = Annotated[
    "ConnectionRequestConnection", strawberry.lazy("schema.connection_requests")
]
QuotaRef = Annotated["Quota", strawberry.lazy("schema.allowances")]
RelationshipRef = Annotated["Relationship", strawberry.lazy("schema.relationships")]
ConversationRef = Annotated["Conversation", strawberry.lazy("schema.messages")]
ConversationConnectionRef = Annotated["ConversationConnection", strawberry.lazy("schema.messages")]
CompanyRef = Annotated["Company", strawberry.lazy("schema.companies")]
EventPageRef = Annotated["EventPage", strawberry.lazy("schema.events")]
FollowConnectionRef = Annotated["FollowConnection", strawberry.lazy("schema.follows")]
FollowRef = Annotated["Follow", strawberry.lazy("schema.follows")]
IntroductionRef = Annotated["Introduction", strawberry.lazy("schema.introductions")]
IntroductionConnectionRef = Annotated["IntroductionConnection", strawberry.lazy("schema.introductions")]
MemberRef = Annotated["Member", strawberry.lazy("schema.members")]
MemberSuggestionConnectionRef = Annotated["MemberSuggestionConnection", strawberry.lazy("schema.suggestions")]
MessageRef = Annotated["Message", strawberry.lazy("schema.messages")]
NetworkConnectionRef = Annotated["NetworkConnection", strawberry.lazy("schema.connections")]
NetworkExportRef = Annotated["NetworkExport", strawberry.lazy("schema.exports")]
NetworkHealthRef = Annotated["NetworkHealth", strawberry.lazy("schema.network_health")]
NotificationRef = Annotated["Notification", strawberry.lazy("schema.notifications")]
NotificationConnectionRef = Annotated["NotificationConnection", strawberry.lazy("schema.notifications")]
SessionRef = Annotated["Session", strawberry.lazy("schema.accounts")]
VettingContextRef = Annotated["VettingContext", strawberry.lazy("schema.vetting")]
TagRef = Annotated["Tag", strawberry.lazy("schema.tags")]
ViewerRef = Annotated["Viewer", strawberry.lazy("schema.viewer")]
ViewerSettingsRef = Annotated["ViewerSettings", strawberry.lazy("schema.settings")]
