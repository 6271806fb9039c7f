"""Plans are made for everybody: what is asked for by its key is looked up by it, whoever has many rows."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
import pytest

from loaders import connections, introductions, members, messages, own_connections, paths, relationships
from models.database import Statement
from tests.world import World

# One is connected with everybody; the others with ten each.
NETWORK: Final = """
    INSERT INTO members (id, handle, given_name, family_name)
    SELECT id, 'm' || id, 'Member', 'Tester' FROM generate_series(1, 3000) AS id;
    ALTER TABLE connections DISABLE TRIGGER ALL;
    INSERT INTO connections (member_id, other_id)
    SELECT 1, id FROM generate_series(2, 3000) AS id
    UNION SELECT id, 1 FROM generate_series(2, 3000) AS id
    UNION SELECT id, 2 + (id + step * step * 7) % 2999
    FROM generate_series(2, 3000) AS id, generate_series(1, 10) AS step
    WHERE id <> 2 + (id + step * step * 7) % 2999;
    ALTER TABLE connections ENABLE TRIGGER ALL;
    INSERT INTO adjacency (member_id, ids) SELECT member_id, array_agg(other_id ORDER BY other_id)
    FROM connections GROUP BY member_id;
    ANALYZE
"""
# The first has no connections, the second only one who hides theirs, the third only one who has no others.
ALONE: Final = """
    UPDATE members SET connection_count = 2999 WHERE id = 1;
    INSERT INTO members (id, handle, given_name, family_name)
    SELECT id, 'm' || id, 'Member', 'Tester' FROM generate_series(3001, 3004) AS id;
    INSERT INTO adjacency (member_id, ids) VALUES (3003, '{3004}'), (3004, '{3003}');
    INSERT INTO adjacency (member_id, ids) VALUES (3002, '{2}');
    UPDATE adjacency SET ids = ids + 3002 WHERE member_id = 2;
    UPDATE members SET connections_visibility = 'NOBODY' WHERE id = 2
"""
READS: Final = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON)"
FEW_PAGES: Final = 60
"""Those whom member 1 is connected to stand on more."""
STATEMENTS: Final[Mapping[str, Statement[Any]]] = {
    "facts": relationships._statement(relationships.FACTS),
    "degrees": relationships._statement(relationships.KEY | {"degree"}),
    "chains": paths.CHAINS,
    "links": connections.BETWEEN,
    "own links": own_connections.ROWS,
    "their requests": own_connections.ACCEPTED,
    "links of readers": messages.LINKED,
    "ways to ask": introductions.PATHS,
}

NAMES: Final = members._by_ids(frozenset({"id", "handle", "is_face", "display_name"}))
LOOKING_FAR: Final[Mapping[str, Statement[Any]]] = {
    "names": NAMES,
    "degrees": STATEMENTS["degrees"],
    "chains": STATEMENTS["chains"],
}


async def test_no_plan_reads_all_connections_of_a_member(world: World) -> None:
    await world.execute(NETWORK)
    async with world.connection() as connection:
        for name, statement in STATEMENTS.items():
            await connection.execute(f"PREPARE asked AS {statement.text}")
            nothing = ", ".join(["NULL"] * len(statement.names))
            plan = [row[0] for row in await connection.fetch(f"EXPLAIN EXECUTE asked({nothing})")]
            await connection.execute("DEALLOCATE asked")
            reads = [plan[place : place + 2] for place, line in enumerate(plan) if " on connections" in line]
            assert reads, (name, plan)
            for read, condition in reads:
                assert "connections_pkey" in read, (name, plan)
                assert condition.count("member_id = ") == condition.count("other_id = ") == 1, (name, plan)


@pytest.mark.parametrize("viewer", [None, 3001, 3002, 3003])
async def test_who_has_few_brokers_looks_through_no_long_list(world: World, viewer: int | None) -> None:
    await world.execute(NETWORK)
    await world.execute(ALONE)
    is_one = str(viewer is not None).lower()
    given = {
        "seen_by": str(viewer or "NULL"),
        **dict.fromkeys(("reads_profiles", "reads_network"), is_one),
        **dict.fromkeys(("ids", "other_ids"), "'{1}'"),
        "now": "now()",
        "count_cap": "500",
    }
    async with world.connection() as connection:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        for name, statement in LOOKING_FAR.items():
            await connection.execute(f"PREPARE asked AS {statement.text}")
            arguments = ", ".join(given[each] for each in statement.names)
            answer = await connection.fetchval(f"{READS} EXECUTE asked({arguments})")
            await connection.execute("DEALLOCATE asked")
            plan = orjson.loads(answer)[0]["Plan"]
            assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < FEW_PAGES, (name, answer)
