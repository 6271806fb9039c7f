"""Private tags and notes: what only their owner sees. All is done under the lock of the owner's inbox.

Who ends a connection holds that lock as well, so nothing is tagged that is just being removed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from auth.identity import Viewer
from loaders import connections as connection_loader
from loaders import tags as tag_loader
from loaders.connections import ConnectionRow
from loaders.context import Context
from loaders.tags import TagRow
from models.tags import ADD, CHANGE, DELETE, NOTE, PUT_ON, TAKE_OFF
from resolvers.connection_requests.effects import relationship_changed
from resolvers.inboxes import lock, tell
from resolvers.mutations import Payload, mutation, not_found, refuse_if
from rules import ids
from rules.accounts import taken
from rules.members import check_texts, trimmed
from rules.refusals import Refused
from rules.tags import NOTE_TEXTS, TAG_TEXTS, TAGGED, check_color, check_room


@dataclass(frozen=True, kw_only=True)
class TagPayload(Payload):
    """The tag that was written, and whose it is."""

    tag_id: int | None = None
    viewer: Viewer | None = None


@dataclass(frozen=True, kw_only=True)
class DeletedTagPayload(Payload):
    """The tag that is gone."""

    deleted_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class TaggedPayload(Payload):
    """The members at the other ends, in the order of the input; 0 for ids of nobody."""

    other_ids: Sequence[int] = ()


async def of_viewers(viewers: Sequence[Viewer], ctx: Context) -> list[list[TagRow]]:
    """The viewer's tags by name."""
    found = await tag_loader.own(ctx)
    return [found for _ in viewers]


async def counts(tags: Sequence[TagRow], ctx: Context) -> list[int]:
    """How many connections carry each tag."""
    return await tag_loader.counts(ctx, tags)


@mutation(TagPayload)
async def save_tag(ctx: Context, /, *, tag_id: str | None = None, **given: str | None) -> TagPayload:
    """Make a tag, or change the one named; a colour that is absent stays.

    Refused for a name that another tag has in whatever case, and for one tag more than there may be.
    """
    changes = {key: trimmed(value) for key, value in given.items()}
    refuse_if([*check_texts(changes, TAG_TEXTS), *check_color(changes.get("color"))])
    async with ctx.transaction():
        await lock(ctx, ctx.member_id)
        try:
            number = await _save(ctx, tag_id, changes)
        except asyncpg.UniqueViolationError:
            raise Refused(taken("name")) from None
    return TagPayload(tag_id=number, viewer=ctx.viewer)


@mutation(DeletedTagPayload)
async def delete_tag(ctx: Context, *, tag_id: str) -> DeletedTagPayload:
    """Delete a tag, from all connections that carry it."""
    async with ctx.transaction():
        await lock(ctx, ctx.member_id)
        [tag] = _named(await tag_loader.own(ctx), "tag_id", [tag_id])
        await ctx.rows(DELETE, member_id=ctx.member_id, tag_id=tag.id)
    return DeletedTagPayload(deleted_id=tag_id)


@mutation(TaggedPayload)
async def tag_connections(
    ctx: Context,
    *,
    member_ids: Sequence[str],
    add_tag_ids: Sequence[str] | None = None,
    remove_tag_ids: Sequence[str] | None = None,
) -> TaggedPayload:
    """Take tags off connections, then put tags on them; who is no connection is passed over.

    Refused for a tag that is none of the viewer's.
    """
    given = {"member_ids": member_ids, "add_tag_ids": add_tag_ids, "remove_tag_ids": remove_tag_ids}
    refuse_if([*check_texts(given, TAGGED)])
    others = [ids.number("M", member_id) for member_id in member_ids]
    async with ctx.transaction():
        await lock(ctx, ctx.member_id)
        own, changed = await tag_loader.own(ctx), set[int]()
        for name, statement in (("remove_tag_ids", TAKE_OFF), ("add_tag_ids", PUT_ON)):
            tag_ids = [tag.id for tag in _named(own, name, given[name] or ())]
            rows = await ctx.rows(statement, member_id=ctx.member_id, other_ids=others, tag_ids=tag_ids)
            changed.update(row.other_id for row in rows)
        await _tell_own_devices(ctx, changed)
    return TaggedPayload(other_ids=others)


async def put_on(ctx: Context, other_id: int, tag_ids: Sequence[str]) -> None:
    """Put tags on a new connection, in the transaction that makes it. Refused for one that is another's."""
    tags = _named(await tag_loader.own(ctx), "tag_ids", tag_ids)
    values = {"other_ids": [other_id], "tag_ids": [tag.id for tag in tags]}
    await ctx.rows(PUT_ON, member_id=ctx.member_id, **values)


@mutation(TaggedPayload)
async def set_connection_note(ctx: Context, *, member_id: str, note: str | None = None) -> TaggedPayload:
    """Write a note on a connection, or clear it. Refused where there is no connection."""
    text, other_id = trimmed(note), ids.number("M", member_id)
    refuse_if([*check_texts({"note": text}, NOTE_TEXTS)])
    async with ctx.transaction():
        await lock(ctx, ctx.member_id)
        if not await ctx.rows(NOTE, member_id=ctx.member_id, other_id=other_id, note=text):
            raise not_found("member_id", member_id)
        await _tell_own_devices(ctx, [other_id])
    return TaggedPayload(other_ids=[other_id])


async def of_payloads(payloads: Sequence[TagPayload], ctx: Context) -> list[TagRow | None]:
    """The tag as it is now."""
    keys = [(ctx.member_id, payload.tag_id or 0) for payload in payloads]
    return await tag_loader.by_keys(ctx, keys)


async def connections(payloads: Sequence[TaggedPayload], ctx: Context) -> list[list[ConnectionRow | None]]:
    """The connections in the order of the input, None where there is none."""
    return [await _connections(ctx, payload.other_ids) for payload in payloads]


async def first_connections(payloads: Sequence[TaggedPayload], ctx: Context) -> list[ConnectionRow | None]:
    """The connection of each payload that has one."""
    return [(found or [None])[0] for found in await connections(payloads, ctx)]


async def _connections(ctx: Context, other_ids: Sequence[int]) -> list[ConnectionRow | None]:
    own = ctx.member_id
    pairs = [(min(own, other_id), max(own, other_id)) for other_id in other_ids]
    return await connection_loader.between(ctx, pairs)


async def _save(ctx: Context, tag_id: str | None, changes: Mapping[str, object]) -> int:
    own = await tag_loader.own(ctx)
    if tag_id is None:
        refuse_if([*check_room(len(own))])
        [made] = await ctx.rows(ADD, member_id=ctx.member_id, **{"color": None, **changes})
        return made.id
    [tag] = _named(own, "tag_id", [tag_id])
    await ctx.rows(CHANGE, member_id=ctx.member_id, tag_id=tag.id, **{"color": tag.color, **changes})
    return tag.id


def _named(own: Sequence[TagRow], field: str, tag_ids: Sequence[str]) -> list[TagRow]:
    """The tags with these ids. Refused for one that is none of the viewer's."""
    found = {ids.encode("T", tag.member_id, tag.id): tag for tag in own}
    for tag_id in tag_ids:
        if tag_id not in found:
            raise not_found(field, tag_id)
    return [found[tag_id] for tag_id in tag_ids]


async def _tell_own_devices(ctx: Context, other_ids: Collection[int]) -> None:
    await tell(ctx, [relationship_changed(ctx.member_id, other_id) for other_id in sorted(other_ids)])
