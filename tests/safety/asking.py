"""Blocks, mutes and reports as HTTP clients ask for them."""

from dataclasses import dataclass
from typing import Final

from rules import ids
from tests.clients import Answer, Api, Json
from tests.world import World

ERRORS: Final = """
    userErrors {
      __typename message code field
      ... on NotFoundError { missingId }
      ... on NotPermittedError { reason }
      ... on RequestCooldownError { basis availableAt }
      ... on QuotaExceededError { quota { kind limit used remaining window } }
      ... on ValidationError { constraint }
    }
"""
RELATIONSHIP: Final = """
    relationship {
      status isBlocking isMuting mutedUntil connection { id }
      member { id handle displayName photoUrl headline }
    }
"""
RESULTS: Final = {
    "blockMember": f"{RELATIONSHIP} quota {{ kind limit used remaining window }}",
    "unblockMember": RELATIONSHIP,
    "muteMember": RELATIONSHIP,
    "unmuteMember": RELATIONSHIP,
    "reportMember": "accepted",
}
NEEDS: Final[dict[str, Json]] = {"reportMember": {"comment": "Writes nonsense."}}
PAGE: Final = """
    totalCount
    nodes { id handle displayName photoUrl headline }
    edges { cursor node { id } }
    pageInfo { hasNextPage endCursor }
"""
LISTS: Final = f"""
    query($first: Int, $after: String) {{
      viewer {{
        blockedMembers(first: $first, after: $after) {{ {PAGE} }}
        mutedMembers(first: $first, after: $after) {{ {PAGE} }}
      }}
    }}
"""


def public_id(member: int) -> str:
    """The id by which clients know a member."""
    return ids.encode("M", member)


@dataclass
class Safety:
    """Asks as members, and looks into the tables."""

    api: Api
    world: World

    async def ask(self, mutation: str, viewer: int, member_id: str, **given: Json) -> Answer:
        """Run one of the five mutations on whoever has this id."""
        name = f"{mutation[0].upper()}{mutation[1:]}Input"
        query = (
            f"mutation($input: {name}!) {{ {mutation}(input: $input) {{ {RESULTS[mutation]} {ERRORS} }} }}"
        )
        given = {"memberId": member_id, **NEEDS.get(mutation, {}), **given}
        return await self.api.ask(query, {"input": given}, member=viewer)

    async def do(self, mutation: str, viewer: int, member: int, **given: Json) -> Json:
        """Run one of the five mutations on a member; its payload."""
        answer = await self.ask(mutation, viewer, public_id(member), **given)
        return answer.data[mutation]

    async def done(self, mutation: str, viewer: int, member: int, **given: Json) -> Json:
        """The same where it must succeed."""
        payload = await self.do(mutation, viewer, member, **given)
        assert payload["userErrors"] == []
        return payload

    async def error(self, mutation: str, viewer: int, member: int, **given: Json) -> Json:
        """The same where it must be refused, for one reason."""
        [error] = (await self.do(mutation, viewer, member, **given))["userErrors"]
        return error

    async def lists(self, viewer: int, **page: Json) -> Json:
        """The two lists of the viewer."""
        return (await self.api.ask(LISTS, page, member=viewer)).data["viewer"]

    async def handles(self, viewer: int, of: str) -> list[str]:
        """The handles of one of the lists, which is as long as it says."""
        page = (await self.lists(viewer))[of]
        assert page["totalCount"] == len(page["nodes"])
        return [node["handle"] for node in page["nodes"]]

    async def count(self, table: str) -> int:
        """How many rows a table has."""
        rows: int = await self.world.value(f"SELECT count(*) FROM {table}")
        return rows

    async def follow(self, one: int, other: int) -> None:
        """Make one follow the other."""
        await self.world.execute("INSERT INTO follows (follower_id, followee_id) VALUES ($1, $2)", one, other)

    async def request(self, sender: int, recipient: int, **columns: object) -> int:
        """An open request of thirty days, with these columns changed."""
        number: int = await self.world.value(
            "INSERT INTO connection_requests (sender_id, recipient_id, expires_at) "
            "VALUES ($1, $2, now() + interval '30 days') RETURNING id",
            *(sender, recipient),
        )
        if columns:
            changes = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
            update = f"UPDATE connection_requests SET {changes} WHERE id = $1"
            await self.world.execute(update, number, *columns.values())
        return number

    async def views(self, request: int) -> tuple[str, str]:
        """A request's state for its recipient and for its sender."""
        query = "SELECT ARRAY[state, sender_state] FROM connection_requests WHERE id = $1"
        state, sender_state = await self.world.value(query, request)
        return state, sender_state

    async def notify(self, member: int, subject: str, *actors: int) -> None:
        """Something that a member was told of others."""
        await self.world.execute(
            "INSERT INTO notifications (member_id, id, kind, subject, actor_ids, sequence) "
            "SELECT $1, count(*) + 1, 'CONNECTION_REQUEST_RECEIVED', $2, $3, count(*) + 1 "
            "FROM notifications WHERE member_id = $1",
            *(member, subject, list(actors)),
        )

    async def log(self, member: int) -> list[tuple[str, str]]:
        """Kind and subject of all that happened to a member."""
        query = "SELECT kind, subject FROM events WHERE member_id = $1 ORDER BY sequence"
        async with self.world.connection() as connection:
            return [tuple(row) for row in await connection.fetch(query, member)]
