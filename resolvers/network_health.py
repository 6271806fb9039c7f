"""How the viewer's network does, and the goal for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from auth.identity import Viewer
from executor.errors import CodedError
from executor.selection import Selection
from loaders import connections as connection_loader
from loaders import follows as follow_loader
from loaders import members as member_loader
from loaders import network_health, network_lists
from loaders.context import Context
from loaders.follows import FollowPage
from loaders.network_health import GoalRow
from loaders.network_lists import Wanted
from models.network_health import CLEAR_GOAL, SET_GOAL
from resolvers import connections
from resolvers.connections import Pages
from resolvers.inboxes import lock
from resolvers.mutations import Payload, mutation, refuse_if
from rules import network_health as rules
from rules.members import trimmed
from rules.paging import PageArgs
from rules.policy import NetworkBenchmark
from rules.terms import NetworkOrder


@dataclass(frozen=True, slots=True)
class NetworkHealth:
    """Whose network it is; each fact of it is read where it is selected."""

    viewer: Viewer


Healths = Sequence[NetworkHealth]


@dataclass(frozen=True, kw_only=True)
class GoalPayload(Payload):
    """Whose goal it is."""

    viewer: Viewer | None = None


def of_viewers(viewers: Sequence[Viewer], _: Context) -> list[NetworkHealth]:
    """How the network of each viewer does."""
    return [NetworkHealth(viewer) for viewer in viewers]


async def connection_counts(healths: Healths, ctx: Context) -> list[int | None]:
    """How many connections the viewer has."""
    return await connections.counts_of_viewers([health.viewer for health in healths], ctx)


async def benchmarks(healths: Healths, ctx: Context) -> list[NetworkBenchmark | None]:
    """The size that is usual at the viewer's career level."""
    own = await member_loader.load(ctx, ctx.member_id, ["career_level"])
    return [rules.benchmark(own.career_level if own else None, ctx.deployment.policy) for _ in healths]


async def goals(healths: Healths, ctx: Context) -> list[GoalRow | None]:
    """The viewer's goal."""
    found = await network_health.goal(ctx)
    return [found for _ in healths]


async def acceptance_rates(healths: Healths, ctx: Context) -> list[float | None]:
    """What share of the viewer's requests was accepted."""
    found = await network_health.rates(ctx)
    return [found.acceptance_rate for _ in healths]


async def personalised_shares(healths: Healths, ctx: Context) -> list[float | None]:
    """What share of the viewer's requests had a note."""
    found = await network_health.rates(ctx)
    return [found.personalised_share for _ in healths]


async def inactive_connections(
    _: Healths, ctx: Context, *, inactive_for: timedelta, page: PageArgs, selection: Selection
) -> Pages:
    """One page of the connections without interaction for so long."""
    kept = {"inactive_since": _since(ctx, inactive_for)}
    wanted = Wanted(kept, NetworkOrder.LAST_INTERACTION, f"inactive for {inactive_for}")
    return await _own(ctx, wanted, page, selection)


async def never_contacted(_: Healths, ctx: Context, *, page: PageArgs, selection: Selection) -> Pages:
    """One page of the connections without any interaction."""
    return await _own(ctx, Wanted({"never_contacted": True}, NetworkOrder.OLDEST), page, selection)


async def inactive_follows(
    healths: Healths, ctx: Context, *, inactive_for: timedelta, page: PageArgs
) -> list[FollowPage | CodedError]:
    """One page of the follows without interaction for so long."""
    found = await follow_loader.inactive(ctx, page, _since(ctx, inactive_for))
    return [found for _ in healths]


@mutation(GoalPayload)
async def set_network_goal(
    ctx: Context,
    *,
    target_connections: int | None = None,
    weekly_requests: int | None = None,
    purpose: str | None = None,
    due_on: date | None = None,
) -> GoalPayload:
    """Set the goal in place of the one before; one without any part is none."""
    numbers = {"target_connections": target_connections, "weekly_requests": weekly_requests}
    goal = {**numbers, "purpose": trimmed(purpose), "due_on": due_on}
    refuse_if([*rules.check_goal(goal)])
    async with ctx.transaction():
        await lock(ctx, ctx.member_id)
        is_none = all(part is None for part in goal.values())
        await ctx.rows(CLEAR_GOAL if is_none else SET_GOAL, member_id=ctx.member_id, **goal)
    return GoalPayload(viewer=ctx.viewer)


async def _own(ctx: Context, wanted: Wanted, page: PageArgs, selection: Selection) -> Pages:
    owner = await connection_loader.own(ctx, selection)
    return await network_lists.pages(ctx, [owner], wanted, page, selection)


def _since(ctx: Context, inactive_for: timedelta) -> datetime:
    """Raises CodedError BAD_USER_INPUT for a time longer than there were computers."""
    if inactive_for > rules.LONGEST:
        raise CodedError("BAD_USER_INPUT", f"At most P{rules.LONGEST.days}D without interaction.")
    return ctx.now - inactive_for
