"""Whom a member may ask for an introduction is told by the same rules as the paths to others."""

import pytest

from rules.ids import encode
from tests.clients import Api, Json
from tests.visibility.matrix import Eyes, Matrix
from tests.visibility.networks import random_network, store
from tests.visibility.test_matrix import NETWORKS, all_eyes
from tests.world import World

WAYS = """
    query($ids: [ID!]!) {
      viewer { relationships(memberIds: $ids) {
        canRequestIntroduction { allowed reason } reachOptions { action through { handle } }
      } }
    }
"""
REASONS = {"SELF": "SELF", "FIRST": "ALREADY_CONNECTED"}


def expected(matrix: Matrix, eyes: Eyes, other_id: int) -> Json:
    """Whom to ask about another, or why nobody can be asked; None where the other does not exist."""
    distance = matrix.distance(eyes, other_id)
    if distance is None:
        return None
    if distance["is_blocking"]:
        return "BLOCKING"
    if distance["degree"] == "SECOND" and distance["paths"]:
        return distance["paths"][0][1]
    return REASONS.get(distance["degree"], "NO_PATH")


def found(relationship: Json) -> Json:
    """The same as it is answered."""
    if relationship is None:
        return None
    verdict = relationship["canRequestIntroduction"]
    through = [each["through"] for each in relationship["reachOptions"] if each["through"]]
    assert len(through) == verdict["allowed"]
    return through[0]["handle"] if through else verdict["reason"]


@pytest.mark.parametrize("seed", range(NETWORKS))
async def test_whom_to_ask_is_the_first_of_the_paths_of_two_steps(api: Api, world: World, seed: int) -> None:
    matrix = Matrix(random_network(seed), 500)
    await store(world, matrix.network)
    asked = {"ids": [encode("M", id) for id in matrix.ids]}
    for eyes in all_eyes(matrix.network):
        if eyes.member and eyes.scopes is None:
            viewer = (await api.ask(WAYS, asked, member=eyes.member)).data["viewer"]
            seen = [found(relationship) for relationship in viewer["relationships"]]
            assert seen == [expected(matrix, eyes, id) for id in matrix.ids], eyes
