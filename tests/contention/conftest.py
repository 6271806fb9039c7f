"""Eight copies of mutations at once, again and again, and what must hold however they fall."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from rules.ids import encode
from tests.clients import Api, Json
from tests.world import World

ROUNDS = int(os.environ.get("RAPPORT_TEST_RACE_ROUNDS", "5"))
"""How often each race is run; 200 is what a change to locks should see."""

INVARIANTS = {
    "an open request and a connection, or two open requests": """
        SELECT least(sender_id, recipient_id), greatest(sender_id, recipient_id) FROM (
            SELECT sender_id, recipient_id FROM connection_requests
            WHERE state = 'PENDING' OR sender_state = 'PENDING'
            UNION ALL SELECT member_id, other_id FROM connections WHERE member_id < other_id
        ) AS links GROUP BY 1, 2 HAVING count(*) > 1
    """,
    "a link across a block": """
        SELECT * FROM blocks WHERE EXISTS (
            SELECT FROM connections WHERE member_id = blocker_id AND other_id = blocked_id
        ) OR EXISTS (
            SELECT FROM follows
            WHERE (follower_id, followee_id) IN ((blocker_id, blocked_id), (blocked_id, blocker_id))
        ) OR EXISTS (
            SELECT FROM connection_requests
            WHERE (sender_id, recipient_id) IN ((blocker_id, blocked_id), (blocked_id, blocker_id))
            AND 'PENDING' IN (state, sender_state)
        )
    """,
    "counts or neighbours that are not those of the connections": """
        SELECT id FROM members LEFT JOIN adjacency ON member_id = id LEFT JOIN LATERAL (
            SELECT array_agg(other_id ORDER BY other_id) AS others FROM connections WHERE member_id = id
        ) AS linked ON true
        WHERE connection_count <> coalesce(cardinality(others), 0)
        OR coalesce(ids, '{}') <> coalesce(others, '{}')
    """,
    "follower counts that are not those of the follows": """
        SELECT id FROM members WHERE follower_count <> (SELECT count(*) FROM follows WHERE followee_id = id)
    """,
    "a log with a gap": """
        SELECT inboxes.member_id FROM inboxes LEFT JOIN events USING (member_id)
        GROUP BY inboxes.member_id, last_sequence
        HAVING last_sequence <> count(sequence) OR last_sequence <> coalesce(max(sequence), 0)
    """,
}


@dataclass
class Arena:
    """Members without a past, and mutations that run together."""

    api: Api
    world: World
    made: int = 0

    async def members(self, count: int) -> list[int]:
        """So many new members."""
        self.made += count
        return [await self.world.member(f"member-{self.made - index}") for index in range(count)]

    async def do(self, member: int, name: str, selection: str = "", **given: Json) -> Json:
        """Carry out a mutation as a member; its payload. Fails for anything but an answer with data."""
        input_type = name[0].upper() + name[1:] + "Input"
        query = f"""
            mutation($input: {input_type}!) {{ {name}(input: $input) {{
                {selection} userErrors {{ code __typename }}
            }} }}
        """
        answer = await self.api.ask(query, {"input": given}, member=member)
        assert answer.status == 200, answer.body
        return answer.data[name]

    async def at_once(self, *calls: Any) -> list[Json]:
        """All payloads of mutations that run together; afterwards all invariants hold."""
        payloads = await asyncio.gather(*calls)
        await self.check()
        return list(payloads)

    async def check(self) -> None:
        """What holds at every moment, in SQL."""
        async with self.world.connection() as connection:
            for what, query in INVARIANTS.items():
                assert not await connection.fetch(query), what

    async def request(self, sender: int, recipient: int) -> str:
        """An open request; its public id."""
        payload = await self.do(
            sender, "sendConnectionRequest", "request { id }", recipientId=encode("M", recipient)
        )
        public_id: str = payload["request"]["id"]
        return public_id

    async def status(self, viewer: int, other: int) -> Json:
        """Where the two stand, as one of them sees it; None where the other does not exist for them."""
        query = "query($ids: [ID!]!) { viewer { relationships(memberIds: $ids) { status } } }"
        answer = await self.api.ask(query, {"ids": [encode("M", other)]}, member=viewer)
        [relationship] = answer.data["viewer"]["relationships"]
        return relationship and relationship["status"]

    def allow(self, **policy: Json) -> None:
        """Change the rules of the network."""
        deployment = self.api.deployment
        self.set(replace(deployment, policy=replace(deployment.policy, **policy)))

    def set(self, deployment: Any) -> None:
        """Serve with this deployment."""
        self.api.deployment = self.api.http._transport.app.state.deployment = deployment  # type: ignore[attr-defined]


@pytest.fixture
def arena(api: Api, world: World) -> Iterator[Arena]:
    """The arena, whose rules are the usual ones again afterwards."""
    arena, deployment = Arena(api, world), api.deployment
    yield arena
    arena.set(deployment)


def codes(payloads: Sequence[Json]) -> list[str]:
    """The code of each refusal."""
    return [error["code"] for payload in payloads for error in payload["userErrors"]]
