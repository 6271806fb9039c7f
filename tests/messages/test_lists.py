"""The viewer's conversations, that with the newest message first."""

from tests.clients import Api, Json
from tests.clocks import Clock
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.messages.talk import asks_back, blocks, conversations, goes_on, meet, reads, writes
from tests.statements import counted
from tests.world import World


async def listed(reader: Person, **which: Json) -> list[str]:
    page = await conversations(reader, **which)
    assert page["totalCount"] == len(page["nodes"])
    return [node["id"] for node in page["nodes"]]


async def three(ada: Person, newcomer: Newcomer, clock: Clock) -> list[Json]:
    """The messages of three members to Ada, an hour apart, oldest first."""
    found = []
    for handle in ("dan", "eve", "fay"):
        friend = await newcomer(handle)
        await meet(ada, friend)
        found.append(await writes(friend, ada))
        clock.advance(hours=1)
    return found


def ids(messages: list[Json]) -> list[str]:
    return [message["conversation"]["id"] for message in messages]


async def test_the_one_with_the_newest_message_comes_first(
    ada: Person, newcomer: Newcomer, clock: Clock
) -> None:
    messages = await three(ada, newcomer, clock)
    assert await listed(ada) == ids(messages)[::-1]
    await goes_on(ada, ids(messages)[0])
    assert await listed(ada) == [ids(messages)[0], *ids(messages)[:0:-1]]


async def test_only_the_unread_ones_are_listed_if_asked(
    ada: Person, newcomer: Newcomer, clock: Clock
) -> None:
    messages = await three(ada, newcomer, clock)
    await reads(ada, messages[1])
    await goes_on(ada, ids(messages)[1], "Own words are not unread")
    assert await listed(ada, unread=True) == [ids(messages)[2], ids(messages)[0]]


async def test_pages_join_to_the_whole_list(ada: Person, newcomer: Newcomer, clock: Clock) -> None:
    messages = await three(ada, newcomer, clock)
    first = await conversations(ada, first=2)
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    second = await conversations(ada, first=2, after=first["pageInfo"]["endCursor"])
    assert [node["id"] for node in first["nodes"] + second["nodes"]] == ids(messages)[::-1]
    assert not second["pageInfo"]["hasNextPage"]


async def test_threads_of_requests_and_those_that_are_closed_are_listed(
    ada: Person, ben: Person, cleo: Person, clock: Clock
) -> None:
    _, about_request = await asks_back(cleo, ada)
    clock.advance(hours=1)
    await meet(ada, ben)
    message = await writes(ben, ada)
    await blocks(ben, ada)
    for reader in (ada, ben):
        assert (await listed(reader))[0] == message["conversation"]["id"]
    assert await listed(ada) == [message["conversation"]["id"], about_request]


async def test_who_never_wrote_or_was_written_to_has_none(ada: Person, ben: Person) -> None:
    await meet(ada, ben)
    assert await listed(ada) == []


WIDE = """
    query($first: Int!, $unread: Boolean!) {
      viewer {
        conversations(first: $first, unreadOnly: $unread) {
          totalCount
          nodes {
            unreadCount participants { handle } canWrite { allowed }
            lastMessage { body readBy { readAt member { handle } } author { handle } }
            messages(first: 2) { totalCount nodes { body } }
          }
        }
      }
    }
"""
MANY = """
    WITH friends AS (
        INSERT INTO members (handle, given_name, family_name)
        SELECT 'friend-' || number, 'Friend', 'Tester' FROM generate_series(1, 50) AS number RETURNING id
    ), threads AS (
        INSERT INTO conversations (low_id, high_id, last_number) SELECT {ada}, id, 2 FROM friends
        RETURNING id, low_id, high_id
    ), readers AS (
        INSERT INTO participations (member_id, conversation_id, last_number, last_at)
        SELECT unnest(ARRAY[low_id, high_id]), id, 2, '2030-01-01T11:00Z' FROM threads
    ), read AS (
        INSERT INTO readings (conversation_id, member_id, up_to, read_at, is_shared)
        SELECT id, {ada}, 1, '2030-01-01T11:30Z', true FROM threads
    )
    INSERT INTO messages (conversation_id, number, author_id, body, sent_at)
    SELECT id, number, high_id, 'Hello', '2030-01-01T11:00Z' FROM threads, generate_series(1, 2) AS number
"""


async def test_fifty_conversations_cost_as_many_statements_as_one(
    api: Api, ada: Person, world: World
) -> None:
    await world.execute(MANY.format(ada=ada.number))
    for unread in (True, False):
        sent = []
        for size in (1, 50):
            async with counted(api.deployment.pool) as statements:
                answer = await ada.ask(WIDE, first=size, unread=unread)
            page = answer.data["viewer"]["conversations"]
            assert (page["totalCount"], len(page["nodes"])) == (50, size)
            assert all(node["unreadCount"] == node["messages"]["totalCount"] == 2 for node in page["nodes"])
            sent.append(statements)
        assert len(sent[0]) == len(sent[1]), sent
