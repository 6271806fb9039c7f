"""The viewer's settings: who sees what, and which notifications are wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from auth.closing import closed_account
from auth.identity import Viewer
from auth.visibility import audience_of
from executor.errors import CodedError
from loaders import settings as settings_loader
from loaders.context import Context
from loaders.settings import SettingsRow
from models import profiles as write
from models.profiles import VersionRow
from resolvers import inboxes
from resolvers.mutations import Payload, mutation, refuse_if
from resolvers.profiles import lock
from rules import ids
from rules.audiences import DEFAULT_AUDIENCES, Audience, ProfileSection, check_audience
from rules.events import Event, EventKind, NotificationKind
from rules.notifications import differing, is_on
from rules.refusals import UserErrorCode, ValidationError


class SectionAudience(Protocol):
    """Who may see a part of the profile."""

    section: ProfileSection
    audience: Audience


@dataclass(frozen=True, slots=True)
class ChosenAudience:
    """The audience of one part of the profile."""

    section: ProfileSection
    audience: Audience


class NotificationPreference(Protocol):
    """Whether a kind notifies."""

    kind: NotificationKind
    enabled: bool


@dataclass(frozen=True, slots=True)
class ChosenKind:
    """Whether one kind notifies."""

    kind: NotificationKind
    enabled: bool


@dataclass(frozen=True, kw_only=True)
class SettingsPayload(Payload):
    """The settings after a change."""

    settings: SettingsRow | None = None


async def of_viewers(viewers: Sequence[Viewer], ctx: Context) -> list[SettingsRow | CodedError]:
    """The settings of each viewer."""
    found = await settings_loader.of_viewer(ctx, [viewer.member_id for viewer in viewers])
    return [row or closed_account() for row in found]


def section_audiences(settings: SettingsRow) -> list[ChosenAudience]:
    """The audience of every section that has one of its own."""
    return [
        ChosenAudience(section, audience_of(section, settings.audiences)) for section in DEFAULT_AUDIENCES
    ]


def notification_preferences(settings: SettingsRow) -> list[ChosenKind]:
    """Whether each kind notifies."""
    return [ChosenKind(kind, is_on(kind, settings.notifications)) for kind in NotificationKind]


@mutation(SettingsPayload)
async def update_privacy(
    ctx: Context, /, *, section_audiences: Sequence[SectionAudience] | None = (), **given: object
) -> SettingsPayload:
    """Change the settings given; absent ones stay.

    Refused for null and for audiences that a section can't have.
    """
    named = {"section_audiences": section_audiences, **given}
    chosen = section_audiences or ()
    refuse_if([*_check_not_null(named), *_check_audiences(chosen)])
    async with ctx.transaction():
        before = await _lock(ctx)
        audiences = dict(before.audiences or {})
        audiences.update((each.section.value, each.audience) for each in chosen)
        await _change(ctx, {**given, "audiences": _differing(audiences)})
    return await _payload(ctx)


@mutation(SettingsPayload)
async def update_notification_preferences(
    ctx: Context, *, preferences: Sequence[NotificationPreference]
) -> SettingsPayload:
    """Switch the kinds given on or off; the others stay."""
    async with ctx.transaction():
        before = await _lock(ctx)
        chosen = dict(before.notifications or {})
        chosen.update((each.kind.value, each.enabled) for each in preferences)
        await _change(ctx, {"notifications": differing(chosen)})
    return await _payload(ctx)


async def _lock(ctx: Context) -> VersionRow:
    """Hold the viewer's inbox, as everybody who tells does before anything else, and the viewer's row."""
    await inboxes.lock(ctx, ctx.member_id)
    return await lock(ctx)


async def _change(ctx: Context, changes: Mapping[str, object]) -> None:
    """Write what is not so already, of which the viewer's devices then hear."""
    if await ctx.rows(write.CHANGE_SETTINGS, member_id=ctx.member_id, changes=changes):
        subject = ids.encode("VS", ctx.member_id)
        await inboxes.tell(ctx, [Event(ctx.member_id, EventKind.SETTINGS_CHANGED, subject)])


async def _payload(ctx: Context) -> SettingsPayload:
    [settings] = await settings_loader.of_viewer(ctx, [ctx.member_id])
    return SettingsPayload(settings=settings)


def _differing(audiences: Mapping[str, str]) -> dict[str, str] | None:
    """Only what differs from the default is kept, so that most rows hold nothing."""
    changed = {
        section: audience
        for section, audience in audiences.items()
        if audience != DEFAULT_AUDIENCES[ProfileSection(section)]
    }
    return changed or None


def _check_not_null(given: Mapping[str, object]) -> list[ValidationError]:
    return [
        ValidationError(message="A setting can't be cleared.", code=UserErrorCode.REQUIRED, field=[name])
        for name, value in given.items()
        if value is None
    ]


def _check_audiences(chosen: Sequence[SectionAudience]) -> list[ValidationError]:
    return [
        ValidationError(
            message=problem, code=UserErrorCode.INVALID, field=["section_audiences", str(index), "audience"]
        )
        for index, each in enumerate(chosen)
        if (problem := check_audience(each.section, each.audience))
    ]
