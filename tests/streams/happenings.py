"""What happens to members in tests of streams."""

from resolvers.inboxes import lock, tell
from rules import ids
from rules.events import Event, EventKind
from tests.world import World


async def happens(world: World, member: int, times: int = 1) -> None:
    """Entries in a member's log that are always visible, one transaction each."""
    for _ in range(times):
        ctx = world.context(member)
        async with ctx.transaction():
            await lock(ctx, member)
            await tell(ctx, [Event(member, EventKind.SETTINGS_CHANGED, ids.encode("VS", member))])
