"""Tables without their indexes and keys while they are filled: made afterwards, each at once, they take a
fraction of the time that a million additions do.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from rich.progress import Progress

from models.database import Connection

# Keys that another table refers to stay. What goes first comes back last: foreign keys need the other keys.
DEFINITIONS = """
WITH filled AS (SELECT name::regclass AS id FROM unnest($1::text[]) AS name)
SELECT contype = 'f' AS is_foreign, conname AS name,
    format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
    format(
        'ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)
    ) AS add
FROM pg_constraint WHERE conrelid IN (TABLE filled) AND contype IN ('f', 'p', 'u') AND NOT EXISTS (
    SELECT FROM pg_constraint AS other
    WHERE pg_constraint.contype <> 'f' AND other.contype = 'f'
    AND other.confrelid = pg_constraint.conrelid AND other.conrelid <> pg_constraint.conrelid
)
UNION ALL
SELECT false, indexrelid::regclass::name, format('DROP INDEX %s', indexrelid::regclass),
    pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid IN (TABLE filled) AND NOT EXISTS (
    SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f'
)
ORDER BY is_foreign DESC, name
"""


@asynccontextmanager
async def unindexed(connection: Connection, tables: Sequence[str], progress: Progress) -> AsyncIterator[None]:
    """Drop indexes, keys and references of the tables, and make them again as they were.

    References are checked then, and the planner knows the tables. Needs a transaction that alone uses the
    tables: where anything fails it is rolled back, and all is as it was.
    """
    definitions = await connection.fetch(DEFINITIONS, tables)
    for definition in definitions:
        await connection.execute(definition["drop"])
    yield
    keys = [definition["add"] for definition in definitions if not definition["is_foreign"]]
    references = [definition["add"] for definition in definitions if definition["is_foreign"]]
    # Without statistics, references are looked up one by one.
    steps = [*keys, f"ANALYZE {', '.join(tables)}", *references]
    for step in progress.track(steps, description="Indexing"):
        await connection.execute(step)
