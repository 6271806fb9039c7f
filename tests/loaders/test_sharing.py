"""Statements of several operations travel together, and each gets the rows that it would get alone."""

import asyncio
import gc
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import product
from typing import Final

import asyncpg
import pytest
from sqlalchemy import ARRAY, Float, Integer, Text, bindparam, func, select

from loaders import connections, members, relationships, request_lists
from loaders.context import Context, Deployment
from models import sharing
from models.database import Row, Statement
from models.pool import Pool, open_pool
from rules import ids
from rules.connection_requests import Side
from rules.terms import RequestOrder
from schema.root import schema
from tests.clients import Api
from tests.statements import counted
from tests.world import World

assert schema, "everything that has statements is imported"


class Quotient(Row):
    """A tenth of each number, and whose it is."""

    number: int
    quotient: int
    name: str | None


GIVEN: Final = func.unnest(bindparam("numbers", type_=ARRAY(Integer)))
NUMBERS: Final = GIVEN.table_valued("number").render_derived("numbers")
QUOTIENTS: Final = (
    select(
        NUMBERS.c.number,
        (bindparam("dividend", type_=Integer) / NUMBERS.c.number).label("quotient"),
        bindparam("name", type_=Text).label("name"),
    )
    .order_by(NUMBERS.c.number)
    .limit(bindparam("size", type_=Integer))
)
SHARED: Final = Statement(QUOTIENTS, Quotient, differing=("numbers", "name", "something else"))
ALONE: Final = Statement(QUOTIENTS, Quotient)
Answer = list[tuple[int, int, str | None]]


async def ask(
    world: World,
    numbers: Sequence[int],
    name: str | None = None,
    *,
    size: int = 10,
    statement: Statement[Quotient] = SHARED,
) -> Answer:
    """The rows of one operation."""
    values = {"numbers": numbers, "name": name, "size": size, "dividend": 100}
    rows = await world.context(None).rows(statement, **values)
    return [(row.number, row.quotient, row.name) for row in rows]


@asynccontextmanager
async def busy(pool: Pool) -> AsyncIterator[list[str]]:
    """Somebody else reads at the same time; collects what is sent meanwhile.

    While somebody collects that, statements take asyncpg's own way; other tests see to the short one.
    """
    async with counted(pool) as sent, pool.acquire():
        yield sent


async def test_each_gets_what_it_would_get_alone(world: World) -> None:
    async with busy(world.deployment.pool) as sent:
        found = await asyncio.gather(
            ask(world, [5, 2, 10], "Ada"), ask(world, []), ask(world, [4], None), ask(world, [4, 1], "Ben")
        )
    assert len(sent) == 1
    assert list(found) == [
        [(2, 50, "Ada"), (5, 20, "Ada"), (10, 10, "Ada")],
        [],
        [(4, 25, None)],
        [(1, 100, "Ben"), (4, 25, "Ben")],
    ]


async def test_who_reads_alone_waits_for_nobody(world: World) -> None:
    async with counted(world.deployment.pool) as sent:
        assert await ask(world, [4]) == [(4, 25, None)]
    async with busy(world.deployment.pool) as also_sent:
        assert await ask(world, [4]) == [(4, 25, None)]
    assert sent == also_sent == [SHARED.text]


@pytest.mark.parametrize(
    ("before", "seconds", "count"),
    [(sharing.CROWD, 10, 1), (sharing.CROWD - 1, 10, 2), (sharing.CROWD, 0, 2)],
)
async def test_who_reads_alone_waits_for_others_only_after_a_crowd(
    world: World, monkeypatch: pytest.MonkeyPatch, before: int, seconds: float, count: int
) -> None:
    pool = world.deployment.pool
    pool.crowded_at = -math.inf
    monkeypatch.setattr(sharing, "CROWD_SECONDS", seconds)
    async with busy(pool):
        await asyncio.gather(*(ask(world, [4]) for _ in range(before)))
    async with counted(pool) as sent:
        found = await asyncio.gather(*(ask(world, [number]) for number in (1, 2)))
    assert found == [[(1, 100, None)], [(2, 50, None)]]
    assert len(sent) == count


async def test_only_those_share_whose_other_values_are_equal(world: World) -> None:
    async with busy(world.deployment.pool) as sent:
        found = await asyncio.gather(*(ask(world, [1, 2, 4], size=size) for size in (1, 2, 1)))
    assert found == [[(1, 100, None)], [(1, 100, None), (2, 50, None)], [(1, 100, None)]]
    assert len(sent) == 2


async def test_other_statements_are_not_shared(world: World) -> None:
    async with busy(world.deployment.pool) as sent:
        await asyncio.gather(*(ask(world, [number], statement=ALONE) for number in (1, 2)))
    assert sent == [ALONE.text] * 2


async def test_a_transaction_reads_by_itself(world: World) -> None:
    async def read(ctx: Context) -> list[Quotient]:
        async with ctx.transaction():
            return await ctx.rows(SHARED, numbers=[4], name=None, size=1, dividend=100)

    async with busy(world.deployment.pool) as sent:
        await asyncio.gather(*(read(world.context(None)) for _ in range(2)))
    assert sent.count(SHARED.text) == 2


async def test_no_more_than_a_number_share_a_sending(world: World) -> None:
    count = 2 * sharing.MOST + 1
    async with busy(world.deployment.pool) as sent:
        found = await asyncio.gather(*(ask(world, [number]) for number in range(1, count + 1)))
    assert [rows[0][0] for rows in found] == list(range(1, count + 1))
    assert len(sent) == 3


async def test_who_asks_for_many_asks_alone(world: World) -> None:
    few, many = list(range(1, sharing.MOST_KEYS + 1)), list(range(1, sharing.MOST_KEYS + 2))
    for numbers, count in ((few, 1), (many, 2)):
        async with busy(world.deployment.pool) as sent:
            found = await asyncio.gather(*(ask(world, numbers) for _ in range(2)))
        assert [[row[0] for row in rows] for rows in found] == [numbers] * 2
        assert len(sent) == count


async def test_what_fails_for_one_does_not_fail_for_others(world: World) -> None:
    async with world.connection():
        found = await asyncio.gather(*(ask(world, [n]) for n in (1, 0, 2)), return_exceptions=True)
    assert found[0] == [(1, 100, None)]
    assert isinstance(found[1], asyncpg.DivisionByZeroError)
    assert found[2] == [(2, 50, None)]


@pytest.mark.parametrize("who", [0, 1, 2])
@pytest.mark.parametrize("turns", range(4))
async def test_whoever_leaves_takes_nobody_along(world: World, who: int, turns: int) -> None:
    async with world.connection():
        tasks = [asyncio.create_task(ask(world, [number])) for number in (1, 2, 4)]
        for _ in range(turns):
            await asyncio.sleep(0)
        tasks[who].cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(found.pop(who), asyncio.CancelledError)
    rest = [(1, 100, None), (2, 50, None), (4, 25, None)]
    del rest[who]
    assert found == [[row] for row in rest]
    assert not world.deployment.pool.gathering


async def test_those_who_wait_for_a_connection_share_it(world: World) -> None:
    pool = world.deployment.pool
    lent = [await pool.take(1) for _ in range(pool.get_max_size())]
    tasks = []
    for number in (1, 2, 4):
        tasks.append(asyncio.create_task(ask(world, [number])))
        for _ in range(3):
            await asyncio.sleep(0)
    assert len(pool.gathering) == 1
    for connection in lent:
        pool.give_back(connection)
    assert await asyncio.gather(*tasks) == [[(1, 100, None)], [(2, 50, None)], [(4, 25, None)]]
    assert not pool.gathering


class Slept(Row):
    """Who has slept."""

    name: str


ASLEEP: Final = (
    func.pg_sleep(bindparam("seconds", type_=Float)).table_valued("nothing").render_derived("asleep")
)
SLEEPING: Final = Statement(
    select(bindparam("name", type_=Text).label("name")).select_from(ASLEEP),
    Slept,
    differing=("name", "seconds"),
)


async def sleep(deployment: Deployment, name: str, seconds: float) -> list[str]:
    """The rows of one operation, after a while."""
    rows = await Context(deployment, None).rows(SLEEPING, name=name, seconds=seconds)
    return [row.name for row in rows]


async def test_who_comes_while_others_read_reads_anew(world: World) -> None:
    async with busy(world.deployment.pool) as sent:
        first = [asyncio.create_task(sleep(world.deployment, name, 0.1)) for name in ("Ada", "Ben")]
        await asyncio.sleep(0.05)
        assert await sleep(world.deployment, "Cy", 0) == ["Cy"]
        assert not any(task.done() for task in first)
        assert await asyncio.gather(*first) == [["Ada"], ["Ben"]]
    assert len(sent) == 2


async def test_what_takes_too_long_for_several_is_read_alone(world: World, database_url: str) -> None:
    async with open_pool(database_url, 3, statement_seconds=0.5) as pool:
        deployment = replace(world.deployment, pool=pool)
        async with pool.acquire():
            found = await asyncio.gather(*(sleep(deployment, name, 0.3) for name in ("Ada", "Ben")))
    assert found == [["Ada"], ["Ben"]]


async def test_shared_statements_have_their_own_columns_and_one_more(world: World) -> None:
    # These are made when they are first needed.
    assert members._by_ids(members.EVERYTHING).differing
    assert connections._network(
        "connections", connections.LISTED, connections.LINK_COLUMNS, members.EVERYTHING, is_own=False
    )
    assert relationships._statement(relationships.FACTS).differing
    for side, order in product(Side, RequestOrder):
        assert request_lists._listing(side, order, request_lists.EVERYTHING, members.EVERYTHING)
    statements = [each for each in gc.get_objects() if isinstance(each, Statement) and each.differing]
    assert len(statements) > 20
    async with world.connection() as connection:
        for statement in statements:
            alone, shared = [
                [each.name for each in (await connection.prepare(text)).get_attributes()]
                for text in (statement.text, statement.shared.text)
            ]
            assert shared == [*alone, "place"]


PAGE: Final = """query ($id: ID!) {
  member(id: $id) { handle connections(first: 2) { totalCount nodes { handle } } }
  viewer { member { handle } receivedRequests(first: 2) { nodes { sender { handle } } } }
}"""


async def test_operations_of_several_members_send_less(api: Api, world: World) -> None:
    handles = ("ada", "ben", "cy", "dan")
    people = [await world.member(handle) for handle in handles]
    for other in people[1:]:
        await world.connect(people[0], other)
    ada = ids.encode("M", people[0])
    async with counted(api.deployment.pool) as sent_alone:
        alone = [await api.ask(PAGE, {"id": ada}, member=member) for member in people]
    async with busy(api.deployment.pool) as sent:
        together = await asyncio.gather(*(api.ask(PAGE, {"id": ada}, member=member) for member in people))
    assert [each.data for each in together] == [each.data for each in alone]
    assert [each.data["viewer"]["member"]["handle"] for each in together] == list(handles)
    assert len(sent) < len(sent_alone) / 2
