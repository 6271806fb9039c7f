"""Whatever was told while it could be seen is not told again once it can't: by no stream, and by no page."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pytest

from auth import closing
from rules.events import EventKind, Position
from tests.streams.conftest import EVENTS, Client, Json, Stage
from tests.streams.people import ask, block, does, follow, public, say, share_receipts

PAGE = """
query($after: EventCursor) {
  viewer { events(after: $after, first: 100) { events { event { __typename } } } }
}
"""
Pair = tuple[int, int]
Step = Callable[[Stage, Pair], Awaitable[object]]


async def ben_asks(stage: Stage, pair: Pair) -> None:
    await ask(stage, pair[1], pair[0])


async def ada_asks(stage: Stage, pair: Pair) -> None:
    await ask(stage, *pair)


async def ada_follows(stage: Stage, pair: Pair) -> None:
    await follow(stage, *pair)


async def ben_writes(stage: Stage, pair: Pair) -> None:
    await stage.world.connect(*pair)
    await say(stage, pair[1], pair[0])


async def ben_reads(stage: Stage, pair: Pair) -> None:
    await stage.world.connect(*pair)
    message, thread = await say(stage, *pair)
    await does(stage, pair[1], "markMessagesRead", conversationId=thread, upToMessageId=message)


async def ada_reads(stage: Stage, pair: Pair) -> None:
    await stage.world.connect(*pair)
    message, thread = await say(stage, pair[1], pair[0])
    await does(stage, pair[0], "markMessagesRead", conversationId=thread, upToMessageId=message)


async def ada_reads_notifications(stage: Stage, pair: Pair) -> None:
    await ben_asks(stage, pair)
    await does(stage, pair[0], "markNotificationsRead", upTo=Position(0, 99).text)


async def ada_changes_settings(stage: Stage, pair: Pair) -> None:
    await stage.happens(pair[0])


async def ben_blocks(stage: Stage, pair: Pair) -> None:
    await block(stage, pair[1], pair[0])


async def ada_blocks(stage: Stage, pair: Pair) -> None:
    await block(stage, *pair)


async def ben_closes(stage: Stage, pair: Pair) -> None:
    async with stage.world.connection() as connection, connection.transaction():
        await closing.close(connection, pair[1])


async def ben_withdraws(stage: Stage, pair: Pair) -> None:
    sent = await stage.ask(pair[1], "{ viewer { sentRequests(states: [PENDING]) { nodes { id } } } }")
    [request] = sent["viewer"]["sentRequests"]["nodes"]
    await does(stage, pair[1], "withdrawConnectionRequest", requestId=request["id"])


async def ben_deletes(stage: Stage, pair: Pair) -> None:
    for message in await messages(stage, pair[1]):
        await does(stage, pair[1], "deleteMessage", messageId=message)


async def it_is_undelivered(stage: Stage, _: Pair) -> None:
    await stage.world.execute("UPDATE messages SET is_undelivered = true")


async def ben_hides_receipts(stage: Stage, pair: Pair) -> None:
    await share_receipts(stage, pair[1], False)


async def ada_hides_receipts(stage: Stage, pair: Pair) -> None:
    await share_receipts(stage, pair[0], False)


async def messages(stage: Stage, member_id: int) -> list[str]:
    """The ids of all messages that a member sees."""
    document = "{ viewer { conversations { nodes { messages { nodes { id } } } } } }"
    threads = (await stage.ask(member_id, document))["viewer"]["conversations"]["nodes"]
    return [message["id"] for thread in threads for message in thread["messages"]["nodes"]]


class Case(NamedTuple):
    """What happens, what hides it, and the events about it that Ada must not get any more."""

    happens: Step
    hides: Step
    gone: set[str]

    @property
    def name(self) -> str:
        return f"{self.happens.__name__}-{self.hides.__name__}"


REQUESTED = {"ConnectionRequestChanged", "NotificationCreated"}
CASES = [
    Case(ben_asks, ben_blocks, REQUESTED),
    Case(ben_asks, ada_blocks, REQUESTED),
    Case(ben_asks, ben_closes, REQUESTED),
    Case(ben_asks, ben_withdraws, {"NotificationCreated"}),
    Case(ada_asks, ben_blocks, {"ConnectionRequestChanged"}),
    Case(ada_asks, ben_closes, {"ConnectionRequestChanged"}),
    Case(ada_follows, ben_blocks, {"RelationshipChanged"}),
    Case(ada_follows, ben_closes, {"RelationshipChanged"}),
    Case(ben_writes, ben_blocks, {"NotificationCreated"}),
    Case(ben_writes, ada_blocks, {"NotificationCreated"}),
    Case(ben_writes, ben_closes, {"NotificationCreated"}),
    Case(ben_writes, ben_deletes, {"NotificationCreated"}),
    Case(ben_writes, it_is_undelivered, {"MessageChanged"}),
    Case(ben_reads, ben_blocks, {"MessagesRead"}),
    Case(ben_reads, ada_blocks, {"MessagesRead"}),
    Case(ben_reads, ben_closes, {"MessagesRead"}),
    Case(ben_reads, ben_hides_receipts, {"MessagesRead"}),
    Case(ben_reads, ada_hides_receipts, {"MessagesRead"}),
]
SCOPED = [
    (ben_asks, "NOTIFICATIONS_READ", "NotificationCreated"),
    (ben_asks, "REQUESTS_READ", "ConnectionRequestChanged"),
    (ada_follows, "NETWORK_READ", "RelationshipChanged"),
    (ben_writes, "MESSAGES_READ", "MessageChanged"),
    (ada_reads, "MESSAGES_READ", "MessagesRead"),
    (ada_reads_notifications, "NOTIFICATIONS_READ", "NotificationsRead"),
    (ada_changes_settings, "PROFILE_READ", "SettingsChanged"),
]
ALL_SCOPES = frozenset(scope for _, scope, _ in SCOPED)
KINDS = {kind.title().replace("_", "") for kind in EventKind}


@pytest.fixture
async def pair(stage: Stage) -> Pair:
    """Ada, who listens, and Ben, of whom she hears."""
    return await stage.world.member("ada"), await stage.world.member("ben")


def kinds(envelopes: list[Json]) -> set[str]:
    return {envelope["event"]["__typename"] for envelope in envelopes}


async def replayed(stage: Stage, member_id: int, scopes: frozenset[str] | None = None) -> set[str]:
    """The kinds of events in the member's log, as a stream replays it."""
    client = await stage.subscribe(member_id, scopes=scopes, after=Position(0, 0).text)
    return await until_caught_up(client)


async def until_caught_up(client: Client) -> set[str]:
    envelopes: list[Json] = []
    while "StreamCaughtUp" not in kinds(envelopes):
        envelopes += await client.next(1)
    return kinds(envelopes) - {"StreamCaughtUp"}


async def live(stage: Stage, member_id: int, client: Client) -> set[str]:
    """The kinds of events that a live stream delivers up to the end of the log."""
    head = Position(
        0, await stage.world.value("SELECT last_sequence FROM inboxes WHERE member_id = $1", member_id)
    )
    envelopes = await client.next(1)
    while envelopes[-1]["cursor"] != head.text:
        envelopes += await client.next(1)
    return kinds(envelopes)


async def paged(stage: Stage, member_id: int) -> set[str]:
    """The same, as `viewer.events` has it."""
    return kinds((await stage.ask(member_id, PAGE, after=Position(0, 0).text))["viewer"]["events"]["events"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_what_was_hidden_since_is_told_by_no_stream_and_no_page(
    stage: Stage, pair: Pair, case: Case
) -> None:
    late = await stage.subscribe(pair[0])
    late.stops_reading()
    await case.happens(stage, pair)
    assert case.gone <= await replayed(stage, pair[0])
    assert case.gone <= await paged(stage, pair[0])
    await case.hides(stage, pair)
    assert not case.gone & await replayed(stage, pair[0])
    assert not case.gone & await paged(stage, pair[0])
    late.reads()
    await stage.happens(pair[0])
    assert not case.gone & await live(stage, pair[0], late)


@pytest.mark.parametrize(("happens", "scope", "kind"), SCOPED)
async def test_a_token_that_lacks_the_scope_for_an_event_is_not_told_it(
    stage: Stage, pair: Pair, happens: Step, scope: str, kind: str
) -> None:
    await happens(stage, pair)
    assert kind in await replayed(stage, pair[0], ALL_SCOPES)
    assert kind not in await replayed(stage, pair[0], ALL_SCOPES - {scope})


def test_every_kind_of_event_is_hidden_in_some_test() -> None:
    assert {kind for *_, kind in SCOPED} == KINDS


async def test_a_message_that_was_deleted_is_replayed_without_its_text(stage: Stage, pair: Pair) -> None:
    await ben_writes(stage, pair)
    await ben_deletes(stage, pair)
    document = EVENTS.replace(
        "event { __typename", "event { __typename ... on MessageChanged { message { body } }"
    )
    client = await stage.subscribe(pair[0], document, after=Position(0, 0).text)
    events = [envelope["event"] for envelope in await client.next(3)]
    assert [each["message"] for each in events if "message" in each] == [{"body": None}] * 2


@pytest.mark.parametrize("who", [0, 1])
async def test_from_a_block_on_nothing_of_the_other_arrives(stage: Stage, pair: Pair, who: int) -> None:
    await ben_writes(stage, pair)
    [message] = await messages(stage, pair[1])
    client = await stage.subscribe(pair[0])
    await block(stage, pair[who], pair[1 - who])
    own = ["RelationshipChanged"] if who == 0 else []
    assert await client.kinds(len(own)) == own
    await does(stage, pair[1], "deleteMessage", messageId=message)
    attempts = {
        "updateMessage": {"messageId": message, "body": "other"},
        "sendMessage": {"memberId": public(pair[0]), "body": "more"},
        "follow": {"targetId": public(pair[0])},
        "sendConnectionRequest": {"recipientId": public(pair[0])},
    }
    for name, given in attempts.items():
        with pytest.raises(AssertionError):
            await does(stage, pair[1], name, **given)
    assert await client.nothing(), client.results
