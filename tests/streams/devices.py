"""Devices that know of a conversation only what their streams told them."""

from dataclasses import dataclass, field

from rules import ids
from rules.events import Position
from tests.streams.conftest import Client, Json, Stage

SHOWN = """
cursor
event {
  __typename
  ... on MessageChanged { message { id body author { id } } }
  ... on MessagesRead { reader { id } upTo { id } }
}
"""
EVENTS = f"subscription($after: EventCursor) {{ viewerEvents(after: $after) {{ {SHOWN} }} }}"
THREAD = f"""
subscription($after: EventCursor, $id: ID!) {{
  conversationEvents(conversationId: $id, after: $after) {{ {SHOWN} }}
}}
"""
TYPING = "subscription($id: ID!) { typing(conversationId: $id) { member { id } } }"
STATE = """
query($id: ID!) {
  node(id: $id) {
    ... on Conversation {
      unreadCount
      messages(first: 100) { nodes { id body author { id } readBy { readAt } } }
    }
  }
}
"""


@dataclass
class Thread:
    """What one side of a conversation knows of it: texts, what they wrote, and how far either has read."""

    texts: dict[int, str | None] = field(default_factory=dict)
    own: set[int] = field(default_factory=set)
    read: int = 0
    read_by_other: int = 0

    @property
    def unread(self) -> int:
        """How many messages of the other were not read."""
        return sum(
            number > self.read and number not in self.own and text is not None
            for number, text in self.texts.items()
        )


class Device:
    """One device of a member, which comes back to where it was whenever it is connected."""

    def __init__(self, stage: Stage, member_id: int, thread_id: str, *, whole_log: bool) -> None:
        self.thread = Thread()
        self.typed = 0
        self._stage = stage
        self._member_id = member_id
        self._id = ids.encode("M", member_id)
        self._thread_id = thread_id
        self._document = EVENTS if whole_log else THREAD
        self._cursor = Position(0, 0).text
        self._clients: list[Client] = []

    @property
    def is_connected(self) -> bool:
        return bool(self._clients)

    async def connect(self) -> None:
        """Come back behind what was read last."""
        variables: dict[str, Json] = {"after": self._cursor}
        if self._document is THREAD:
            variables["id"] = self._thread_id
        self._clients = [
            await self._stage.subscribe(self._member_id, self._document, **variables),
            await self._stage.subscribe(self._member_id, TYPING, id=self._thread_id),
        ]

    async def disconnect(self) -> None:
        """Lose the socket, and what had arrived but was not read."""
        for client in self._clients:
            assert client.subscription
            client.subscription.cancel()
            self._stage.clients.remove(client)
        self._clients = []

    def takes(self) -> None:
        """Read what has arrived."""
        for envelope in self._taken(0):
            if envelope["cursor"] > self._cursor:
                self._cursor = envelope["cursor"]
                self._learn(envelope["event"])
        for signal in self._taken(1):
            assert signal["member"]["id"] != self._id
            self.typed += 1

    def _taken(self, place: int) -> list[Json]:
        if not self._clients:
            return []
        client = self._clients[place]
        taken, client.results = client.results, []
        assert not any("errors" in each for each in taken), taken
        return [next(iter(each["data"].values())) for each in taken]

    def _learn(self, event: Json) -> None:
        if event["__typename"] == "MessageChanged":
            learn_message(self.thread, event["message"], self._id)
        elif event["__typename"] == "MessagesRead":
            up_to = number(event["upTo"]["id"])
            if event["reader"] is None:
                self.thread.read = max(self.thread.read, up_to)
            else:
                self.thread.read_by_other = max(self.thread.read_by_other, up_to)


def learn_message(thread: Thread, message: Json, own_id: str) -> None:
    """Note what a message says now."""
    thread.texts[number(message["id"])] = message["body"]
    if message["author"] and message["author"]["id"] == own_id:
        thread.own.add(number(message["id"]))


def number(message_id: str) -> int:
    """Which message of its conversation it is."""
    decoded = ids.decode_as("MSG", message_id)
    assert decoded
    return decoded[-1]


async def asked(stage: Stage, member_id: int, thread_id: str) -> tuple[Thread, int]:
    """What queries tell the member of the newest hundred messages, and how many of all are unread."""
    found = (await stage.ask(member_id, STATE, id=thread_id))["node"]
    thread = Thread()
    for message in found["messages"]["nodes"]:
        learn_message(thread, message, ids.encode("M", member_id))
        if message["readBy"] and number(message["id"]) in thread.own:
            thread.read_by_other = max(thread.read_by_other, number(message["id"]))
    return thread, found["unreadCount"]
