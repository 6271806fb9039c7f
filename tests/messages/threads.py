"""Threads made directly: requests, messages and the ends of both."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from loaders.context import Context
from models.messages import MessageRow
from resolvers import inboxes
from resolvers.messages import writing
from rules import ids
from tests.clients import Api, Json
from tests.world import World

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
INSERT_REQUEST = """
INSERT INTO connection_requests (sender_id, recipient_id, expires_at) VALUES ($1, $2, $3) RETURNING id
"""
RequestKey = tuple[int, int, int]


def at(world: World, instant: datetime) -> World:
    """The same world at another time."""
    return World(replace(world.deployment, clock=lambda: instant))


async def pair(world: World) -> tuple[int, int]:
    """Two connected members."""
    ada, ben = await world.member("ada"), await world.member("ben")
    await world.connect(ada, ben)
    return ada, ben


async def request(world: World, sender_id: int, recipient_id: int) -> RequestKey:
    """An open request."""
    expires_at = datetime.now(UTC) + timedelta(days=180)
    return sender_id, recipient_id, await world.value(INSERT_REQUEST, sender_id, recipient_id, expires_at)


async def change(world: World, key: RequestKey, columns: Mapping[str, object]) -> None:
    """Other values in a request's row, all at once."""
    changes = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await world.execute(f"UPDATE connection_requests SET {changes} WHERE id = $1", key[2], *columns.values())


async def say(
    world: World, author_id: int, other_id: int, body: str, request_key: RequestKey | None = None
) -> MessageRow:
    """A message as a mutation writes it: both inboxes held, both told."""
    ctx = world.context(author_id)
    async with ctx.transaction():
        await inboxes.lock(ctx, author_id, other_id)
        return await say_in(ctx, other_id, body, request_key)


async def say_in(ctx: Context, other_id: int, body: str, request_key: RequestKey | None = None) -> MessageRow:
    """The same within a transaction of the test."""
    place = writing.about(request_key) if request_key else writing.Place(ctx.member_id, other_id)
    message = await writing.write(ctx, place, body)
    await inboxes.tell(ctx, writing.told(message))
    return message


def thread_id(message: MessageRow) -> str:
    """The public id of the message's conversation."""
    return ids.encode("CV", message.low_id, message.high_id, message.conversation_id)


READ = """
    query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
      node(id: $id) {
        ... on Conversation {
          id
          context
          participants { handle }
          lastMessage { body }
          canWrite { allowed reason availableAt }
          messages(first: $first, after: $after, last: $last, before: $before) {
            totalCount
            nodes { id body sentAt author { handle } conversation { id } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
          }
        }
      }
    }
"""


async def read(api: Api, member_id: int | None, message: MessageRow, **arguments: Json) -> Json:
    """The message's conversation as the member sees it."""
    answer = await api.ask(READ, {"id": thread_id(message), **arguments}, member=member_id)
    return answer.data["node"]


def bodies(thread: Json) -> list[str]:
    """What a page of a thread says."""
    return [node["body"] for node in thread["messages"]["nodes"]]
