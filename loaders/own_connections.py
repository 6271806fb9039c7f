"""The door to what a member alone knows of their own connections: notes, interaction, the request."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ARRAY, Integer, and_, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from loaders.connection_requests import COLUMNS as REQUEST_COLUMNS
from loaders.connection_requests import REQUESTS, RequestRow
from loaders.context import Context
from models import connection_requests, connections
from models.database import Row, Statement, constant
from rules.terms import ConnectionRequestState


class OwnConnectionRow(Row):
    """The viewer's connection with `other_id`; `last_interaction_at` None since they connected."""

    other_id: int
    note: str | None
    last_interaction_at: datetime | None


OWN = (
    connections.c.member_id == bindparam("member_id", type_=Integer),
    connections.c.other_id == any_(bindparam("other_ids", type_=ARRAY(Integer))),
)
ROWS = Statement(
    select(*(connections.c[name] for name in OwnConnectionRow.__annotations__)).where(*OWN), OwnConnectionRow
)
SENT = and_(REQUESTS.sender_id == connections.c.member_id, REQUESTS.recipient_id == connections.c.other_id)
RECEIVED = and_(
    REQUESTS.sender_id == connections.c.other_id, REQUESTS.recipient_id == connections.c.member_id
)
# One that was accepted earlier is that of a connection that ended.
IS_ACCEPTED = and_(
    or_(SENT, RECEIVED),
    REQUESTS.state == constant(ConnectionRequestState.ACCEPTED),
    REQUESTS.closed_at >= connections.c.connected_at,
)
"""SQL: the row of `connection_requests` is the one that the row of `connections` came from."""
ACCEPTED = Statement(
    select(*REQUEST_COLUMNS)
    .ext(distinct_on(connections.c.other_id))
    .join_from(connections, connection_requests, IS_ACCEPTED)
    .where(*OWN)
    .order_by(connections.c.other_id, REQUESTS.id.desc()),
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
