"""The assembled application over sockets, in this process and in one of its own."""

import signal
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tests.clients import Api
from tests.graphql_ws.clients import Client
from tests.graphql_ws.servers import Server, listening
from tests.server.processes import new_folder, serving
from tests.world import World

SIGN_UP = """
mutation ($input: SignUpInput!) {
  signUp(input: $input) { accessToken viewer { member { handle } } }
}
"""
SEND = """
mutation ($id: ID!) {
  sendConnectionRequest(input: {recipientId: $id}) { request { state } userErrors { __typename } }
}
"""
FOLLOW = "subscription { viewerEvents { event { __typename } } }"
SIGN_OUT = "mutation { signOut(input: {}) { endedSessionId userErrors { __typename } } }"
ADA = {
    "email": "ada@example.org",
    "password": "correct horse battery",
    "handle": "ada-l",
    "givenName": "Ada",
    "familyName": "L",
}


@pytest.fixture
async def server(app: Starlette, api: Api) -> AsyncIterator[Server]:
    """The application on a port."""
    async with listening(app) as server:
        yield server


async def signed_in(server: Server, token: str) -> Client:
    """A socket with this token."""
    return await (await server.open()).begin({"authorization": f"Bearer {token}"})


async def test_members_ask_and_hear_of_each_other(server: Server, api: Api, world: World) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    reader, writer = await signed_in(server, api.token(ada)), await signed_in(server, api.token(bob))
    found = await writer.answer("who", '{ member(handle: "ada") { id } }')
    await reader.ask("follow", FOLLOW)
    assert await reader.is_alive()
    await reader.answer("done", "{ __typename }")
    sent = await writer.answer("send", SEND, id=found["data"]["member"]["id"])
    assert sent["data"]["sendConnectionRequest"]["request"]["state"] == "PENDING"
    event = await reader.hear()
    assert (event["id"], event["type"]) == ("follow", "next")
    assert event["payload"]["data"]["viewerEvents"]["event"]["__typename"]


async def test_signing_out_is_answered_and_then_ends_the_socket(server: Server) -> None:
    nobody = await (await server.open()).begin()
    signed_up = await nobody.answer("1", SIGN_UP, input=ADA)
    token = signed_up["data"]["signUp"]["accessToken"]
    here, there = [await signed_in(server, token) for _ in range(2)]
    await there.ask("s", FOLLOW)
    assert (await here.answer("2", SIGN_OUT))["data"]["signOut"]["userErrors"] == []
    for client in (here, there):
        assert await client.closed() == (4403, "the access token is no longer valid")
    assert await nobody.is_alive()


async def test_streams_are_for_members(server: Server) -> None:
    nobody = await (await server.open()).begin()
    assert await nobody.refusal("1", FOLLOW) == "UNAUTHENTICATED"


async def test_other_paths_lead_nowhere(server: Server) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(server.url + "/more", proxy=None)
    assert refused.value.response.status_code in {403, 404}


async def test_a_stop_closes_sockets_and_ends_the_process_well() -> None:
    with new_folder() as folder, serving(folder) as process:
        url = process.address.replace("http", "ws") + "/graphql"
        token = process.output.rstrip().splitlines()[-4]
        async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None) as socket:
            client = await Client(socket).begin({"authorization": f"Bearer {token}"})
            await client.ask("s", FOLLOW)
            viewer = await client.answer("q", "{ viewer { member { handle } } }")
            assert viewer["data"]["viewer"]["member"]["handle"]
            process.process.send_signal(signal.SIGTERM)
            assert await client.closed() == (1001, "the server stops")
        assert process.process.wait(20) == 0
        assert "Traceback" not in process.output
