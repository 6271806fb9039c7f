"""Forgets events that are older than streams can be resumed."""

from loaders.context import Context, Deployment
from models.retention import FORGET


async def forget_events(deployment: Deployment) -> None:
    """Delete them a batch at a time, from the beginning of each log, so that no reader meets a hole."""
    ctx = Context(deployment, None)
    while await ctx.rows(FORGET, end=ctx.now - deployment.policy.event_retention):
        pass
