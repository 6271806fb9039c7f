"""The same over real connections: what is hidden is not sent, and whose token has ended gets nothing more."""

from collections.abc import AsyncIterator

import pytest
from websockets import ConnectionClosed

from rules import ids
from tests.clients import Api
from tests.streams.served import SMALL, House, serving
from tests.world import World

REPLAY = SMALL.replace("viewerEvents", 'viewerEvents(after: "000000000000000000000000", topics: [REQUESTS])')
ASK = "mutation($id: ID!) { sendConnectionRequest(input: {recipientId: $id}) { userErrors { code } } }"
BLOCK = "mutation($id: ID!) { blockMember(input: {memberId: $id}) { userErrors { code } } }"


@pytest.fixture
async def house(world: World, database_url: str) -> AsyncIterator[House]:
    """The whole application over an empty database."""
    async with serving(database_url) as house:
        yield house


async def kinds(house: House, member_id: int) -> list[str]:
    """What an event stream replays of requests, and the end of that."""
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {house.token(member_id)}"}
    found: list[str] = []
    async with house.http.stream(
        "POST", "/graphql/stream", json={"query": REPLAY}, headers=headers
    ) as answer:
        async for line in answer.aiter_lines():
            found += [kind for kind in ("ConnectionRequestChanged", "StreamCaughtUp") if kind in line]
            if "StreamCaughtUp" in found:
                break
    return found


async def test_server_sent_events_leave_out_what_was_hidden_since(house: House) -> None:
    ada, ben = await house.world.member("ada"), await house.world.member("ben")
    api = Api(house.http, house.deployment)
    assert (await api.ask(ASK, {"id": ids.encode("M", ada)}, member=ben)).data
    assert await kinds(house, ada) == ["ConnectionRequestChanged", "StreamCaughtUp"]
    assert (await api.ask(BLOCK, {"id": ids.encode("M", ada)}, member=ben)).data
    assert await kinds(house, ada) == ["StreamCaughtUp"]


async def test_an_open_socket_gets_nothing_from_the_end_of_its_session_on(house: House) -> None:
    message = await house.long_message()
    ada = message.author_id
    assert ada
    client = await house.member(ada)
    await client.ask("a", REPLAY.replace("REQUESTS", "MESSAGES"))
    assert [(await client.hear())["type"] for _ in range(2)] == ["next"] * 2
    await house.tells(message)
    assert (await client.hear())["type"] == "next"
    house.deployment.accounts.revocations.add([1_000_000 + ada])
    await house.tells(message)
    with pytest.raises(ConnectionClosed) as closed:
        await client.hear()
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4403
