"""The network rules of this deployment."""

from loaders.context import Context
from rules.policy import NetworkPolicy


async def policy(ctx: Context) -> NetworkPolicy:
    """The policy as configured; the same for everybody."""
    return ctx.deployment.policy
