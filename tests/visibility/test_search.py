"""In random networks everybody finds, by each value that a profile holds, those alone who show it to them."""

import os

import pytest

from auth.identity import Viewer
from loaders.context import Context
from loaders.search import members as search
from rules.paging import PageArgs
from rules.search import Wish
from tests.visibility.matrix import Eyes, Matrix
from tests.visibility.networks import random_network, store
from tests.world import World

NETWORKS = int(os.environ.get("RAPPORT_TEST_NETWORKS", "3"))
ENTRIES = (
    "DELETE FROM positions",
    "DELETE FROM educations",
    "INSERT INTO positions (member_id, title, company_name) SELECT id, 'Forester', 'Woodworks' FROM members",
    "INSERT INTO educations (member_id, school) SELECT id, 'Academy' FROM members",
    "INSERT INTO skills (member_id, name, rank) SELECT id, 'Carving', 0 FROM members",
    "UPDATE members SET discoverable = false WHERE id % 5 = 0",
)
WISHES = {
    "FAMILY_NAME": [Wish("tester"), Wish("te"), Wish("testre")],
    "HEADLINE": [Wish("headline"), Wish("haedline of")],
    "EXPERIENCE": [Wish("wood"), Wish("forester woodworks"), Wish(facets={"company": ["Woodworks"]})],
    "SKILLS": [Wish("carving"), Wish(facets={"skill": ["carving"]}), Wish(facets={"language": ["Swedish"]})],
    "EDUCATION": [Wish(facets={"school": ["Academy"]})],
    "INDUSTRY": [Wish(facets={"industry": ["research"]})],
    "LOCATION": [Wish(facets={"location": ["lund"]})],
}
"""Searches for what each section holds of everybody."""
BOTH = {
    ("FAMILY_NAME", "SKILLS"): Wish("tester carving"),
    ("HEADLINE", "LOCATION"): Wish("headline", {"location": ["Lund"]}),
}


@pytest.mark.parametrize("seed", range(NETWORKS))
async def test_nobody_is_found_by_what_they_hide(world: World, seed: int) -> None:
    network = random_network(seed)
    await store(world, network)
    for statement in ENTRIES:
        await world.execute(statement)
    matrix = Matrix(network, cap=500)
    wishes = [((section,), wish) for section, each in WISHES.items() for wish in each] + [*BOTH.items()]
    for viewer in (person.id for person in network.people.values() if not person.is_closed):
        eyes = Eyes(viewer)
        for sections, wish in wishes:
            ctx = Context(world.deployment, Viewer(viewer, session_id=1, scopes=None))
            page = await search.like(ctx, wish, PageArgs(first=100))
            assert {getattr(node, "id", None) for node in page.nodes} == expected(matrix, eyes, sections), (
                eyes,
                wish,
            )
            assert page.total_count == len(page.items)


def expected(matrix: Matrix, eyes: Eyes, sections: tuple[str, ...]) -> set[int]:
    """The members who show all these sections and are listed at all."""
    return {
        id
        for id, person in matrix.network.people.items()
        if id % 5 and matrix.exists(eyes, id) and not {*sections} & {*matrix.hidden(eyes, person)}
    }
