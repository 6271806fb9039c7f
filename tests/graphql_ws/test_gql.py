"""The Python client `gql` over sockets."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from starlette.applications import Starlette

from rules.events import Position
from tests.clients import Api
from tests.graphql_ws.servers import Server, listening
from tests.streams.happenings import happens
from tests.world import World

EVENTS = """
subscription ($after: EventCursor) { viewerEvents(after: $after) { cursor event { __typename } } }
"""
MISTAKEN = 'subscription { conversationEvents(conversationId: "x") { cursor } }'


@pytest.fixture
async def server(app: Starlette, api: Api) -> AsyncIterator[Server]:
    """The application on a port."""
    async with listening(app) as server:
        yield server


def client(server: Server, token: str) -> Client:
    """A client that checks what it asks against the schema that it reads first."""
    transport = WebsocketsTransport(
        server.url,
        init_payload={"Authorization": f"Bearer {token}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        connect_args={"proxy": None},
    )
    return Client(transport=transport, fetch_schema_from_transport=True)


async def cursors(session: AsyncClientSession, after: int, count: int) -> list[str]:
    """The cursors of so many events behind a position."""
    found = []
    request = GraphQLRequest(EVENTS, variable_values={"after": Position(0, after).text})
    async for data in session.subscribe(request):
        found.append(data["viewerEvents"]["cursor"])
        if len(found) == count:
            break
    return found


async def test_a_query_a_failure_and_two_streams_share_a_socket(
    app: Starlette, server: Server, api: Api, world: World
) -> None:
    world.deployment = app.state.deployment
    ada = await world.member("ada")
    await happens(world, ada, 3)
    async with client(server, api.token(ada)) as session:
        answer = await session.execute(GraphQLRequest("{ viewer { member { handle } } }"))
        assert answer == {"viewer": {"member": {"handle": "ada"}}}
        streams = [asyncio.create_task(cursors(session, 0, 3)) for _ in range(2)]
        with pytest.raises(TransportQueryError, match="NOT_FOUND"):
            await anext(session.subscribe(GraphQLRequest(MISTAKEN)))
        assert await asyncio.gather(*streams) == 2 * [[Position(0, number).text for number in (1, 2, 3)]]


async def test_a_client_resumes_behind_its_last_cursor(
    app: Starlette, server: Server, api: Api, world: World
) -> None:
    world.deployment = app.state.deployment
    ada = await world.member("ada")
    await happens(world, ada, 5)
    async with client(server, api.token(ada)) as session:
        assert await cursors(session, 0, 2) == [Position(0, number).text for number in (1, 2)]
    async with client(server, api.token(ada)) as session:
        assert await cursors(session, 2, 4) == [Position(0, number).text for number in (3, 4, 5, 5)]


async def test_a_token_that_is_no_good_closes_the_socket(server: Server) -> None:
    with pytest.raises(TransportConnectionFailed) as failed:
        await client(server, "abc").execute_async(GraphQLRequest("{ __typename }"))
    assert "4403" in str(failed.value.__cause__)
