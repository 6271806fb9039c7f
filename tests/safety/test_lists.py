"""The two lists of the viewer: newest first, as long as they say, and nobody else's business."""

from datetime import timedelta

import pytest

from auth import closing
from tests.safety.asking import LISTS, Safety
from tests.safety.conftest import Settable
from tests.statements import counted
from tests.world import World

BOTH = [("blockedMembers", "blockMember"), ("mutedMembers", "muteMember")]


async def listed(safety: Safety, mutation: str, size: int, settable: Settable) -> tuple[int, list[str]]:
    """A viewer with so many on the list, and their handles in its order."""
    ada = await safety.world.member("ada")
    handles = [f"member-{number}" for number in range(size)]
    for handle in handles:
        settable.wait(timedelta(minutes=1))
        await safety.done(mutation, ada, await safety.world.member(handle))
    return ada, handles[::-1]


@pytest.mark.parametrize(("of", "mutation"), BOTH)
async def test_pages_join_to_the_whole_list_newest_first(
    safety: Safety, settable: Settable, of: str, mutation: str
) -> None:
    ada, handles = await listed(safety, mutation, 5, settable)
    first = (await safety.lists(ada, first=3))[of]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (5, True)
    query = LISTS.replace("blockedMembers" if of == "mutedMembers" else "mutedMembers", f"unused: {of}", 1)
    answer = await safety.api.ask(query, {"first": 3, "after": first["pageInfo"]["endCursor"]}, member=ada)
    second = answer.data["viewer"][of]
    assert [node["handle"] for page in (first, second) for node in page["nodes"]] == handles


async def test_a_cursor_of_the_one_list_is_none_of_the_other(safety: Safety, settable: Settable) -> None:
    ada, _ = await listed(safety, "blockMember", 1, settable)
    cursor = (await safety.lists(ada))["blockedMembers"]["pageInfo"]["endCursor"]
    answer = await safety.api.ask(LISTS, {"after": cursor}, member=ada)
    assert answer.codes == ["INVALID_CURSOR"]
    assert answer.errors[0]["path"] == ["viewer", "mutedMembers"]


@pytest.mark.parametrize(("of", "mutation"), BOTH)
async def test_the_lists_are_each_viewers_own(safety: Safety, world: World, of: str, mutation: str) -> None:
    ada, bob, eve = [await world.member(handle) for handle in ("ada", "bob", "eve")]
    await safety.done(mutation, ada, bob)
    assert await safety.handles(eve, of) == await safety.handles(bob, of) == []


async def test_whom_the_viewer_may_not_see_is_not_listed_as_muted(safety: Safety, world: World) -> None:
    ada, bob, eve, cy = [await world.member(handle) for handle in ("ada", "bob", "eve", "cy")]
    for other in (bob, eve, cy):
        await safety.done("muteMember", ada, other)
    await safety.done("blockMember", bob, ada)
    async with world.connection() as connection, connection.transaction():
        await closing.close(connection, eve)
    assert await safety.handles(ada, "mutedMembers") == ["cy"]


async def test_who_closed_the_account_stays_blocked_until_it_is_erased(safety: Safety, world: World) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    await safety.done("blockMember", ada, bob)
    async with world.connection() as connection:
        async with connection.transaction():
            await closing.close(connection, bob)
        assert await safety.handles(ada, "blockedMembers") == ["bob"]
        assert await closing.erase(connection, timedelta(0)) == 1
    assert await safety.handles(ada, "blockedMembers") == []


@pytest.mark.parametrize(("of", "mutation"), BOTH)
async def test_fifty_cost_as_many_statements_as_one(
    safety: Safety, settable: Settable, of: str, mutation: str
) -> None:
    ada, _ = await listed(safety, mutation, 50, settable)
    query = f"query($first: Int) {{ viewer {{ {of}(first: $first) {{ totalCount nodes {{ handle }} }} }} }}"
    sent = []
    for size in (1, 50):
        async with counted(safety.api.deployment.pool) as statements:
            answer = await safety.api.ask(query, {"first": size}, member=ada)
        assert len(answer.data["viewer"][of]["nodes"]) == size
        sent.append(len(statements))
    assert sent == [3, 3]


async def test_nobody_has_such_lists_without_the_scope(safety: Safety, world: World) -> None:
    ada = await world.member("ada")
    for of, _ in BOTH:
        query = f"{{ viewer {{ {of} {{ totalCount }} }} }}"
        answer = await safety.api.ask(query, member=ada, scopes=frozenset({"PROFILE_READ"}))
        assert answer.codes == ["MISSING_SCOPE"]
