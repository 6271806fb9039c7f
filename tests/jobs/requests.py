"""Requests to connect made directly, a world at another time, and what members were told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from rules import ids
from tests.world import World

DAY = timedelta(days=1)
EXPIRES = datetime(2031, 7, 1, tzinfo=UTC)
INSERT = """
INSERT INTO connection_requests (sender_id, recipient_id, sent_at, expires_at) VALUES ($1, $2, $3, $4)
RETURNING id
"""
VIEWS = """
SELECT concat_ws(' ', state, closed_at AT TIME ZONE 'UTC', sender_state, sender_closed_at AT TIME ZONE 'UTC')
FROM connection_requests WHERE id = $1
"""
LOG = """
SELECT coalesce(array_agg(concat_ws(' ', kind, detail, subject) ORDER BY sequence), '{}')
FROM events WHERE member_id = $1
"""
TOLD = "SELECT count(*) FROM notifications WHERE (member_id, kind) = ($1, 'CONNECTION_REQUEST_EXPIRING')"


class Pair(NamedTuple):
    """A request between two members."""

    sender: int
    recipient: int
    id: int

    @property
    def changed(self) -> str:
        """The entry of a log that tells of its expiry."""
        return f"CONNECTION_REQUEST_CHANGED EXPIRE {ids.encode('CR', *self)}"


def at(world: World, instant: datetime) -> World:
    """The same world with its clock moved."""
    return World(replace(world.deployment, clock=lambda: instant))


async def request(world: World, sender: str = "ada", recipient: str = "ben", /, **columns: object) -> Pair:
    """A request that expires at EXPIRES, between two new members."""
    pair = await world.member(sender), await world.member(recipient)
    made = await world.value(INSERT, *pair, EXPIRES - 180 * DAY, EXPIRES)
    await change(world, made, **columns)
    return Pair(*pair, made)


async def change(world: World, number: int, **columns: object) -> None:
    """Other values in the request's row, all at once."""
    if columns:
        changes = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
        await world.execute(
            f"UPDATE connection_requests SET {changes} WHERE id = $1", number, *columns.values()
        )


async def log(world: World, member_id: int) -> list[str]:
    """What the member's log says, in its order."""
    found: list[str] = await world.value(LOG, member_id)
    return found
