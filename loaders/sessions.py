"""The door to sessions: a member's own, as long as they are alive."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Integer, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from loaders.context import Context
from models import sessions
from models.database import Row, Statement
from rules.accounts import MAX_SESSIONS


class SessionRow(Row):
    """One signed-in device."""

    member_id: int
    id: int
    user_agent: str | None
    created_at: datetime
    last_used_at: datetime


COLUMNS = (
    sessions.c.member_id,
    sessions.c.id,
    sessions.c.user_agent,
    sessions.c.created_at,
    sessions.c.last_used_at,
)


def _are_alive() -> ColumnElement[bool]:
    own = sessions.c.member_id == bindparam("member_id", type_=Integer)
    return own & sessions.c.revoked_at.is_(None) & (sessions.c.expires_at > func.now())


OF_MEMBER = Statement(
    select(*COLUMNS)
    .where(_are_alive())
    .order_by(sessions.c.last_used_at.desc(), sessions.c.id.desc())
    .limit(bindparam("most", type_=BigInteger)),
    SessionRow,
)
BY_IDS = Statement(
    select(*COLUMNS).where(_are_alive(), sessions.c.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))),
    SessionRow,
)


async def of_viewer(ctx: Context) -> list[SessionRow]:
    """The devices that the viewer is signed in with, the one used last first."""
    return await ctx.rows(OF_MEMBER, member_id=ctx.member_id, most=MAX_SESSIONS)


async def by_keys(ctx: Context, keys: Sequence[tuple[int, ...]]) -> list[SessionRow | None]:
    """The sessions behind keys of member and session; None for all but the viewer's own."""
    if ctx.viewer is None or ctx.scopes is not None:
        return [None] * len(keys)
    member_id = ctx.viewer.member_id
    wanted = [session_id for _, session_id in keys]
    rows = {(member_id, row.id): row for row in await ctx.rows(BY_IDS, member_id=member_id, ids=wanted)}
    return [rows.get((owner_id, session_id)) for owner_id, session_id in keys]
