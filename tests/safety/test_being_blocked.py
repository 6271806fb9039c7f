"""To whom they block, a member looks the same as an id that never existed: in answers and in work done."""

from typing import Any

import pytest

from tests.clients import Json
from tests.safety.asking import Safety, public_id
from tests.statements import counted
from tests.world import World

MUTATIONS = ("blockMember", "unblockMember", "muteMember", "unmuteMember", "reportMember")
NOBODY = 2_000_000_000
QUERIES = (
    "query($id: ID!) { member(id: $id) { handle } }",
    "query($id: ID!) { node(id: $id) { id } }",
    "query($id: ID!) { nodes(ids: [$id]) { id } }",
    "query($handle: String!) { member(handle: $handle) { id } }",
)


async def asked(safety: Safety, query: str, viewer: int, member: int, handle: str) -> tuple[Any, list[str]]:
    """The answer to a query about a member, and the statements that it took."""
    variables = {"handle": handle} if "$handle" in query else {"id": public_id(member)}
    async with counted(safety.api.deployment.pool) as statements:
        answer = await safety.api.ask(query, variables, member=viewer)
    return answer.body, statements


async def tried(safety: Safety, mutation: str, viewer: int, member: int) -> tuple[Json, list[str]]:
    """The answer to a mutation of a member, its id renamed, and the statements that it took."""
    async with counted(safety.api.deployment.pool) as statements:
        [error] = (await safety.do(mutation, viewer, member))["userErrors"]
    assert error.pop("missingId") == public_id(member)
    return error, statements


@pytest.fixture
async def blocked(safety: Safety, world: World) -> tuple[int, int]:
    """A viewer and the member who blocks them, after a past that each of them had."""
    ada, bob = await world.member("ada"), await world.member("bob")
    await world.connect(ada, bob)
    await safety.done("muteMember", ada, bob)
    await safety.done("blockMember", ada, bob)
    await safety.done("unblockMember", ada, bob)
    await safety.done("blockMember", bob, ada)
    return ada, bob


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_mutations_answer_as_to_an_id_that_never_existed(
    safety: Safety, blocked: tuple[int, int], mutation: str
) -> None:
    viewer, blocker = blocked
    hidden, missing = [await tried(safety, mutation, viewer, member) for member in (blocker, NOBODY)]
    assert hidden == missing
    assert (hidden[0]["code"], hidden[0]["field"]) == ("NOT_FOUND", ["memberId"])


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_an_id_of_no_kind_is_missing_too(safety: Safety, world: World, mutation: str) -> None:
    ada = await world.member("ada")
    for id in ("", "bob", "C_MTIuMTM", "M_MS4y", public_id(ada).lower()):
        payload = (await safety.ask(mutation, ada, id)).data[mutation]
        assert [error["missingId"] for error in payload["userErrors"]] == [id]


@pytest.mark.parametrize("query", QUERIES)
async def test_queries_answer_as_to_an_id_that_never_existed(
    safety: Safety, blocked: tuple[int, int], query: str
) -> None:
    viewer, blocker = blocked
    hidden = await asked(safety, query, viewer, blocker, "bob")
    missing = await asked(safety, query, viewer, NOBODY, "nobody")
    assert hidden[0] == missing[0]
    assert len(hidden[1]) == len(missing[1]) > 0


async def test_a_refused_mutation_leaves_no_trace(safety: Safety, blocked: tuple[int, int]) -> None:
    viewer, blocker = blocked
    tables = ("blocks", "lifted_blocks", "mutes", "reports", "events")
    before = [await safety.count(table) for table in tables]
    for mutation in MUTATIONS:
        await safety.do(mutation, viewer, blocker)
    assert [await safety.count(table) for table in tables] == before
