"""Removing connections: row 16 of the transition table. The other side is not told."""

from collections.abc import Sequence
from dataclasses import dataclass

from loaders import relationships
from loaders.context import Context
from loaders.relationships import RelationshipRow
from models.connections import DISCONNECT
from models.follows import END_CONNECTED
from resolvers.connection_requests.effects import relationship_changed
from resolvers.connection_requests.payloads import find
from resolvers.inboxes import lock, tell
from resolvers.introductions.effects import end_between
from resolvers.mutations import Payload, mutation
from rules import ids
from rules.paging import MAX_BATCH_IDS
from rules.refusals import NotPermittedError, Refused, UserErrorCode, ValidationError
from rules.terms import ActionBlockReason


@dataclass(frozen=True, kw_only=True)
class RemovalPayload(Payload):
    """With whom the viewer is no longer connected."""

    other_id: int | None = None
    removed_connection_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class RemovalsPayload(Payload):
    """With whom the viewer is no longer connected, in the order of the input; 0 for ids of nobody."""

    other_ids: Sequence[int] = ()
    removed_connection_ids: Sequence[str] = ()


@mutation(RemovalPayload)
async def remove_connection(ctx: Context, *, member_id: str, keep_following: bool) -> RemovalPayload:
    """End the connection with a member; where there is none, nothing changes."""
    other_id = ids.number("M", member_id)
    if other_id == ctx.member_id:
        text, reason = "This can't be done with oneself.", ActionBlockReason.SELF
        raise Refused(NotPermittedError(message=text, reason=reason, field=["member_id"]))
    async with ctx.transaction():
        await lock(ctx, ctx.member_id, other_id)
        await find(ctx, other_id, "member_id", member_id)
        removed = await _remove(ctx, [other_id], keep_following=keep_following)
    return RemovalPayload(other_id=other_id, removed_connection_id=removed[0] if removed else None)


@mutation(RemovalsPayload)
async def remove_connections(
    ctx: Context, *, member_ids: Sequence[str], keep_following: bool
) -> RemovalsPayload:
    """End the connections with up to 100 members at once; who is no connection is passed over."""
    if len(member_ids) > MAX_BATCH_IDS:
        text, bound = f"At most {MAX_BATCH_IDS} members at once.", f"maxItems={MAX_BATCH_IDS}"
        code = UserErrorCode.TOO_LONG
        raise Refused(ValidationError(message=text, code=code, field=["member_ids"], constraint=bound))
    others = [ids.number("M", member_id) for member_id in member_ids]
    async with ctx.transaction():
        await lock(ctx, ctx.member_id, *others)
        removed = await _remove(ctx, others, keep_following=keep_following)
    return RemovalsPayload(other_ids=others, removed_connection_ids=removed)


async def relationships_of(payloads: Sequence[RemovalPayload], ctx: Context) -> list[RelationshipRow | None]:
    """Where the two stand after each removal."""
    found = await relationships.of_viewer(ctx, [payload.other_id or 0 for payload in payloads])
    return [row if payload.other_id else None for payload, row in zip(payloads, found, strict=True)]


async def relationships_of_all(
    payloads: Sequence[RemovalsPayload], ctx: Context
) -> list[list[RelationshipRow | None]]:
    """Where the viewer and each member stand."""
    return [
        await relationships.of_viewer(ctx, payload.other_ids) if payload.other_ids else []
        for payload in payloads
    ]


async def _remove(ctx: Context, other_ids: Sequence[int], *, keep_following: bool) -> list[str]:
    """End connections; the public ids of those that there were, in the order of the members."""
    own = ctx.member_id
    ended = await ctx.rows(DISCONNECT, one=own, others=other_ids, now=ctx.now)
    left = {row.member_id for row in ended} - {own}
    gone = [other_id for other_id in dict.fromkeys(other_ids) if other_id in left]
    if gone:
        await end_between(ctx, gone)
        await ctx.rows(END_CONNECTED, one=own, others=gone, keeper=own if keep_following else None)
    await tell(ctx, [relationship_changed(own, other_id) for other_id in gone])
    return [ids.encode("C", *sorted((own, other_id))) for other_id in gone]
