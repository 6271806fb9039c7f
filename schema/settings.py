"""The viewer's settings and the input that changes them."""

import strawberry

from auth.identity import OAuthScope
from loaders.settings import SettingsRow
from resolvers import settings
from resolvers.nodes import id_of
from rules.audiences import (
    Audience,
    ConnectionsVisibility,
    FollowAudience,
    ProfileSection,
    ProfileViewMode,
    RequestAudience,
)
from rules.events import NotificationKind
from schema.errors import UserError
from schema.fields import entity, field, given, input_of, mutation, payload
from schema.interfaces import Node


@strawberry.type(description="Audience of one profile part.")
class SectionAudience:
    """Who may see a part."""

    section: ProfileSection = field("Part of the profile.")
    audience: Audience = field("Who may see it.")


@strawberry.type(description="Whether a kind of notification is wanted.")
class NotificationPreference:
    """A kind and whether it notifies."""

    kind: NotificationKind = field("Kind of notification.")
    enabled: bool = field("Whether it notifies; NEW_FOLLOWER is off by default.")


@entity(SettingsRow, "Privacy and notification settings of the viewer.")
class ViewerSettings(Node):
    """What the viewer chose."""

    id: strawberry.ID = field("Global id.", column=id_of("VS", "member_id"))
    section_audiences: list[SectionAudience] = field(
        "Who sees which part of the profile.", value=settings.section_audiences
    )
    connections_visibility: ConnectionsVisibility = field("Who sees the connections list.")
    who_can_request: RequestAudience = field("Who may send requests.")
    require_note: bool = field("A request must carry a note.")
    who_can_follow: FollowAudience = field("Who may follow.")
    follow_first: bool = field("Put Follow before Connect on the profile.")
    profile_view_mode: ProfileViewMode = field("How the viewer appears to the owners of visited profiles.")
    discoverable: bool = field("Listed in member search.")
    read_receipts: bool = field("Share read receipts and typing (both or none).")
    broadcast_activity: bool = field("Tell the network about profile changes and new connections.")
    notifications: list[NotificationPreference] = field(
        "Which kinds notify, one entry per kind.", value=settings.notification_preferences
    )


@strawberry.input(description="Audience of one profile part.")
class SectionAudienceInput:
    """A part and who may see it."""

    section: ProfileSection = given("Part of the profile; lists of connections have a setting of their own.")
    audience: Audience = given("Who may see it; not GROUP.")


@input_of("updatePrivacy")
class UpdatePrivacyInput:
    """Absent fields stay."""

    section_audiences: list[SectionAudienceInput] | None = given(
        "Audience of each part named.", optional=True
    )
    connections_visibility: ConnectionsVisibility | None = given(
        "Who sees the connections list.", optional=True
    )
    who_can_request: RequestAudience | None = given("Who may send requests.", optional=True)
    require_note: bool | None = given("Requests need a note.", optional=True)
    who_can_follow: FollowAudience | None = given("Who may follow.", optional=True)
    follow_first: bool | None = given("Put Follow before Connect on the profile.", optional=True)
    profile_view_mode: ProfileViewMode | None = given(
        "How the viewer appears to the owners of visited profiles.", optional=True
    )
    discoverable: bool | None = given("Listed in member search.", optional=True)
    read_receipts: bool | None = given("Share read receipts and typing (both or none).", optional=True)
    broadcast_activity: bool | None = given(
        "Tell the network about profile changes and new connections.", optional=True
    )


@payload("updatePrivacy")
class UpdatePrivacyPayload:
    """The settings after the change."""

    settings: ViewerSettings | None = field("The settings.")
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.input(description="Whether a kind of notification is wanted.")
class NotificationPreferenceInput:
    """A kind and whether it notifies."""

    kind: NotificationKind = given("Kind of notification.")
    enabled: bool = given("Whether it notifies.")


@input_of("updateNotificationPreferences")
class UpdateNotificationPreferencesInput:
    """The kinds to change."""

    preferences: list[NotificationPreferenceInput] = given(
        "The kinds to change; of two for one kind the last."
    )


@payload("updateNotificationPreferences")
class UpdateNotificationPreferencesPayload:
    """The settings after the change."""

    settings: ViewerSettings | None = field("The settings.")
    user_errors: list[UserError] = field("Empty on success.")


@strawberry.type
class SettingsMutations:
    """Changing the settings."""

    update_privacy: UpdatePrivacyPayload | None = mutation(
        "Change privacy settings. Absent fields stay.",
        settings.update_privacy,
        UpdatePrivacyInput,
        scopes=[OAuthScope.PROFILE_WRITE],
    )
    update_notification_preferences: UpdateNotificationPreferencesPayload | None = mutation(
        "Choose which kinds notify. Kinds not named stay.",
        settings.update_notification_preferences,
        UpdateNotificationPreferencesInput,
        scopes=[OAuthScope.NOTIFICATIONS_WRITE],
    )
