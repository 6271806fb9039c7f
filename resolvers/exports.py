"""Exports of the viewer's connections: starting one, and where to download it."""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.identity import Viewer
from loaders import allowances
from loaders import exports as export_loader
from loaders.context import Context
from loaders.exports import ExportRow
from models.exports import QUEUE
from models.queue import enqueue
from resolvers.idempotency import attempt
from resolvers.inboxes import lock
from resolvers.mutations import Payload, mutation, refuse_if
from rules.exports import ExportFormat, ExportState, check_start

JOB = "write_export"
"""The job that writes a file, with the member and the number of the export."""


@dataclass(frozen=True, kw_only=True)
class ExportPayload(Payload):
    """The export that was started."""

    export: ExportRow | None = None


@mutation(ExportPayload)
async def start_network_export(
    ctx: Context, *, format: ExportFormat, idempotency_key: str | None = None
) -> ExportPayload:
    """Leave the writing of a file to a job, which exists with the export."""
    async with ctx.transaction():
        await lock(ctx, ctx.member_id)
        use = await attempt(ctx, idempotency_key, "startNetworkExport", {"format": format})
        if use.first is None:
            number = await _start(ctx, format)
            await use.keep(ctx, {"id": number})
        else:
            number = int(str(use.first["id"]))
        [export] = await export_loader.by_keys(ctx, [(ctx.member_id, number)])
    return ExportPayload(export=export)


async def of_viewers(viewers: Sequence[Viewer], ctx: Context) -> list[list[ExportRow]]:
    """What the viewer asked for lately, of whom an operation has only one."""
    found = await export_loader.of_viewer(ctx)
    return [found for _ in viewers]


def download_urls(exports: Sequence[ExportRow], ctx: Context) -> list[str | None]:
    """An address for the next download of each file; None where there is none."""
    return [_download_url(ctx, export) if export.state == ExportState.READY else None for export in exports]


def _download_url(ctx: Context, export: ExportRow) -> str:
    return ctx.deployment.downloads.address(export.member_id, export.id, export.downloads, ctx.now)


async def _start(ctx: Context, format: ExportFormat) -> int:
    unfinished = await export_loader.unfinished(ctx)
    quota = await allowances.exports(ctx)
    refuse_if([*check_start(unfinished.state if unfinished else None, quota)])
    [made] = await ctx.rows(QUEUE, member_id=ctx.member_id, format=format, now=ctx.now)
    async with ctx.connection() as connection:
        await enqueue(connection, JOB, ctx.member_id, made.id)
    return made.id
