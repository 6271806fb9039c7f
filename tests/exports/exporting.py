"""Members who export their connections: what they are told of it, and what they download."""

from typing import Final
from urllib.parse import urlsplit

import httpx

from rules import ids
from server.jobs.exports import write_export
from tests.clients import Json
from tests.connection_requests.people import Person

SHOWN: Final = "id format state requestedAt downloadUrl expiresAt rowCount"
NODE: Final = f"query($id: ID!) {{ node(id: $id) {{ ... on NetworkExport {{ {SHOWN} }} }} }}"
LIST: Final = f"{{ viewer {{ exports {{ {SHOWN} }} }} }}"
FRIENDS: Final = """
WITH made AS (
    INSERT INTO members (handle, given_name, family_name, contact_email, connection_count)
    SELECT 'friend-' || number, 'Friend', 'No. ' || number, 'friend-' || number || '@example.org', 1
    FROM generate_series(1, $2) AS number
    RETURNING id
), linked AS (
    INSERT INTO connections (member_id, other_id, connected_at)
    SELECT pair.one, pair.other, timestamptz '2020-01-01 UTC' + (id % 7) * interval '1 day'
    FROM made, LATERAL (VALUES ($1::int, id), (id, $1::int)) AS pair (one, other)
), counted AS (
    UPDATE members SET connection_count = connection_count + $2 WHERE id = $1
)
INSERT INTO adjacency (member_id, ids)
SELECT $1, array_agg(id ORDER BY id) FROM made
UNION ALL SELECT id, ARRAY[$1::int] FROM made
"""
NEWEST: Final = """
SELECT array_agg(handle ORDER BY connected_at DESC, id)
FROM connections JOIN members ON id = other_id WHERE member_id = $1
"""


async def befriend(person: Person, count: int) -> None:
    """So many new members who are connected to nobody but the person, several at each instant."""
    await person.world.execute(FRIENDS, person.number, count)


async def start(person: Person, format: str = "CSV", /, **input: Json) -> str:
    """Ask for an export; its id."""
    payload = await person.does("startNetworkExport", f"export {{ {SHOWN} }}", format=format, **input)
    return str(payload["export"]["id"])


def key(export: str) -> tuple[int, int]:
    """The member and the number of an export."""
    decoded = ids.decode_as("EX", export)
    assert decoded
    return decoded[0], decoded[1]


async def write(person: Person, export: str) -> None:
    """Do the job."""
    await write_export(person.api.deployment, *key(export))


async def exported(person: Person, format: str = "CSV") -> str:
    """Ask for an export and have it written; its id."""
    export = await start(person, format)
    await write(person, export)
    return export


async def shown(person: Person, export: str) -> Json:
    """The export as it is now, None where it does not exist for them."""
    return (await person.ask(NODE, id=export)).data["node"]


async def listed(person: Person) -> list[Json]:
    """All exports that they are shown."""
    found: list[Json] = (await person.ask(LIST)).data["viewer"]["exports"]
    return found


async def address(person: Person, export: str) -> str:
    """Where to download it, below the address of the server."""
    url: str = (await shown(person, export))["downloadUrl"]
    return urlsplit(url).path


async def download(person: Person, export: str) -> httpx.Response:
    """The answer of the present address."""
    return await person.api.http.get(await address(person, export))


async def text(person: Person, format: str = "CSV") -> str:
    """What an export that is made now says."""
    answer = await download(person, await exported(person, format))
    assert answer.status_code == 200
    return answer.content.decode()
