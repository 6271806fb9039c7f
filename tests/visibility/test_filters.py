"""What a viewer may not see of a member keeps nobody in a filtered list: for every viewer, list and item."""

from collections.abc import Callable, Mapping

import pytest

from auth.identity import Viewer
from loaders import members, network_lists
from loaders.context import Context
from loaders.network_lists import Wanted
from rules.paging import PageArgs
from rules.terms import NetworkOrder
from tests.selections import selected
from tests.visibility.matrix import Eyes, Matrix, Seen
from tests.visibility.networks import random_network, store
from tests.visibility.test_matrix import CAP, all_eyes, capped
from tests.world import World

FILTERS: list[tuple[Mapping[str, object], Callable[[Seen], bool]]] = [
    ({"query": "tester"}, lambda member: member["family_name"] is not None),
    ({"query": "headline"}, lambda member: member["headline"] is not None),
    ({"industries": ["research"]}, lambda member: member["industry"] is not None),
    ({"locations": ["lund"]}, lambda member: member["location"] is not None),
]
SELECTION = selected("totalCount nodes { handle }")


@pytest.mark.parametrize("order", [NetworkOrder.NEWEST, NetworkOrder.NAME])
async def test_filters_keep_whom_the_matrix_shows_so(world: World, order: NetworkOrder) -> None:
    matrix = Matrix(random_network(7), CAP)
    await store(world, matrix.network)
    for eyes in all_eyes(matrix.network):
        viewer = None if eyes.member is None else Viewer(eyes.member, session_id=1, scopes=eyes.scopes)
        ctx = Context(capped(world), viewer)
        for values, is_shown in FILTERS:
            found = await _kept(ctx, matrix, Wanted(values, order))
            assert found == _expected(matrix, eyes, is_shown), (eyes, values)


async def _kept(ctx: Context, matrix: Matrix, wanted: Wanted) -> dict[int, set[str] | None]:
    owners = [row for row in await members.load_many(ctx, matrix.ids) if row]
    pages = await network_lists.pages(ctx, owners, wanted, PageArgs(first=100), SELECTION)
    found: dict[int, set[str] | None] = {}
    for owner, page in zip(owners, pages, strict=True):
        assert not isinstance(page, Exception)
        found[owner.id] = {item.handle for item in page.items} if page else None
        assert not page or page.total_count == len(page.items)
    return found


def _expected(matrix: Matrix, eyes: Eyes, is_shown: Callable[[Seen], bool]) -> dict[int, set[str] | None]:
    seen = {id: member for id in matrix.ids if (member := matrix.member(eyes, id))}
    shown = {member["handle"] for member in seen.values() if is_shown(member)}
    return {
        id: {*member["connections"]["handles"]} & shown if member["connections"] else None
        for id, member in seen.items()
    }
