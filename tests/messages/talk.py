"""People who write to each other through the API, and what each of them then sees."""

from typing import Final

from rules import ids
from tests.clients import Json
from tests.connection_requests.people import Person

MESSAGE: Final = """
    message {
      id body sentAt editedAt clientKey author { handle } conversation { id }
      readBy { member { handle } readAt }
    }
"""
THREAD: Final = """
    query($id: ID!) {
      node(id: $id) {
        ... on Conversation {
          context unreadCount participants { handle } canWrite { allowed reason }
          lastMessage { body }
          messages {
            totalCount
            nodes { id body editedAt clientKey author { handle } readBy { member { handle } readAt } }
          }
        }
      }
    }
"""
LIST: Final = """
    query($unread: Boolean!, $first: Int, $after: String) {
      viewer {
        conversations(unreadOnly: $unread, first: $first, after: $after) {
          totalCount nodes { id unreadCount lastMessage { body } } pageInfo { endCursor hasNextPage }
        }
      }
    }
"""
NEWS: Final = """
    SELECT coalesce(array_agg(concat_ws(' ', kind, subject, detail) ORDER BY sequence), '{}')
    FROM events WHERE member_id = $1 AND kind LIKE 'MESSAGE%'
"""


async def meet(one: Person, other: Person) -> None:
    """The two are connected."""
    await one.world.connect(one.number, other.number)


async def writes(author: Person, other: Person, body: str = "Hello", **given: Json) -> Json:
    """A message to a member."""
    return (await author.does("sendMessage", MESSAGE, memberId=other.id, body=body, **given))["message"]


async def goes_on(author: Person, conversation: str, body: str = "Hello", **given: Json) -> Json:
    """A message into a conversation."""
    sent = await author.does("sendMessage", MESSAGE, conversationId=conversation, body=body, **given)
    return sent["message"]


async def asks_back(asker: Person, asked: Person) -> tuple[str, str]:
    """A request and the conversation in which its recipient asks what it is about."""
    request = await asker.sends(asked)
    payload = await asked.does("replyToConnectionRequest", requestId=request, body="Where from?")
    return request, payload["message"]["conversation"]["id"]


async def thread(reader: Person, conversation: str) -> Json:
    """The conversation as a member sees it."""
    return (await reader.ask(THREAD, id=conversation)).data["node"]


async def bodies(reader: Person, conversation: str) -> list[str | None]:
    """What a member reads there, oldest first; it is as much as the total says."""
    found = (await thread(reader, conversation))["messages"]
    assert found["totalCount"] == len(found["nodes"])
    return [node["body"] for node in reversed(found["nodes"])]


async def unread(reader: Person, conversation: str) -> int:
    """How many messages a member has not read there."""
    return int((await thread(reader, conversation))["unreadCount"])


async def conversations(reader: Person, *, unread: bool = False, **page: Json) -> Json:
    """A member's list of conversations."""
    return (await reader.ask(LIST, unread=unread, **page)).data["viewer"]["conversations"]


async def reads(reader: Person, message: Json) -> Json:
    """The conversation after a member marked it read up to a message."""
    place = {"conversationId": message["conversation"]["id"], "upToMessageId": message["id"]}
    payload = await reader.does("markMessagesRead", "conversation { unreadCount }", **place)
    return payload["conversation"]


async def news(person: Person) -> list[str]:
    """What a member was told of messages, in order: kind, subject and detail."""
    found: list[str] = await person.world.value(NEWS, person.number)
    return found


async def hides_receipts(person: Person) -> None:
    """A member no longer shares receipts."""
    await person.does("updatePrivacy", "settings { readReceipts }", readReceipts=False)


async def removes(person: Person, other: Person) -> None:
    """The two are no longer connected."""
    await person.does("removeConnection", memberId=other.id)


async def blocks(person: Person, other: Person) -> None:
    """The two no longer exist for each other."""
    await person.does("blockMember", memberId=other.id)


def number(message: Json) -> int:
    """The place of a message in its conversation."""
    decoded = ids.decode_as("MSG", message["id"])
    assert decoded
    return decoded[-1]


def not_allowed(reason: str, *options: str) -> Json:
    """The refusal of a message, with what is open instead."""
    return {
        "__typename": "MessagingNotAllowedError",
        "code": "MESSAGING_NOT_ALLOWED",
        "reason": reason,
        "reachOptions": [{"action": option} for option in options],
    }
