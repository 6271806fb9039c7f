"""The assembled application: who asks, from where, and what every response carries."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from server.app import create_app
from server.settings import Settings
from tests.clients import Api
from tests.world import World

ORIGIN = "https://app.example"


@pytest.fixture
async def browser(database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that one other origin may ask."""
    settings = Settings(
        database_url=database_url,
        secret_key=SecretStr("x" * 32),
        cors_origins=(ORIGIN,),
        run_jobs=False,
    )
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rapport.test") as http,
    ):
        yield http


def preflight(origin: str) -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }


async def test_a_page_of_an_allowed_origin_may_ask(browser: httpx.AsyncClient) -> None:
    response = await browser.options("/graphql", headers=preflight(ORIGIN))
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == ORIGIN
    answer = await browser.post("/graphql", json={"query": "{ __typename }"}, headers={"Origin": ORIGIN})
    assert answer.headers["access-control-allow-origin"] == ORIGIN


async def test_a_page_of_another_origin_may_not(browser: httpx.AsyncClient) -> None:
    response = await browser.options("/graphql", headers=preflight("https://evil.example"))
    assert response.status_code == 400
    assert "access-control-allow-origin" not in response.headers


async def test_no_other_origin_may_ask_unless_it_is_named(api: Api) -> None:
    response = await api.http.options("/graphql", headers=preflight(ORIGIN))
    assert response.status_code == 405
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer a.b.c", "token"])
async def test_anything_but_a_good_token_is_answered_401(api: Api, authorization: str) -> None:
    headers = {"Authorization": authorization}
    response = await api.http.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_the_scheme_of_a_token_is_read_in_any_case(api: Api, world: World) -> None:
    ada = await world.member("ada")
    headers = {"Authorization": f"bearer {api.token(ada)}"}
    response = await api.http.post(
        "/graphql", json={"query": "{ viewer { member { handle } } }"}, headers=headers
    )
    assert response.json() == {
        "data": {"viewer": {"member": {"handle": "ada"}}},
        "extensions": {"cost": {"points": 2, "nodes": 2}},
    }


async def test_a_response_carries_the_id_of_its_request(api: Api) -> None:
    ask = {"query": "{ __typename }"}
    named = await api.http.post("/graphql", json=ask, headers={"X-Request-Id": "order-66"})
    unnamed = await api.http.post("/graphql", json=ask)
    assert named.headers["x-request-id"] == "order-66"
    assert len(unnamed.headers["x-request-id"]) >= 16


@pytest.mark.parametrize("path", ["/nowhere", "/graphql/", "/explorer/../secret"])
async def test_a_path_that_leads_nowhere_is_a_coded_404(api: Api, path: str) -> None:
    response = await api.http.post(path, json={"query": "{ __typename }"})
    assert response.status_code == 404
    assert response.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_a_compressed_body_is_answered_415(api: Api) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = await api.http.post("/graphql", content=b"x", headers=headers)
    assert response.status_code == 415


async def test_operations_that_ran_out_of_time_do_not_keep_the_pool(database_url: str, world: World) -> None:
    ada = await world.member("ada")
    settings = Settings(
        database_url=database_url,
        secret_key=SecretStr("x" * 32),
        operation_timeout=0.2,
        pool_size=2,
        run_jobs=False,
    )
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rapport.test") as http,
        world.connection() as other,
    ):
        api = Api(http, app.state.deployment)
        async with other.transaction():
            await other.execute("LOCK members IN ACCESS EXCLUSIVE MODE")
            answers = await asyncio.gather(
                *(api.ask("{ viewer { member { id } } }", member=ada) for _ in range(8))
            )
            assert {code for answer in answers for code in answer.codes} == {"OPERATION_TIMEOUT"}
            async with asyncio.timeout(5):
                assert await app.state.pool.fetchval("SELECT 1") == 1
