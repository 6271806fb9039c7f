"""What lies behind Ada and Bob, and how Bob disappears from her sight."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from auth import closing
from loaders.context import Context
from loaders.private_followers import veil
from rules import ids
from tests.accounts.people import PASSWORD
from tests.clocks import Clock
from tests.privacy.casts import Cast, unused_number
from tests.privacy.hosts import Host
from tests.privacy.recipients import OPEN, WORDS, carry_out, send
from tests.privacy.renaming import FIRST_NUMBER, Json
from tests.world import World

LATEST_OF: Mapping[str, str] = {
    "connection_requests": "sender_id = $1 AND recipient_id = $2 OR sender_id = $2 AND recipient_id = $1",
    "conversations": "low_id = least($1::int, $2) AND high_id = greatest($1::int, $2)",
    "educations": "member_id = $1 AND $1 <> $2",
    "exports": "member_id = $1 AND $1 <> $2",
    "introductions": "requester_id = $2 AND target_id = $1",
    "notifications": "member_id = $1 AND $1 <> $2",
    "positions": "member_id = $1 AND $1 <> $2",
    "sessions": "member_id = $1 AND $1 <> $2",
    "skills": "member_id = $1 AND $1 <> $2",
}
"""SQL: the rows of a table that are Bob's, or between him, who is $1, and another."""
OWN = {
    "E": "educations",
    "EX": "exports",
    "N": "notifications",
    "P": "positions",
    "S": "sessions",
    "SK": "skills",
}
"""The kinds of ids of what is Bob's alone, and its tables."""

[DELETE], [FORWARD] = OPEN["deletes a message"], OPEN["passes an introduction on"]
TALK = """
WITH thread AS (
    INSERT INTO conversations (low_id, high_id, last_number)
    VALUES (least($1::int, $2), greatest($1::int, $2), 1) RETURNING id
), readers AS (
    INSERT INTO participations (member_id, conversation_id, last_number, last_at)
    SELECT unnest(ARRAY[$1::int, $2]), id, 1, $3 FROM thread
)
INSERT INTO messages (conversation_id, number, author_id, body, sent_at)
SELECT id, 1, $1, 'Hello', $3 FROM thread
"""
BLOCK_BACK = """
INSERT INTO blocks (blocker_id, blocked_id, handle, display_name)
SELECT $1, id, handle, given_name FROM members WHERE id = $2
"""
Act = Callable[["Past", Cast], Awaitable[None]]


@dataclass
class Past:
    """Lets things happen in one world at a time."""

    world: World
    host: Host
    clock: Clock

    async def do(self, cast: Cast, by: str, mutation: str, **given: Json) -> None:
        """A mutation that must succeed."""
        assert await send(self.host, cast[by], mutation, given) == [], mutation

    async def live(self, cast: Cast) -> None:
        """Bob has a profile, a session, an export, a talk with Eve and requests with others than Ada."""
        address = cast.eyes.texts["<address 2>"]
        await self.do(cast, "bob", "savePosition", title="Baker", companyName="Bakery")
        await self.do(cast, "bob", "saveEducation", school="School")
        await self.do(cast, "bob", "setSkills", names=["Bread"])
        await self.do(cast, "bob", "signIn", email=address, password=PASSWORD)
        await self.do(cast, "bob", "startNetworkExport")
        await self.do(cast, "bob", "sendConnectionRequest", recipientId=cast.id("fay"))
        await self.do(cast, "gus", "sendConnectionRequest", recipientId=cast.id("bob"))
        await self.world.execute(TALK, cast["bob"], cast["eve"], self.clock.now)

    async def meet(self, cast: Cast, **welcome: str) -> None:
        """Ada is introduced to Bob and asks him, who agrees; they part, and she is introduced again."""
        await self.be_introduced(cast)
        await self.do(cast, "ada", "sendConnectionRequest", recipientId=cast.id("bob"), note="Hello")
        number = await self._number(cast, "connection_requests", "ada")
        request = ids.encode("CR", cast["ada"], cast["bob"], number)
        await self.do(cast, "bob", "acceptConnectionRequest", requestId=request, **welcome)
        await self.do(cast, "ada", "removeConnection", memberId=cast.id("bob"))
        await self.do(cast, "ada", "muteMember", memberId=cast.id("bob"))
        await self.do(cast, "bob", "sendConnectionRequest", recipientId=cast.id("ada"))
        await self.be_introduced(cast)

    async def be_introduced(self, cast: Cast) -> None:
        """Ada asks Eve to introduce her to Bob, and Eve does."""
        given = {**WORDS, "brokerId": cast.id("eve"), "targetId": cast.id("bob")}
        await self.do(cast, "ada", "requestIntroduction", **given)
        await carry_out(self.world, self.host, cast, FORWARD, by="eve")

    async def block(self, cast: Cast) -> None:
        """Bob blocks Ada."""
        await self.do(cast, "bob", "blockMember", memberId=cast.id("ada"))

    async def block_and_delete(self, cast: Cast) -> None:
        """Bob blocks Ada and deletes what he wrote to her."""
        await self.block(cast)
        await self.delete(cast)

    async def delete(self, cast: Cast) -> None:
        """Bob deletes what he wrote to Ada."""
        await carry_out(self.world, self.host, cast, DELETE)

    async def block_back(self, cast: Cast) -> None:
        """Bob, too, blocks Ada, as if both had done so at once."""
        await self.world.execute(BLOCK_BACK, cast["bob"], cast["ada"])

    async def close(self, cast: Cast) -> None:
        """Bob closes the account."""
        async with self.world.connection() as connection, connection.transaction():
            await closing.close(connection, cast["bob"])

    async def erase(self, cast: Cast) -> None:
        """Bob closes the account, whose grace is soon over."""
        await self.close(cast)
        async with self.world.connection() as connection:
            await closing.erase(connection, timedelta(0))

    async def tell(self, cast: Cast) -> None:
        """Let Ada know the ids of what is Bob's and of what lies between him and others, or made-up ones."""
        ada, bob, eve, fay, gus = (cast[role] for role in ("ada", "bob", "eve", "fay", "gus"))
        requests = [("ada", ada, bob), ("ada", bob, ada), ("fay", bob, fay), ("gus", gus, bob)]
        known: list[tuple[str, tuple[int, ...]]] = [
            ("CR", (sender, recipient, await self._number(cast, "connection_requests", other)))
            for other, sender, recipient in requests
        ]
        for kind, table in OWN.items():
            known.append((kind, (bob, await self._number(cast, table, "ada"))))
        talk = await self._number(cast, "conversations", "eve")
        known += [("CV", (bob, eve, talk)), ("MSG", (bob, eve, talk, 1))]
        known.append(("I", (ada, eve, bob, await self._number(cast, "introductions", "ada"))))
        known.append(("FP", veil(Context(self.host.deployment, None), ada, bob)))
        for kind, numbers in known:
            # Ada's own notifications have names with their numbers, from 1 on.
            cast.eyes.name(kind, ids.encode(kind, *numbers), 0 if kind == "N" else None)

    async def _number(self, cast: Cast, table: str, other: str) -> int:
        query = f"SELECT max(id) FROM {table} WHERE {LATEST_OF[table]}"
        found: int | None = await self.world.value(query, cast["bob"], cast[other])
        # Who never existed has no log that would number notifications.
        unused = FIRST_NUMBER if table == "notifications" else await unused_number(self.world, table)
        return found or unused
