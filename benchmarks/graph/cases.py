"""Who asks and about whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import asyncpg

from auth.identity import Viewer
from benchmarks.recording import Call
from rules import ids

OTHERS: Final = 25
GROUPS: Final = {
    "random": "true",
    "heavy": "share <= 0.001",
    "hubs": "place <= 20",
}
"""Anybody, the thousandth of all members who have most connections, and the twenty who have most."""

VIEWERS: Final = """
SELECT id FROM (
    SELECT id, row_number() OVER most AS place, percent_rank() OVER most AS share
    FROM members WHERE closed_at IS NULL WINDOW most AS (ORDER BY connection_count DESC)
) AS ranked
WHERE {condition} ORDER BY hashint4(id) LIMIT $1
"""

# On a page stand some connections, more of their connections, and others: hashes make it the same each time.
PROFILES: Final = """
WITH near AS (
    SELECT other_id AS id, 1 AS place FROM connections WHERE member_id = $1
    ORDER BY hashint4(other_id) LIMIT 5
), further AS (
    SELECT other_id AS id, 2 AS place FROM near CROSS JOIN LATERAL (
        SELECT other_id FROM connections WHERE member_id = near.id ORDER BY hashint4(other_id # $1) LIMIT 2
    ) AS theirs
), anybody AS (
    SELECT id, 3 AS place FROM generate_series(1, 3 * $2) AS number JOIN members
    ON members.id = 1 + abs(hashint4($1 + number)::bigint) % (SELECT max(id) FROM members)
)
SELECT id FROM (TABLE near UNION ALL TABLE further UNION ALL TABLE anybody) AS found
WHERE id <> $1 GROUP BY id ORDER BY min(place), hashint4(id) LIMIT $2
"""


@dataclass(frozen=True)
class Case:
    """A viewer, and the members whose profiles are on their page."""

    viewer_id: int
    other_ids: Sequence[int]

    @cached_property
    def call(self) -> Call:
        """Who sends an operation about them, with its variables."""
        public = ids.encode_each("M", self.other_ids)
        return Call(Viewer(self.viewer_id, session_id=1), {"ids": public, "id": public[0]})


async def cases(connection: "asyncpg.Connection[asyncpg.Record]", group: str, number: int) -> list[Case]:
    """So many viewers of a group, or as many as there are."""
    found = await connection.fetch(VIEWERS.format(condition=GROUPS[group]), number)
    profiles = [await connection.fetch(PROFILES, row["id"], OTHERS) for row in found]
    return [
        Case(row["id"], [other["id"] for other in others])
        for row, others in zip(found, profiles, strict=True)
    ]
