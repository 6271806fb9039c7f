"""Following, changing a follow and ending it.

The viewer's own devices hear of it, and a followed member who wants to, of open follows.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from loaders import companies as company_loader
from loaders import follows as follow_loader
from loaders import members as member_loader
from loaders import relationships as relationship_loader
from loaders.companies import CompanyRow
from loaders.context import Context
from loaders.follows import FollowRow
from loaders.members import MemberRow
from loaders.relationships import RelationshipRow
from models.database import Statement
from models.follows import (
    CHANGE_COMPANY_FOLLOW,
    CHANGE_FOLLOW,
    FOLLOW,
    FOLLOW_COMPANY,
    REMOVE_FOLLOWER,
    UNFOLLOW,
    UNFOLLOW_COMPANY,
)
from models.notifications import TAKE_BACK
from resolvers.inboxes import lock, tell
from resolvers.mutations import Payload, mutation
from rules import ids
from rules.audiences import FollowAudience
from rules.events import Event, EventKind, NotificationKind
from rules.follows import can_follow
from rules.refusals import NotFoundError, NotPermittedError, Refused
from rules.terms import ActionBlockReason, FollowableKind, FollowNotifyLevel, FollowOrigin

Load = Callable[[Context, Sequence[int]], Awaitable[Sequence[MemberRow | CompanyRow | None]]]
# While the locks are held nothing is read that takes long for a hub, such as counts.
DECIDING: Final = frozenset({"id", "who_can_follow"})
"""What decides of a member whether they may be followed."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a public id names: a member or a company; `id` 0 where it is neither."""

    given_id: str
    kind: FollowableKind
    id: int

    @classmethod
    def of(cls, public_id: str, *kinds: FollowableKind) -> "Target":
        """The member or company with this id, or what it names of these kinds alone."""
        for kind in kinds or FollowableKind:
            if id := ids.number(WRITES[kind].named, public_id):
                return cls(public_id, kind, id)
        return cls(public_id, FollowableKind.MEMBER, 0)


@dataclass(frozen=True, slots=True)
class Writes:
    """How follows of one kind are written: prefixes of public ids of what is followed and of the follow."""

    named: str
    prefix: str
    column: str
    make: Statement[Any]
    change: Statement[Any]
    end: Statement[Any]


@dataclass(frozen=True, kw_only=True)
class FollowPayload(Payload):
    """What the mutation was about, and the public id of the follow that it ended."""

    subject: Target | None = None
    removed_follow_id: str | None = None


WRITES: Mapping[FollowableKind, Writes] = {
    FollowableKind.MEMBER: Writes("M", "F", "followee_id", FOLLOW, CHANGE_FOLLOW, UNFOLLOW),
    FollowableKind.COMPANY: Writes(
        "CO", "CF", "company_id", FOLLOW_COMPANY, CHANGE_COMPANY_FOLLOW, UNFOLLOW_COMPANY
    ),
}


@mutation(FollowPayload)
async def follow(
    ctx: Context, *, target_id: str, notify: FollowNotifyLevel, is_private: bool
) -> FollowPayload:
    """Follow a member or company. Doing it twice changes nothing, neither date nor loudness nor privacy."""
    target = Target.of(target_id)
    terms = {"origin": FollowOrigin.MANUAL, "notify": notify, "is_private": is_private}
    async with ctx.transaction():
        await _check(ctx, await _hold(ctx, target, "target_id"))
        if await _write(ctx, target, WRITES[target.kind].make, terms) and not is_private:
            await _notify(ctx, target)
    return FollowPayload(subject=target)


@mutation(FollowPayload)
async def update_follow(
    ctx: Context,
    *,
    target_id: str,
    notify: FollowNotifyLevel | None = None,
    is_private: bool | None = None,
    is_favorite: bool | None = None,
) -> FollowPayload:
    """Change what is given; what is absent or null stays. Refused where the viewer does not follow."""
    target = Target.of(target_id)
    terms = {"notify": notify, "is_private": is_private, "is_favorite": is_favorite}
    async with ctx.transaction():
        await _hold(ctx, target, "target_id")
        if not await _write(ctx, target, WRITES[target.kind].change, terms):
            raise _not_found(target, "target_id")
        if is_private:
            await _take_back(ctx, target, ctx.member_id, target.id)
    return FollowPayload(subject=target)


@mutation(FollowPayload)
async def unfollow(ctx: Context, *, target_id: str) -> FollowPayload:
    """Stop following; a repetition changes nothing."""
    target = Target.of(target_id)
    writes = WRITES[target.kind]
    async with ctx.transaction():
        await _hold(ctx, target, "target_id")
        ended = await _write(ctx, target, writes.end, {})
        await _take_back(ctx, target, ctx.member_id, target.id)
    removed = ids.encode(writes.prefix, ctx.member_id, target.id) if ended else None
    return FollowPayload(subject=target, removed_follow_id=removed)


@mutation(FollowPayload)
async def remove_follower(ctx: Context, *, member_id: str) -> FollowPayload:
    """End the open follow by a member, who is not told. A private one stays, as unknown as it was."""
    target = Target.of(member_id, FollowableKind.MEMBER)
    async with ctx.transaction():
        await _hold(ctx, target, "member_id")
        both = {"follower_id": target.id, "followee_id": ctx.member_id}
        if ended := await ctx.row(REMOVE_FOLLOWER, **both):
            await _tell_own_devices(ctx, target)
            await _take_back(ctx, target, target.id, ctx.member_id)
    removed = ids.encode("F", target.id, ctx.member_id) if ended else None
    return FollowPayload(subject=target, removed_follow_id=removed)


async def follows(payloads: Sequence[FollowPayload], ctx: Context) -> list[FollowRow | None]:
    """The follow after each mutation."""
    return [await _follow(ctx, payload.subject) if payload.subject else None for payload in payloads]


async def targets(payloads: Sequence[FollowPayload], ctx: Context) -> list[MemberRow | CompanyRow | None]:
    """What each mutation was about."""
    return [await _target(ctx, payload.subject) if payload.subject else None for payload in payloads]


async def relationships(payloads: Sequence[FollowPayload], ctx: Context) -> list[RelationshipRow | None]:
    """Where the viewer and the member stand after each mutation; None for companies."""
    return [await _relationship(ctx, payload.subject) if payload.subject else None for payload in payloads]


async def _hold(ctx: Context, target: Target, field: str) -> MemberRow | CompanyRow:
    """Lock whom the mutation concerns and read the target. Refused where it does not exist for the viewer."""
    is_member = target.kind is FollowableKind.MEMBER
    await lock(ctx, ctx.member_id, *([target.id] if is_member else []))
    read: Load = partial(member_loader.by_ids, names=DECIDING) if is_member else company_loader.by_ids
    [found] = await read(ctx, [target.id])
    if found is None:
        raise _not_found(target, field)
    return found


async def _check(ctx: Context, target: MemberRow | CompanyRow) -> None:
    """Refuse a member who may not be followed; a company may be by everybody."""
    if isinstance(target, CompanyRow):
        return
    verdict = can_follow(
        FollowAudience(target.who_can_follow),
        is_self=target.id == ctx.member_id,
        is_connected=await follow_loader.is_connected(ctx, target.id),
    )
    if reason := verdict.reason:
        raise Refused(NotPermittedError(message=TEXTS[reason], field=["target_id"], reason=reason))


TEXTS: Mapping[ActionBlockReason, str] = {
    ActionBlockReason.SELF: "This can't be done with oneself.",
    ActionBlockReason.RECIPIENT_DOES_NOT_ACCEPT: "Only connections may follow this member.",
}


async def _write(
    ctx: Context, target: Target, statement: Statement[Any], terms: Mapping[str, object]
) -> bool:
    """Write the viewer's own follow; whether anything was written, which the viewer's devices then hear."""
    key = {"follower_id": ctx.member_id, WRITES[target.kind].column: target.id}
    if not await ctx.rows(statement, now=ctx.now, **key, **terms):
        return False
    await _tell_own_devices(ctx, target)
    return True


async def _tell_own_devices(ctx: Context, target: Target) -> None:
    """A relationship is one with a member; there is none with a company."""
    if target.kind is FollowableKind.MEMBER:
        subject = ids.encode("REL", ctx.member_id, target.id)
        await tell(ctx, [Event(ctx.member_id, EventKind.RELATIONSHIP_CHANGED, subject)])


async def _notify(ctx: Context, target: Target) -> None:
    """Tell a followed member, unless they mute the viewer, of one more follower."""
    if target.kind is FollowableKind.COMPANY:
        return
    relationship = await relationship_loader.load(ctx, target.id)
    if relationship and not relationship.is_muted_by:
        created, told = EventKind.NOTIFICATION_CREATED, NotificationKind.NEW_FOLLOWER
        subject = ids.encode("M", target.id)
        await tell(ctx, [Event(target.id, created, subject, notification=told, actor_id=ctx.member_id)])


async def _take_back(ctx: Context, target: Target, follower_id: int, followee_id: int) -> None:
    """What the followed member has not read of the follower is gone with the open follow."""
    if target.kind is FollowableKind.MEMBER:
        await ctx.rows(
            TAKE_BACK,
            member_id=followee_id,
            kind=NotificationKind.NEW_FOLLOWER,
            subject=ids.encode("M", followee_id),
            actor_id=follower_id,
        )


async def _target(ctx: Context, target: Target) -> MemberRow | CompanyRow | None:
    is_company = target.kind is FollowableKind.COMPANY
    read: Load = company_loader.by_ids if is_company else member_loader.by_ids
    [found] = await read(ctx, [target.id])
    return found


async def _follow(ctx: Context, target: Target) -> FollowRow | None:
    of = {
        FollowableKind.MEMBER: follow_loader.of_members,
        FollowableKind.COMPANY: follow_loader.of_companies,
    }[target.kind]
    [found] = await of(ctx, [target.id])
    return found


async def _relationship(ctx: Context, target: Target) -> RelationshipRow | None:
    if target.kind is FollowableKind.COMPANY:
        return None
    [found] = await relationship_loader.of_viewer(ctx, [target.id])
    return found


def _not_found(target: Target, field: str) -> Refused:
    text = "There is no such member, company or follow."
    return Refused(NotFoundError(message=text, field=[field], missing_id=target.given_id))
