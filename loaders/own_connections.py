"""The door to what a member alone knows of their own connections: notes, interaction, the request."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from loaders.connection_requests import COLUMNS as REQUEST_COLUMNS
from loaders.connection_requests import REQUESTS, RequestRow
from loaders.connections import links_of
from loaders.context import Context
from models import connection_requests
from models.database import Row, Statement, constant
from rules.terms import ConnectionRequestState


class OwnConnectionRow(Row):
    """The viewer's connection with `other_id`; `last_interaction_at` None since they connected."""

    other_id: int
    note: str | None
    last_interaction_at: datetime | None


LINK, LINKS = links_of(bindparam("member_id", type_=Integer))
ROWS = Statement(
    select(*(LINK.c[name] for name in OwnConnectionRow.__annotations__)).select_from(LINKS), OwnConnectionRow
)


def is_accepted(link: Any) -> ColumnElement[bool]:
    """SQL: the row of `connection_requests` is the one that this row of `connections` came from."""
    ends = link.c.member_id, link.c.other_id
    return and_(
        or_(
            and_(REQUESTS.sender_id == ends[0], REQUESTS.recipient_id == ends[1]),
            and_(REQUESTS.sender_id == ends[1], REQUESTS.recipient_id == ends[0]),
        ),
        REQUESTS.state == constant(ConnectionRequestState.ACCEPTED),
        # One that was accepted earlier is that of a connection that ended.
        REQUESTS.closed_at >= link.c.connected_at,
    )


ACCEPTED = Statement(
    select(*REQUEST_COLUMNS)
    .ext(distinct_on(LINK.c.other_id))
    .select_from(LINKS.join(connection_requests, is_accepted(LINK)))
    .order_by(LINK.c.other_id, REQUESTS.id.desc()),
    RequestRow,
)


async def load_many(ctx: Context, other_ids: Sequence[int]) -> list[OwnConnectionRow | None]:
    """The viewer's connections with these members, None where there is none; each is read once."""
    return await ctx.entities(_rows).load_many(other_ids)


async def accepted_requests(ctx: Context, other_ids: Sequence[int]) -> list[RequestRow | None]:
    """The requests that these connections came from, None where there was none; each is read once."""
    return await ctx.entities(_accepted).load_many(other_ids)


async def _rows(ctx: Context, other_ids: Sequence[int]) -> list[OwnConnectionRow | None]:
    found = await ctx.rows(ROWS, member_id=ctx.member_id, other_ids=other_ids)
    rows = {row.other_id: row for row in found}
    return [rows.get(other_id) for other_id in other_ids]


async def _accepted(ctx: Context, other_ids: Sequence[int]) -> list[RequestRow | None]:
    found = await ctx.rows(ACCEPTED, member_id=ctx.member_id, other_ids=other_ids)
    rows = {end: row for row in found for end in (row.sender_id, row.recipient_id)}
    return [rows.get(other_id) for other_id in other_ids]
