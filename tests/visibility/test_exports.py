"""Every member's export of random networks against the matrix."""

from collections.abc import Iterator

import orjson
import pytest

from server.jobs.exports import write_export
from tests.visibility.matrix import Eyes, Matrix
from tests.visibility.networks import SINCE, random_network, store
from tests.visibility.test_matrix import CAP
from tests.world import World


@pytest.mark.parametrize("seed", range(2))
async def test_an_export_holds_of_each_connection_what_the_matrix_says(world: World, seed: int) -> None:
    matrix = Matrix(random_network(seed), CAP)
    await store(world, matrix.network)
    work = "INSERT INTO positions (member_id, title, company_name) SELECT id, 'Lead', 'A' FROM members"
    await world.execute(work)
    for person in matrix.network.people.values():
        if not person.is_closed:
            assert await exported(world, person.id) == list(contacts(matrix, person.id)), person


def contacts(matrix: Matrix, member: int) -> Iterator[dict[str, object]]:
    """What an export should say of each connection."""
    for other in matrix.network.neighbours(member):
        if seen := matrix.member(Eyes(member), other):
            yield {
                "firstName": seen["given_name"],
                "lastName": seen["family_name"],
                "url": f"http://rapport.test/in/{seen['handle']}",
                "emailAddress": seen["email"],
                "company": seen["experience"] and "A",
                "position": seen["experience"] and "Lead",
                "connectedOn": SINCE.date().isoformat(),
            }


async def exported(world: World, member: int) -> object:
    """The member's connections, through the job and its file."""
    queue = "INSERT INTO exports (member_id, format) VALUES ($1, 'JSON') RETURNING id"
    number = await world.value(queue, member)
    await write_export(world.deployment, member, number)
    return orjson.loads(await world.value("SELECT data FROM export_parts WHERE export_id = $1", number))
