"""Members: finding one, and what a profile says to this viewer beyond its row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date

from auth.explanations import hidden_sections as hidden_from
from auth.identity import Viewer
from executor.errors import CodedError
from loaders import members as member_loader
from loaders.context import Context
from loaders.members import MemberRow
from rules import ids
from rules.audiences import OPENING_ACTIONS, ProfileAction, ProfileSection, VisibilityReason
from rules.members import check_handle

EXPLAINED = (
    "is_face",
    "audiences",
    "connections_visibility",
    "who_can_follow",
    "open_audiences",
    "network_audiences",
)
"""What `hidden_sections` reads of an owner."""


@dataclass(frozen=True, slots=True)
class HiddenSection:
    """Which part of a profile is hidden, why, and the action that would open it, if any."""

    section: ProfileSection
    reason: VisibilityReason
    opened_by: ProfileAction | None


def viewer(ctx: Context) -> Viewer | None:
    """The signed-in member, None for nobody; a token says all there is to know, and ends with the account."""
    return ctx.viewer


async def member(ctx: Context, *, id: str | None = None, handle: str | None = None) -> MemberRow | None:
    """The member with this id or handle; None where missing or hidden.

    Raises CodedError BAD_USER_INPUT unless exactly one of the two is given.
    """
    if (id is None) == (handle is None):
        raise CodedError("BAD_USER_INPUT", "Give exactly one of `id` and `handle`.")
    if id is not None:
        return await member_loader.load(ctx, ids.number("M", id))
    if handle is None or any(check_handle(handle)):
        return None
    found = await member_loader.ids_by_handle(ctx, [handle])
    return await member_loader.load(ctx, found[0] or 0)


async def of_viewers(viewers: Sequence[Viewer], ctx: Context) -> Sequence[MemberRow]:
    """The public face of each viewer."""
    return [await member_loader.own(ctx) for _ in viewers]


def connection_count_labels(members: Sequence[MemberRow], ctx: Context) -> list[str | None]:
    """The counts as shown on profiles: exact below the display cap, then e.g. `500+`."""
    cap = ctx.deployment.policy.connection_count_display_cap
    return [_count_label(member.connection_count, cap) for member in members]


def are_viewer(members: Sequence[MemberRow], ctx: Context) -> list[bool]:
    """Whether each member is the viewer."""
    own = ctx.viewer.member_id if ctx.viewer else None
    return [member.id == own for member in members]


def joined_on(members: Sequence[MemberRow], ctx: Context) -> list[date | None]:
    """The day each member joined, in UTC; None for anonymous viewers."""
    if ctx.sight.viewer_id is None:
        return [None] * len(members)
    return [member.joined_at.astimezone(UTC).date() if member.joined_at else None for member in members]


def hidden_sections(members: Sequence[MemberRow], ctx: Context) -> list[list[HiddenSection]]:
    """What each profile hides from this viewer."""
    return [
        [
            HiddenSection(section, reason, OPENING_ACTIONS.get(reason))
            for section, reason in hidden_from(ctx.sight, member).items()
        ]
        for member in members
    ]


def _count_label(count: int | None, cap: int | None) -> str | None:
    if count is None:
        return None
    return f"{cap}+" if cap is not None and count >= cap else str(count)
