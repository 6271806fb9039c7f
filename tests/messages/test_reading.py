"""Conversations and messages as their members read them, and as nobody else does."""

from datetime import timedelta

import pytest

from rules import ids
from tests.clients import Api, Json
from tests.messages.threads import NOW, READ, at, bodies, pair, read, request, say, thread_id
from tests.statements import counted
from tests.world import World

MESSAGE = "query($id: ID!) { node(id: $id) { ... on Message { body } } }"
MESSAGES_READ = frozenset({"MESSAGES_READ"})


async def test_both_members_read_the_thread_newest_first(api: Api, world: World) -> None:
    ada, ben = await pair(world)
    await say(at(world, NOW), ada, ben, "Hello")
    last = await say(at(world, NOW + timedelta(hours=1)), ben, ada, "Hello yourself")
    thread = await read(api, ada, last)
    assert thread["participants"] == [{"handle": "ben"}]
    assert (await read(api, ben, last))["participants"] == [{"handle": "ada"}]
    assert thread["context"] == "CONNECTION"
    assert thread["lastMessage"] == {"body": "Hello yourself"}
    assert thread["canWrite"] == {"allowed": True, "reason": None, "availableAt": None}
    assert thread["messages"]["totalCount"] == 2
    assert thread["messages"]["nodes"] == [
        {
            "id": ids.encode("MSG", *last.key),
            "body": "Hello yourself",
            "sentAt": "2026-03-01T13:00:00Z",
            "author": {"handle": "ben"},
            "conversation": {"id": thread_id(last)},
        },
        thread["messages"]["nodes"][1],
    ]
    assert bodies(thread) == ["Hello yourself", "Hello"]


async def test_a_reply_to_a_request_is_a_thread_of_its_own_kind(api: Api, world: World) -> None:
    ada, ben = await world.member("ada"), await world.member("ben")
    asked = await say(world, ben, ada, "Where from?", await request(world, ada, ben))
    threads = [await read(api, member, asked) for member in (ada, ben)]
    assert [thread["context"] for thread in threads] == ["REQUEST_REPLY"] * 2
    assert [thread["canWrite"]["allowed"] for thread in threads] == [True, True]


async def test_pages_join_to_the_whole_thread_even_where_instants_are_equal(api: Api, world: World) -> None:
    ada, ben = await pair(world)
    still = at(world, NOW)
    said = [await say(still, ada, ben, f"{number}") for number in range(1, 6)]
    first = await read(api, ben, said[0], first=2)
    second = await read(api, ben, said[0], first=2, after=first["messages"]["pageInfo"]["endCursor"])
    assert (bodies(first), bodies(second)) == (["5", "4"], ["3", "2"])
    last = await read(api, ben, said[0], last=2)
    before = await read(api, ben, said[0], last=2, before=last["messages"]["pageInfo"]["startCursor"])
    assert (bodies(before), bodies(last)) == (["4", "3"], ["2", "1"])
    assert last["messages"]["pageInfo"]["hasPreviousPage"]


async def test_a_cursor_stays_where_it_is_when_somebody_writes(api: Api, world: World) -> None:
    ada, ben = await pair(world)
    said = [await say(world, ada, ben, f"{number}") for number in range(1, 4)]
    first = await read(api, ben, said[0], first=1)
    await say(world, ben, ada, "Just now")
    rest = await read(api, ben, said[0], after=first["messages"]["pageInfo"]["endCursor"])
    assert bodies(rest) == ["2", "1"]


async def test_a_cursor_of_another_thread_is_a_coded_error(api: Api, world: World) -> None:
    ada, ben = await pair(world)
    one = await say(world, ada, ben, "Hello")
    other = await say(world, ben, ada, "Hello", await request(world, ada, ben))
    cursor = (await read(api, ada, one))["messages"]["pageInfo"]["endCursor"]
    answer = await api.ask(READ, {"id": thread_id(other), "after": cursor}, member=ada)
    assert answer.codes == ["INVALID_CURSOR"]


@pytest.mark.parametrize("is_signed_in", [False, True], ids=["nobody", "another member"])
async def test_nobody_else_finds_a_thread_or_its_messages(api: Api, world: World, is_signed_in: bool) -> None:
    ada, ben = await pair(world)
    said = await say(world, ada, ben, "Hello")
    reader = await world.member("cal") if is_signed_in else None
    assert await read(api, reader, said) is None
    assert await node(api, MESSAGE, ids.encode("MSG", *said.key), reader) is None


async def test_an_id_that_puts_the_reader_into_another_thread_finds_nothing(api: Api, world: World) -> None:
    ada, ben = await pair(world)
    said, cal = await say(world, ada, ben, "Hello"), await world.member("cal")
    low, _, thread, number = said.key
    for reader in (ada, cal):
        assert await node(api, READ, ids.encode("CV", low, cal, thread), reader) is None
        assert await node(api, MESSAGE, ids.encode("MSG", low, cal, thread, number), reader) is None
    assert await node(api, MESSAGE, ids.encode("MSG", low, ben, thread, number + 1), ada) is None


async def test_a_third_party_needs_the_scope_of_messages(api: Api, world: World) -> None:
    ada, ben = await pair(world)
    said = await say(world, ada, ben, "Hello")
    for query, id in ((READ, thread_id(said)), (MESSAGE, ids.encode("MSG", *said.key))):
        others = frozenset({"PROFILE_READ", "NETWORK_READ", "MESSAGES_WRITE"})
        assert await node(api, query, id, ada, others) is None
        assert await node(api, query, id, ada, MESSAGES_READ)


async def test_fifty_messages_cost_as_many_statements_as_one(api: Api, world: World) -> None:
    ada, ben = await pair(world)
    said = [await say(world, ada, ben, "Hello") for _ in range(50)]
    sent = []
    for size in (1, 50):
        async with counted(api.deployment.pool) as statements:
            thread = await read(api, ada, said[0], first=size)
        assert len(bodies(thread)) == size
        sent.append(statements)
    assert len(sent[0]) == len(sent[1]) == 8, sent


MANY = """
    query($ids: [ID!]!) {
      nodes(ids: $ids) {
        ... on Conversation {
          participants { handle } lastMessage { body author { handle } } canWrite { allowed }
          messages(first: 2) { nodes { body } }
        }
      }
    }
"""


async def test_fifty_threads_cost_as_many_statements_as_two(api: Api, world: World) -> None:
    ada = await world.member("ada")
    threads = [id for number in range(25) for id in await two_threads(world, ada, number)]
    sent = []
    for some in (threads[:2], threads):
        async with counted(api.deployment.pool) as statements:
            answer = await api.ask(MANY, {"ids": some}, member=ada)
        assert all(thread["canWrite"]["allowed"] for thread in answer.data["nodes"])
        sent.append(statements)
    assert len(sent[0]) == len(sent[1]) == 8, sent


async def two_threads(world: World, member: int, number: int) -> list[str]:
    """One with a connection and one about a request."""
    friend, asker = await world.member(f"friend-{number}"), await world.member(f"asker-{number}")
    await world.connect(member, friend)
    hello = await say(world, member, friend, "Hello")
    reply = await say(world, member, asker, "Where from?", await request(world, asker, member))
    return [thread_id(hello), thread_id(reply)]


async def node(
    api: Api, query: str, id: str, member: int | None, scopes: frozenset[str] | None = None
) -> Json:
    answer = await api.ask(query, {"id": id}, member=member, scopes=scopes)
    return answer.data["node"]
