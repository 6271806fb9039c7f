"""Blocks, mutes and reports: what a member does to be left alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from auth.identity import Viewer
from loaders import connection_requests as request_loader
from loaders import members as member_loader
from loaders import relationships
from loaders import safety as safety_loader
from loaders.context import Context
from loaders.members import MemberRow
from loaders.relationships import RelationshipRow
from loaders.safety import BlockRow, MemberPage
from models import safety as write
from models.connections import DISCONNECT
from models.follows import END_ALL
from models.messages import DELETE_KEPT, MessageRow
from models.notifications import RETRACT_OF_ACTOR
from resolvers.connection_requests.effects import expire_what_is_over
from resolvers.inboxes import lock, tell
from resolvers.introductions.effects import end_between
from resolvers.mutations import Payload, mutation, refuse_if
from rules import ids
from rules.allowances import Quota
from rules.events import Event, EventKind
from rules.members import check_texts, trimmed
from rules.paging import PageArgs
from rules.safety import REPORT_TEXTS, Target, check_block, check_mute, check_target

# While the locks are held nothing is read that takes long for a hub, such as counts.
FACE: Final = frozenset({"id", "handle", "display_name", "photo_url"})
"""What a block keeps of a member."""


@dataclass(frozen=True, kw_only=True)
class SafetyPayload(Payload):
    """With whom the viewer now stands differently; None where it was refused."""

    other_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReportMemberPayload(Payload):
    """Whether the report was received."""

    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a public id means, read while the inboxes of both are held; the blocked are not visible."""

    id: int
    member: MemberRow | None
    block: BlockRow
    target: Target


@mutation(SafetyPayload)
async def block_member(ctx: Context, *, member_id: str, report: str | None = None) -> SafetyPayload:
    """Make the two not exist for each other. A repetition changes nothing and reports nothing."""
    comment = trimmed(report)
    refuse_if([*check_texts({"report": comment}, REPORT_TEXTS)])
    async with ctx.transaction():
        found = await _find(ctx, member_id)
        quota = safety_loader.quota_of(ctx, found.block.used)
        refuse_if([*check_block(found.target, quota, ctx.now, ctx.deployment.policy)])
        if found.member:
            await _part(ctx, found.id)
            await _block(ctx, found.member)
            if comment:
                await _report(ctx, found, comment)
    return SafetyPayload(other_id=found.id)


@mutation(SafetyPayload)
async def unblock_member(ctx: Context, *, member_id: str) -> SafetyPayload:
    """Lift a block; what it ended stays ended."""
    async with ctx.transaction():
        found = await _find(ctx, member_id)
        refuse_if([*check_target(found.target)])
        if await ctx.rows(write.UNBLOCK, one=ctx.member_id, other=found.id, now=ctx.now):
            deleted = await ctx.rows(DELETE_KEPT, one=ctx.member_id, other=found.id)
            await _tell_own_devices(ctx, found.id)
            await tell(ctx, _told_of_deletions(deleted))
    return SafetyPayload(other_id=found.id)


@mutation(SafetyPayload)
async def mute_member(ctx: Context, *, member_id: str, until: datetime | None = None) -> SafetyPayload:
    """Hear no more of a member, for good or for a time."""
    async with ctx.transaction():
        found = await _find(ctx, member_id)
        refuse_if([*check_mute(found.target, until, ctx.now)])
        if await ctx.rows(write.MUTE, one=ctx.member_id, other=found.id, muted_until=until, now=ctx.now):
            await _tell_own_devices(ctx, found.id)
    return SafetyPayload(other_id=found.id)


@mutation(SafetyPayload)
async def unmute_member(ctx: Context, *, member_id: str) -> SafetyPayload:
    """Hear of a member again."""
    async with ctx.transaction():
        found = await _find(ctx, member_id)
        refuse_if([*check_target(found.target)])
        if await ctx.rows(write.UNMUTE, one=ctx.member_id, other=found.id):
            await _tell_own_devices(ctx, found.id)
    return SafetyPayload(other_id=found.id)


@mutation(ReportMemberPayload)
async def report_member(ctx: Context, *, member_id: str, comment: str) -> ReportMemberPayload:
    """Tell moderation what is wrong with a member, also with one whom the viewer blocks."""
    text = trimmed(comment)
    refuse_if([*check_texts({"comment": text}, REPORT_TEXTS)])
    async with ctx.transaction():
        found = await _find(ctx, member_id)
        refuse_if([*check_target(found.target)])
        await _report(ctx, found, text)
    return ReportMemberPayload(accepted=True)


async def relationships_of(payloads: Sequence[SafetyPayload], ctx: Context) -> list[RelationshipRow | None]:
    """Where the two stand after each mutation."""
    others = [payload.other_id for payload in payloads if payload.other_id is not None]
    found = iter(await relationships.of_viewer(ctx, others) if others else [])
    return [None if payload.other_id is None else next(found) for payload in payloads]


async def quotas_of(payloads: Sequence[SafetyPayload], ctx: Context) -> list[Quota | None]:
    """What is left of the viewer's blocks after each mutation."""
    return [
        None if payload.other_id is None else await safety_loader.block_quota(ctx) for payload in payloads
    ]


async def blocked_members(viewers: Sequence[Viewer], ctx: Context, *, page: PageArgs) -> list[MemberPage]:
    """One page of those whom the viewer blocks."""
    return [await safety_loader.blocked_members(ctx, page) for _ in viewers]


async def muted_members(viewers: Sequence[Viewer], ctx: Context, *, page: PageArgs) -> list[MemberPage]:
    """One page of those whom the viewer mutes."""
    return [await safety_loader.muted_members(ctx, page) for _ in viewers]


async def _find(ctx: Context, public_id: str) -> Found:
    """Whom the id means to the viewer, by the same statements for everybody and for nobody."""
    other_id = ids.number("M", public_id)
    await lock(ctx, ctx.member_id, other_id)
    [member] = await member_loader.by_ids(ctx, [other_id], names=FACE)
    block = await safety_loader.own_block(ctx, other_id)
    target = Target(
        given_id=public_id,
        is_self=other_id == ctx.member_id,
        is_visible=member is not None,
        is_blocked=block.blocked_at is not None,
        lifted_at=block.lifted_at,
    )
    return Found(other_id, member, block, target)


async def _part(ctx: Context, other_id: int) -> None:
    """End what is between the two. Mutes stay: one that vanished would tell its owner of the block."""
    both = {"one": ctx.member_id, "other": other_id}
    [latest] = await request_loader.latest(ctx, [other_id])
    await expire_what_is_over(ctx, *latest)
    await ctx.rows(write.CANCEL_BETWEEN, now=ctx.now, **both)
    await end_between(ctx, [other_id])
    await ctx.rows(DISCONNECT, one=ctx.member_id, others=[other_id], now=ctx.now)
    await ctx.rows(END_ALL, **both)
    await ctx.rows(RETRACT_OF_ACTOR, **both)


async def _block(ctx: Context, member: MemberRow) -> None:
    """Keep the face that the viewer saw, and tell their own devices alone."""
    await ctx.rows(
        write.BLOCK,
        one=ctx.member_id,
        other=member.id,
        handle=member.handle,
        display_name=member.display_name,
        photo_url=member.photo_url,
        now=ctx.now,
    )
    await _tell_own_devices(ctx, member.id)


async def _report(ctx: Context, found: Found, comment: object) -> None:
    subject = ids.encode("M", found.id)
    await ctx.rows(
        write.REPORT, one=ctx.member_id, other=found.id, subject=subject, comment=comment, now=ctx.now
    )


def _told_of_deletions(deleted: Sequence[MessageRow]) -> list[Event]:
    """Those who had kept the messages hear of each; their authors did when they deleted it."""
    return [
        Event(member_id, EventKind.MESSAGE_CHANGED, ids.encode("MSG", *message.key))
        for message in sorted(deleted, key=lambda each: each.key)
        for member_id in message.key[:2]
        if message.author_id not in (None, member_id)
    ]


async def _tell_own_devices(ctx: Context, other_id: int) -> None:
    subject = ids.encode("REL", ctx.member_id, other_id)
    await tell(ctx, [Event(ctx.member_id, EventKind.RELATIONSHIP_CHANGED, subject)])
