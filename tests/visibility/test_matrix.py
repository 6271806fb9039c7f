"""Every viewer, member and item of random networks against the matrix: through the loaders and over HTTP."""

import asyncio
import os
from dataclasses import replace
from itertools import product

import pytest

from loaders import connections, context, members, mutual_connections, paths, relationships
from loaders.context import Deployment
from loaders.suggestions import lists as suggestions
from resolvers import members as resolvers
from rules.policy import NetworkPolicy
from tests.clients import Api
from tests.statements import counted
from tests.visibility.eyes import Code
from tests.visibility.matrix import Eyes, Matrix
from tests.visibility.networks import Network, random_network, store
from tests.visibility.over_http import look
from tests.world import World

CODE = Code(context, members, connections, mutual_connections, paths, relationships, suggestions, resolvers)
NETWORKS = int(os.environ.get("RAPPORT_TEST_NETWORKS", "3"))
CAP = 2
SCOPES = [None, frozenset({"PROFILE_READ"}), frozenset({"NETWORK_READ"}), frozenset({"REQUESTS_READ"})]


def all_eyes(network: Network) -> list[Eyes]:
    """Nobody, and everybody with an open account, with each kind of token."""
    viewers = [person.id for person in network.people.values() if not person.is_closed]
    return [Eyes(None), *(Eyes(viewer, scopes) for viewer, scopes in product(viewers, SCOPES))]


def capped(world: World) -> Deployment:
    """A deployment that shows others small counts alone."""
    return replace(world.deployment, policy=NetworkPolicy(connection_count_display_cap=CAP))


@pytest.mark.parametrize("seed", range(NETWORKS))
async def test_everybody_sees_of_everybody_what_the_matrix_says(world: World, seed: int) -> None:
    network = random_network(seed)
    await store(world, network)
    matrix = Matrix(network, CAP)
    for eyes in all_eyes(network):
        assert await CODE.look(capped(world), matrix, eyes) == matrix.look(eyes), eyes


async def test_who_looks_while_all_others_do_sees_the_same(world: World) -> None:
    network = random_network(NETWORKS)
    await store(world, network)
    matrix, eyes = Matrix(network, CAP), all_eyes(network)
    async with counted(world.deployment.pool) as sent:
        seen = await asyncio.gather(*(CODE.look(capped(world), matrix, each) for each in eyes))
    assert list(seen) == [matrix.look(each) for each in eyes]
    assert sum("asked.place" in text for text in sent) > 10


async def test_clients_see_over_http_what_the_matrix_says(api: Api, world: World) -> None:
    matrix = Matrix(random_network(NETWORKS), api.deployment.policy.connection_count_display_cap or 0)
    await store(world, matrix.network)
    for eyes in all_eyes(matrix.network):
        seen = matrix.look(eyes)
        expected = {name: seen[name] for name in ("members", "links", "distances", "suggestions")}
        assert await look(api, matrix, eyes) == expected, eyes
