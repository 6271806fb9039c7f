"""Files behind signed addresses: whoever has one may download it, once."""

from collections.abc import AsyncIterator

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from auth.downloads import PATH, Ticket
from loaders import exports
from loaders.context import Context
from loaders.exports import FileRow
from models.exports import USE_UP
from rules.export_files import FILES

NOT_STORED = {"Cache-Control": "no-store"}


def routes() -> list[BaseRoute]:
    """The files of exports, from the deployment in the application's `state.deployment`."""
    return [Route(f"{PATH}{{ticket}}", _export, methods=["GET"])]


async def _export(request: Request) -> Response:
    """404 for every address that leads to no file: wrong, over, used, or of an export that is gone."""
    ctx = Context(request.app.state.deployment, None)
    ticket = ctx.deployment.downloads.read(request.path_params["ticket"], ctx.now)
    file = ticket and await exports.file(ctx, ticket)
    if not ticket or not file:
        raise HTTPException(404, headers=NOT_STORED)
    headers = _headers(file)
    if request.method == "HEAD":
        return Response(headers=headers)
    return StreamingResponse(_pieces(ctx, ticket, file), headers=headers)


def _headers(file: FileRow) -> dict[str, str]:
    kind = FILES[file.format]
    return NOT_STORED | {
        "Content-Type": kind.media_type,
        "Content-Length": str(file.byte_count),
        "Content-Disposition": f'attachment; filename="connections.{kind.suffix}"',
        "X-Content-Type-Options": "nosniff",
    }


async def _pieces(ctx: Context, ticket: Ticket, file: FileRow) -> AsyncIterator[bytes]:
    """The file, one piece at a time.

    Before the last one the address is used up. So of two downloads at once one alone becomes whole: the other
    ends early, which its length tells, as it does where the file is deleted meanwhile.
    """
    last = file.part_count - 1
    for number in range(file.part_count):
        data = await exports.part(ctx, ticket, number)
        if data is None or (number == last and not await _use_up(ctx, ticket)):
            return
        yield data


async def _use_up(ctx: Context, ticket: Ticket) -> bool:
    values = {"member_id": ticket.member_id, "id": ticket.number, "downloads": ticket.downloads}
    return bool(await ctx.rows(USE_UP, **values))
