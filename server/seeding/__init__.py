"""`rapport seed`: a network that looks like a real one, the same for the same seed. All of it is made up."""

from server.importing.progress import bars
from server.seeding.run import DEMO_HANDLE, DEMO_PASSWORD, Seeding

__all__ = ["DEMO_HANDLE", "DEMO_PASSWORD", "Seeding", "seed"]


async def seed(url: str) -> bool:
    """Make the demo network in an empty database; False where there are members, and nothing is done."""
    with bars() as progress:
        return await Seeding().run(url, progress)
