"""Lists of requests show the members on the other side as anywhere else, though they bring them along."""

from itertools import product
from typing import Final

import pytest

from tests.clients import Api
from tests.visibility.matrix import Eyes, Matrix, Seen
from tests.visibility.networks import SIZE, random_network, store
from tests.visibility.over_http import MEMBER, member
from tests.visibility.test_vetting import REQUESTS, SCOPES
from tests.world import World

LISTS: Final = {
    "receivedRequests(view: ALL, first: 20)": "sender",
    "sentRequests(states: [EXPIRED], first: 20)": "recipient",
}


@pytest.mark.parametrize("listing", LISTS)
async def test_the_other_side_is_shown_as_the_matrix_says(api: Api, world: World, listing: str) -> None:
    network = random_network(seed=2)
    await store(world, network)
    await world.execute(REQUESTS)
    matrix = Matrix(network, api.deployment.policy.connection_count_display_cap or 0)
    ids = {person.handle: person.id for person in network.people.values()}
    viewers = [person.id for person in network.people.values() if not person.is_closed]
    number = 0
    for eyes in (Eyes(*each) for each in product(viewers, SCOPES)):
        found = await members_on(api, eyes, listing)
        assert found == [matrix.member(eyes, ids[seen["handle"]]) for seen in found], eyes
        number += len(found)
    assert number > SIZE


async def members_on(api: Api, eyes: Eyes, listing: str) -> list[Seen]:
    """Who is on a list of the viewer's, as it is shown there."""
    other = LISTS[listing]
    document = f"{{ viewer {{ listing: {listing} {{ nodes {{ {other} {MEMBER} }} }} }} }}"
    answer = await api.ask(document, member=eyes.member, scopes=eyes.scopes)
    return [member(node[other]) for node in answer.data["viewer"]["listing"]["nodes"]]
