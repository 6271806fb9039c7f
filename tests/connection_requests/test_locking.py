"""A mutation decides on what is true while it holds the locks, whatever its operation read before."""

import asyncio

from tests.connection_requests.people import Person
from tests.races import until_waiting
from tests.world import World

TWO_MUTATIONS = """
    mutation($first: MuteMemberInput!, $second: SendConnectionRequestInput!) {
      muteMember(input: $first) {
        relationship { member { connections { nodes { handle relationship { canConnect { allowed } } } } } }
      }
      sendConnectionRequest(input: $second) {
        userErrors { code ... on NotPermittedError { reason } }
      }
    }
"""
HOLD = "SELECT FROM inboxes WHERE member_id = $1 FOR UPDATE"
CLOSE = "UPDATE members SET who_can_request = 'NOBODY' WHERE id = $1"


async def test_what_an_earlier_mutation_showed_is_read_anew_under_the_lock(
    ada: Person, ben: Person, cleo: Person, world: World
) -> None:
    """Ben takes no more requests between the moment he was shown and the one he is asked in."""
    await world.connect(ada.number, cleo.number)
    await world.connect(cleo.number, ben.number)
    both = {"first": {"memberId": cleo.id}, "second": {"recipientId": ben.id}}
    async with world.connection() as connection, connection.transaction():
        await connection.execute(HOLD, ben.number)
        asking = asyncio.create_task(ada.ask(TWO_MUTATIONS, **both))
        await until_waiting(world, 1)
        await connection.execute(CLOSE, ben.number)
    data = (await asking).data
    nodes = data["muteMember"]["relationship"]["member"]["connections"]["nodes"]
    shown = {node["handle"]: node["relationship"]["canConnect"]["allowed"] for node in nodes}
    assert shown == {"ada": False, "ben": True}
    refused = {"code": "NOT_PERMITTED", "reason": "RECIPIENT_DOES_NOT_ACCEPT"}
    assert data["sendConnectionRequest"]["userErrors"] == [refused]
