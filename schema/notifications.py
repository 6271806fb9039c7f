"""Notifications: the type, its pages, and marking them read."""

from datetime import datetime
from typing import Annotated

import strawberry

from auth.identity import OAuthScope
from executor.fields import Argument
from loaders.members import MemberRow
from loaders.notifications import NotificationRow
from resolvers import notifications
from resolvers.nodes import id_of
from resolvers.notification_subjects import subjects
from rules.events import NotificationKind, Position
from schema.errors import UserError
from schema.fields import entity, field, given, input_of, mutation, payload
from schema.interfaces import Node
from schema.pages import PageInfo
from schema.refs import (
    ConnectionRef,
    ConnectionRequestRef,
    FollowRef,
    IntroductionRef,
    MemberRef,
    MessageRef,
    NetworkExportRef,
    QuotaRef,
    ViewerRef,
)

NotificationSubject = Annotated[
    ConnectionRequestRef
    | ConnectionRef
    | FollowRef
    | IntroductionRef
    | MessageRef
    | NetworkExportRef
    | QuotaRef,
    strawberry.union("NotificationSubject", description="What a notification is about."),
]


@entity(
    NotificationRow,
    "Something the viewer should know. One type with a `kind` and a `subject`, so that new kinds never break "
    "a client.",
)
class Notification(Node):
    """What a member should know, grouped by kind and subject while it is unread."""

    id: strawberry.ID = field("Global id.", column=id_of("N", "member_id", "id"))
    kind: NotificationKind = field("What happened.")
    text: str = field(
        "Text ready to show, localised by `Accept-Language`.",
        batch=notifications.texts,
        reads_elsewhere={MemberRow: ["display_name"]},
    )
    actors: list[MemberRef] = field(
        "Members behind it, newest first; several when grouped.",
        arguments={"first": Argument(int, "How many members, 1 to 10.", 3)},
        batch=notifications.actors,
        multipliers=("first",),
    )
    actor_count: int = field("How many actors in total, up to the newest 1,000.")
    subject: NotificationSubject | None = field(
        "What it is about: a request or the connection it made, the newest follow, an introduction, the "
        "newest message of a conversation, an export, an allowance. Null when gone, hidden or outside the "
        "scopes of the token.",
        batch=subjects,
    )
    created_at: datetime = field("When it appeared or last grew.")
    read_at: datetime | None = field("When it was read on any device.")
    cursor: Position = field("Position in the event log.")


@strawberry.type(description="One place in a list of notifications.")
class NotificationEdge:
    """A notification in a list."""

    cursor: str = field("Opaque position in the list.")
    node: Notification | None = field("The notification; null when it became invisible.")


@strawberry.type(description="A page of notifications.")
class NotificationConnection:
    """Notifications in pages."""

    edges: list[NotificationEdge] = field("The notifications with their cursors.")
    nodes: list[Notification | None] = field("The notifications alone; null holes are what became invisible.")
    page_info: PageInfo = field("Where this page stands in the list.")
    total_count: int | None = field(
        "Size of the whole list; null when hidden or too costly to count.", batch=notifications.totals
    )


@input_of("markNotificationsRead")
class MarkNotificationsReadInput:
    """Which ones: one of the two."""

    notification_ids: list[strawberry.ID] | None = given("These, at most 100.", optional=True)
    up_to: Position | None = given("Everything up to this position.", optional=True)


@payload("markNotificationsRead")
class MarkNotificationsReadPayload:
    """What is read now."""

    viewer: ViewerRef | None = field("The viewer, with the new unread count.")
    notifications: list[Notification | None] = field(
        "The notifications named by id, as they are now.", batch=notifications.named
    )
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.type
class NotificationMutations:
    """Marking notifications read."""

    mark_notifications_read: MarkNotificationsReadPayload | None = mutation(
        "Mark notifications read: the given ones, or everything up to a position.",
        notifications.mark_notifications_read,
        MarkNotificationsReadInput,
        scopes=[OAuthScope.NOTIFICATIONS_WRITE],
    )
