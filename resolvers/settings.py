"""The viewer's privacy settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from auth.identity import Viewer
from auth.visibility import audience_of
from loaders import settings as settings_loader
from loaders.context import Context
from loaders.settings import SettingsRow
from models import profiles as write
from resolvers.mutations import Payload, mutation, refuse_if
from resolvers.profiles import lock
from rules.audiences import DEFAULT_AUDIENCES, Audience, ProfileSection, check_audience
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


@dataclass(frozen=True, kw_only=True)
class PrivacyPayload(Payload):
    """The settings after a change."""

    settings: SettingsRow | None = None


async def of_viewers(viewers: Sequence[Viewer], ctx: Context) -> Sequence[SettingsRow | None]:
    """The settings of each viewer."""
    return await settings_loader.of_viewer(ctx, [viewer.member_id for viewer in viewers])


def section_audiences(settings: SettingsRow) -> list[ChosenAudience]:
    """The audience of every section that has one of its own."""
    return [
        ChosenAudience(section, audience_of(section, settings.audiences)) for section in DEFAULT_AUDIENCES
    ]


@mutation(PrivacyPayload)
async def update_privacy(
    ctx: Context, /, *, section_audiences: Sequence[SectionAudience] = (), **given: object
) -> PrivacyPayload:
    """Change the settings given; absent ones stay.

    Refused for null and for audiences that a section can't have.
    """
    chosen = section_audiences or ()
    refuse_if([*_check_not_null(given), *_check_audiences(chosen)])
    async with ctx.transaction():
        before = await lock(ctx)
        audiences = dict(before.audiences or {})
        audiences.update((each.section.value, each.audience) for each in chosen)
        changes = {**given, "audiences": _differing(audiences)}
        await ctx.rows(write.CHANGE_SETTINGS, member_id=ctx.member_id, changes=changes)
    [settings] = await settings_loader.of_viewer(ctx, [ctx.member_id])
    return PrivacyPayload(settings=settings)


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
