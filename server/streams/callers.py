"""Who is connected, and the contexts of what they ask."""

from dataclasses import dataclass

from auth.identity import Viewer
from loaders.context import NOBODY, Client, Context, Deployment


@dataclass(slots=True, eq=False)
class Caller:
    """A client that stays connected: nobody, or a viewer whose token may end meanwhile."""

    deployment: Deployment
    viewer: Viewer | None
    client: Client = NOBODY

    def context(self) -> Context:
        """A fresh context, for one operation or one event."""
        return Context(self.deployment, self.viewer, self.client)

    @property
    def is_good(self) -> bool:
        """Whether the viewer's token is neither over nor revoked."""
        deployment = self.deployment
        return self.viewer is None or deployment.accounts.is_good(self.viewer, deployment.clock())
