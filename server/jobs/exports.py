"""Writes the files of exports: a piece after the other, each kept before the next is begun.

Whoever does the job goes on where the export stands, so a worker that dies costs at most a piece. Two who do
it at once share the pieces between them.
"""

from collections.abc import Sequence
from datetime import UTC

from auth.identity import OAuthScope, Viewer
from loaders import connections, exports, profiles
from loaders.connections import NetworkRow
from loaders.context import Context, Deployment
from loaders.exports import Key, ProgressRow
from models.exports import BEGIN, FAIL, WRITE
from resolvers.inboxes import lock, tell
from rules import ids
from rules.events import Event, EventKind, NotificationKind
from rules.export_files import FILES, Contact, Place
from rules.exports import DOWNLOADABLE, MOST_ATTEMPTS, ExportState

BATCH = 500
READS = frozenset({OAuthScope.PROFILE_READ, OAuthScope.NETWORK_READ})
"""What an export is a way to read, for a token that may do nothing else."""
COLUMNS = frozenset(
    {"id", "handle", "given_name", "family_name", "display_name", "contact_email", "shows_experience"}
)


async def write_export(deployment: Deployment, member_id: int, number: int) -> None:
    """Write what is still to be written of an export, until it can be downloaded."""
    ctx, key = Context(deployment, None), (member_id, number)
    begun = await ctx.row(BEGIN, **_named(key))
    if begun and begun.attempts > MOST_ATTEMPTS:
        await ctx.rows(FAIL, **_named(key))
    while progress := await exports.progress(ctx, key):
        await _go_on(ctx, key, progress)


async def _go_on(ctx: Context, key: Key, progress: ProgressRow) -> None:
    """Write the next piece, as the member sees it now."""
    eyes = Context(ctx.deployment, Viewer(key[0], session_id=0, scopes=READS))
    after_at, after_tie = progress.after_at, progress.after_tie
    links = await connections.batch(eyes, COLUMNS, after_at, after_tie, BATCH)
    contacts = await _contacts(eyes, [link for link in links if link.node])
    place = Place(progress.row_count, progress.part_count == 0, len(links) < BATCH)
    values = {
        **_named(key),
        "number": progress.part_count,
        "data": FILES[progress.format].piece(contacts, place),
        "rows": len(contacts),
        "after_at": links[-1].at if links else after_at,
        "after_tie": links[-1].tie if links else after_tie,
    }
    if place.is_last:
        await _finish(ctx, key, values)
    else:
        await ctx.rows(WRITE, **values, state=ExportState.RUNNING, expires_at=None)


async def _finish(ctx: Context, key: Key, values: dict[str, object]) -> None:
    """Write the last piece and tell the member, unless the account is closed, with all that was its."""
    async with ctx.transaction():
        await lock(ctx, key[0])
        until = ctx.now + DOWNLOADABLE
        if await ctx.rows(WRITE, **values, state=ExportState.READY, expires_at=until):
            kind, subject = EventKind.NOTIFICATION_CREATED, ids.encode("EX", *key)
            await tell(ctx, [Event(key[0], kind, subject, notification=NotificationKind.EXPORT_READY)])


async def _contacts(ctx: Context, links: Sequence[NetworkRow]) -> list[Contact]:
    current = await profiles.current_positions(ctx, links)
    return [
        Contact(
            first_name=link.given_name or "",
            last_name=link.family_name,
            display_name=link.display_name,
            url=ctx.deployment.profile_url + link.handle,
            email=link.contact_email,
            company=position.company_name if position else None,
            position=position.title if position else None,
            connected_on=link.at.astimezone(UTC).date(),
        )
        for link, position in zip(links, current, strict=True)
    ]


def _named(key: Key) -> dict[str, object]:
    return {"member_id": key[0], "id": key[1]}
