"""What members read of their notifications, and notifications made directly."""

from collections.abc import Sequence
from typing import Final

from loaders.context import Context
from resolvers.inboxes import lock, tell
from rules import ids
from rules.events import Event, EventKind, NotificationKind
from tests.clients import Json
from tests.connection_requests.people import Person

SHOWN: Final = """
    id kind text actorCount createdAt readAt cursor actors(first: 10) { handle }
    subject {
      __typename
      ... on ConnectionRequest { id state }
      ... on Connection { id }
      ... on Follow { id member { handle } }
      ... on Message { id body }
      ... on NetworkExport { id format }
      ... on Quota { id kind }
    }
"""
LIST: Final = f"""
    query($kinds: [NotificationKind!], $unread: Boolean!, $first: Int, $after: String, $last: Int) {{
      viewer {{
        unreadNotificationCount
        notifications(kinds: $kinds, unreadOnly: $unread, first: $first, after: $after, last: $last) {{
          totalCount nodes {{ {SHOWN} }} edges {{ cursor }} pageInfo {{ hasNextPage endCursor }}
        }}
      }}
    }}
"""
NODE: Final = f"query($id: ID!) {{ node(id: $id) {{ ... on Notification {{ {SHOWN} }} }} }}"
MARKED: Final = f"viewer {{ unreadNotificationCount }} notifications {{ {SHOWN} }}"
NUMBER: Final = "SELECT max(id) FROM notifications WHERE member_id = $1"
EVENTS: Final = "SELECT array_agg(concat_ws(' ', kind, subject, detail) ORDER BY sequence) FROM events"


async def listed(person: Person, kinds: Sequence[str] | None = None, /, **arguments: Json) -> Json:
    """A page of their notifications, `unread` the unread ones alone."""
    variables = {"kinds": kinds, "unread": False, **arguments}
    return (await person.ask(LIST, **variables)).data["viewer"]["notifications"]


async def inbox(person: Person, kinds: Sequence[str] | None = None, /, **arguments: Json) -> list[Json]:
    """All their notifications, as many as are counted; unread ones as many as their badge says."""
    page = await listed(person, kinds, **arguments)
    assert page["totalCount"] == len(page["nodes"])
    nodes: list[Json] = page["nodes"]
    return nodes


async def unread(person: Person) -> int:
    """What their badge says, which is the length of the unread list."""
    data = (await person.ask(LIST, kinds=None, unread=True, first=100)).data["viewer"]
    count: int = data["unreadNotificationCount"]
    assert count == data["notifications"]["totalCount"]
    return count


async def node(person: Person, id: str) -> Json:
    """One notification, None where it does not exist for them."""
    return (await person.ask(NODE, id=id)).data["node"]


async def marks(person: Person, /, **input: Json) -> Json:
    """What marking notifications read answers."""
    return await person.does("markNotificationsRead", MARKED, **input)


def texts(nodes: Sequence[Json]) -> list[str]:
    """What notifications say."""
    return [each["text"] for each in nodes]


def handles(notification: Json) -> list[str]:
    """Who is behind a notification, as many as it counts."""
    found = [actor["handle"] for actor in notification["actors"]]
    assert notification["actorCount"] == len(found)
    return found


async def told(member: Person, kind: NotificationKind, subject: str, actor: Person | None = None) -> str:
    """Notify a member as mutations do; the id of the notification."""
    ctx = Context(member.api.deployment, None)
    by = actor.number if actor else None
    event = Event(member.number, EventKind.NOTIFICATION_CREATED, subject, notification=kind, actor_id=by)
    async with ctx.transaction():
        await lock(ctx, member.number)
        await tell(ctx, [event])
    return ids.encode("N", member.number, await member.world.value(NUMBER, member.number))


async def asked(member: Person, actor: Person, number: int = 1) -> str:
    """Notify a member of a request that is not there; the id of the notification."""
    subject = ids.encode("CR", actor.number, member.number, number)
    return await told(member, NotificationKind.CONNECTION_REQUEST_RECEIVED, subject, actor)


async def log(person: Person) -> list[str]:
    """Kind, subject and detail of all that they were told."""
    found: list[str] | None = await person.world.value(f"{EVENTS} WHERE member_id = {person.number}")
    return found or []
