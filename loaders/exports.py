"""The door to exports, which only their member reads, and to their files, for who has a signed address."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Integer, any_, bindparam, case, select
from sqlalchemy.dialects.postgresql import ARRAY

from auth.downloads import Ticket
from auth.identity import OAuthScope
from loaders.context import Context
from models import export_parts, exports
from models.database import Row, Statement, constant
from rules.exports import LISTED, MOST_LISTED, ExportFormat, ExportState

Key = tuple[int, int]
"""The member and the number of the export."""


class ExportRow(Row):
    """An export; `downloads` are those that were whole."""

    member_id: int
    id: int
    format: ExportFormat
    state: ExportState
    requested_at: datetime
    expires_at: datetime | None
    row_count: int
    downloads: int


class ProgressRow(Row):
    """How far the file of an export is: pieces, connections, and the position of the last one."""

    format: ExportFormat
    part_count: int
    row_count: int
    after_at: datetime
    after_tie: int


class FileRow(Row):
    """A file that can be downloaded, in pieces from 0."""

    format: ExportFormat
    part_count: int
    byte_count: int


class PartRow(Row):
    """A piece of a file."""

    data: bytes


MEMBER = exports.c.member_id == bindparam("member_id", type_=Integer)
NUMBER = exports.c.id == bindparam("id", type_=BigInteger)
NOW = bindparam("now", type_=DateTime(timezone=True))
IS_OVER = exports.c.expires_at <= NOW
IS_UNFINISHED = exports.c.state.in_([constant(ExportState.QUEUED), constant(ExportState.RUNNING)])
ROWS = select(
    *(
        exports.c[name]
        for name in ("member_id", "id", "format", "requested_at", "expires_at", "row_count", "downloads")
    ),
    case((IS_OVER, constant(ExportState.EXPIRED)), else_=exports.c.state).label("state"),
).where(MEMBER)
NEWEST = Statement(
    ROWS.where(exports.c.requested_at > bindparam("since", type_=DateTime(timezone=True)))
    .order_by(exports.c.id.desc())
    .limit(bindparam("most", type_=Integer)),
    ExportRow,
)
BY_NUMBERS = Statement(
    ROWS.where(exports.c.id == any_(bindparam("numbers", type_=ARRAY(BigInteger)))), ExportRow
)
UNFINISHED = Statement(ROWS.where(IS_UNFINISHED), ExportRow)
PROGRESS = Statement(
    select(*(exports.c[name] for name in ProgressRow.__annotations__)).where(
        MEMBER, NUMBER, exports.c.state == constant(ExportState.RUNNING)
    ),
    ProgressRow,
)
FILE = Statement(
    select(exports.c.format, exports.c.part_count, exports.c.byte_count).where(
        MEMBER,
        NUMBER,
        exports.c.state == constant(ExportState.READY),
        exports.c.expires_at > NOW,
        exports.c.downloads == bindparam("downloads", type_=Integer),
    ),
    FileRow,
)
PART = Statement(
    select(export_parts.c.data).where(
        export_parts.c.member_id == bindparam("member_id", type_=Integer),
        export_parts.c.export_id == bindparam("id", type_=BigInteger),
        export_parts.c.number == bindparam("number", type_=Integer),
    ),
    PartRow,
)


async def of_viewer(ctx: Context) -> list[ExportRow]:
    """What the viewer asked for in the last 30 days, newest first, at most 100."""
    since = ctx.now - LISTED
    return await ctx.rows(NEWEST, member_id=ctx.member_id, since=since, most=MOST_LISTED, now=ctx.now)


async def by_keys(ctx: Context, keys: Sequence[Key]) -> list[ExportRow | None]:
    """The viewer's exports with these keys, None where missing or not for the token."""
    viewer = ctx.viewer
    if viewer is None or not viewer.may(OAuthScope.EXPORT):
        return [None] * len(keys)
    numbers = [number for _, number in keys]
    found = await ctx.rows(BY_NUMBERS, member_id=viewer.member_id, numbers=numbers, now=ctx.now)
    rows = {(row.member_id, row.id): row for row in found}
    return [rows.get(key) for key in keys]


async def unfinished(ctx: Context) -> ExportRow | None:
    """The one of the viewer's that waits or is written, if there is one."""
    return await ctx.row(UNFINISHED, member_id=ctx.member_id, now=ctx.now)


async def progress(ctx: Context, key: Key) -> ProgressRow | None:
    """How far an export is that is being written; None where it isn't."""
    return await ctx.row(PROGRESS, member_id=key[0], id=key[1])


async def file(ctx: Context, ticket: Ticket) -> FileRow | None:
    """The whole file of a signed address, None where it is not there or was downloaded since."""
    return await ctx.row(FILE, **_named(ticket), downloads=ticket.downloads, now=ctx.now)


async def part(ctx: Context, ticket: Ticket, number: int) -> bytes | None:
    """A piece of the file of a signed address, None where that is gone."""
    found = await ctx.row(PART, **_named(ticket), number=number)
    return found.data if found else None


def _named(ticket: Ticket) -> dict[str, object]:
    return {"member_id": ticket.member_id, "id": ticket.number}
