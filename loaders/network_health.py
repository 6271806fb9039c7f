"""The door to what a member alone learns of how their network does: the goal, and what requests came to."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import DateTime, Float, Integer, bindparam, func, select

from loaders.connection_requests import REQUESTS, both_exist
from loaders.context import Context
from loaders.request_lists import state
from models import connection_requests, network_goals
from models.database import Row, Statement, constant
from models.network_health import GOAL_COLUMNS
from rules.connection_requests import Side
from rules.network_health import RATED
from rules.terms import ConnectionRequestState


class GoalRow(Row):
    """A member's goal."""

    target_connections: int | None
    weekly_requests: int | None
    purpose: str | None
    due_on: date | None


class RatesRow(Row):
    """Shares of the requests that a member sent, from 0 to 1; None where there were none."""

    acceptance_rate: float | None
    personalised_share: float | None


MEMBER = bindparam("member_id", type_=Integer)
GOAL = Statement(
    select(*(network_goals.c[name] for name in GOAL_COLUMNS)).where(network_goals.c.member_id == MEMBER),
    GoalRow,
)
IS_ACCEPTED = state(Side.SENDER) == constant(ConnectionRequestState.ACCEPTED)
# What the sender sees is counted, and nothing else: a hidden decline is a request without an answer.
RATES = Statement(
    select(
        func.avg(IS_ACCEPTED.cast(Integer)).cast(Float).label("acceptance_rate"),
        func.avg(REQUESTS.note.is_not(None).cast(Integer)).cast(Float).label("personalised_share"),
    )
    .select_from(connection_requests)
    .where(
        REQUESTS.sender_id == MEMBER,
        REQUESTS.sent_at > bindparam("since", type_=DateTime(timezone=True)),
        state(Side.SENDER).is_not(None),
        both_exist(),
    ),
    RatesRow,
)


async def goal(ctx: Context) -> GoalRow | None:
    """The viewer's goal."""
    return await ctx.row(GOAL, member_id=ctx.member_id)


async def rates(ctx: Context) -> RatesRow:
    """What share of the viewer's requests was accepted, and what share had a note; read once an operation."""
    return await ctx.entities(_rates).load(ctx.member_id)


async def _rates(ctx: Context, member_ids: Sequence[int]) -> list[RatesRow]:
    """Of the viewer, who is the only one."""
    times = {"now": ctx.now, "since": ctx.now - RATED}
    return [
        (await ctx.rows(RATES, member_id=member_id, **times, **ctx.sight.parameters()))[0]
        for member_id in member_ids
    ]
