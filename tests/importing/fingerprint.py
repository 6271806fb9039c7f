"""What a database holds, in a form that can be compared."""

from models import metadata
from tests.world import World

FINGERPRINT = "SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {table} AS t"
BROKEN_LINKS = """
SELECT count(*) FROM members
LEFT JOIN (
    SELECT member_id, array_agg(other_id ORDER BY other_id) AS others FROM connections GROUP BY 1
) AS links ON links.member_id = id
LEFT JOIN adjacency ON adjacency.member_id = id
WHERE connection_count <> coalesce(cardinality(others), 0) OR ids IS DISTINCT FROM others
"""
WRONG_SILENCE = """
SELECT count(*) FROM adjacency WHERE silent_ids <> ARRAY(
    SELECT id FROM members WHERE id = ANY(ids) AND connections_visibility = 'NOBODY' ORDER BY id
)
"""
LONELY_ROWS = """
SELECT count(*) FROM connections AS link WHERE NOT EXISTS (
    SELECT FROM connections AS mirror
    WHERE mirror.member_id = link.other_id AND mirror.other_id = link.member_id
    AND mirror.connected_at = link.connected_at
)
"""


async def fingerprint(world: World, *, without: str = "") -> dict[str, str | None]:
    """A digest of each table's rows."""
    names = [table.name for table in metadata.sorted_tables if table.name != without]
    return {name: await world.value(FINGERPRINT.format(table=name)) for name in names}


async def assert_links_agree(world: World) -> None:
    """Rows, mirrored rows, counters and neighbours tell the same network."""
    assert await world.value(BROKEN_LINKS) == 0
    assert await world.value(WRONG_SILENCE) == 0
    assert await world.value(LONELY_ROWS) == 0
