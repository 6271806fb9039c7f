"""What requests are answered with: methods, parameters, statuses, headers, bodies that are too much."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.types import Message

from server.graphql_http import GraphQLEndpoint
from tests.graphql_http.conftest import GRAPHQL, serving

JSON = {"Accept": "application/json"}
SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/",
    "query_string": b"",
    "headers": [(b"content-type", b"application/json")],
}


def code(response: httpx.Response) -> object:
    """The code of a response's first error."""
    return response.json()["errors"][0]["extensions"]["code"]


async def post(client: httpx.AsyncClient, query: str, **more: Any) -> httpx.Response:
    """Send an operation by POST."""
    headers = more.pop("headers", {})
    return await client.post("/", json={"query": query, **more}, headers=headers)


async def test_a_query_is_answered_with_its_data(client: httpx.AsyncClient) -> None:
    response = await post(client, "query ($n: Int!) { echo(number: $n) }", variables={"n": 5})
    assert (response.status_code, response.json()) == (200, {"data": {"echo": "5"}})
    assert response.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"


async def test_errors_stand_beside_partial_data_with_status_200(client: httpx.AsyncClient) -> None:
    for headers in ({}, JSON):
        response = await post(client, "{ trouble { name refused } }", headers=headers)
        assert response.status_code == 200
        assert response.json()["data"] == {"trouble": {"name": "Ada", "refused": None}}
        assert code(response) == "TOO_MANY"


async def test_data_that_is_null_is_still_an_answer(client: httpx.AsyncClient) -> None:
    response = await post(client, "{ crash }")
    assert (response.status_code, response.json()["data"], code(response)) == (
        200,
        None,
        "INTERNAL_SERVER_ERROR",
    )


REFUSALS = [
    ({"query": "{"}, "GRAPHQL_PARSE_FAILED", 400),
    ({"query": ""}, "GRAPHQL_PARSE_FAILED", 400),
    ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED", 400),
    ({"query": "query A { echo } query B { echo }"}, "OPERATION_RESOLUTION_FAILURE", 400),
    ({"query": "{ echo }", "operationName": "A"}, "OPERATION_RESOLUTION_FAILURE", 400),
    ({"query": "query ($n: Int!) { echo(number: $n) }"}, "BAD_USER_INPUT", 400),
    ({"query": "query ($n: Int!) { echo(number: $n) }", "variables": {"n": 2**31}}, "BAD_USER_INPUT", 400),
    ({"query": "{" + "echo " * 101 + "}"}, "SAME_NAME_LIMIT_EXCEEDED", 400),
    ({"query": "mutation { connect { id } }"}, "MISSING_SCOPE", 403),
]


@pytest.mark.parametrize(("body", "wanted", "status"), REFUSALS)
async def test_an_operation_that_does_not_run_is_4xx_or_200_by_media_type(
    client: httpx.AsyncClient, body: dict[str, object], wanted: str, status: int
) -> None:
    reader = {"Authorization": "Bearer reader"}
    response = await client.post("/", json=body, headers=reader)
    assert (response.status_code, code(response)) == (status, wanted)
    assert "data" not in response.json()
    response = await client.post("/", json=body, headers=reader | JSON)
    assert (response.status_code, code(response)) == (200, wanted)


BODIES = [
    b"",
    b"null",
    b"5",
    b'"x"',
    b"true",
    b"{",
    b"\xff\xfe",
    b'{"query": "\xc3\x28"}',
    b'{"query": "\\ud800"}',
    b"\xef\xbb\xbf{}",
    b"{}",
    b'{"query": null}',
    b'{"query": 5}',
    b'{"query": ["{ echo }"]}',
    b'{"query": "{ echo }", "operationName": 5}',
    b'{"query": "{ echo }", "variables": []}',
    b'{"query": "{ echo }", "variables": "{}"}',
    b'{"query": "{ echo }", "extensions": 1}',
    b'{"query": "{ echo }", "variables": {"n": NaN}}',
    b'{"query": "{ echo }", "variables": {"n": ' + b"9" * 10_000 + b"}}",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"query": "{ echo }", "variables": ' + b'{"a":' * 2_000 + b"1" + b"}" * 2_000 + b"}",
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
async def test_a_body_that_is_no_request_is_400(client: httpx.AsyncClient, body: bytes) -> None:
    for accept in ({}, JSON):
        response = await client.post("/", content=body, headers={"Content-Type": "application/json"} | accept)
        assert (response.status_code, code(response)) == (400, "BAD_REQUEST")


async def test_batches_are_refused(client: httpx.AsyncClient) -> None:
    response = await client.post("/", json=[{"query": "{ echo }"}])
    assert (response.status_code, code(response)) == (400, "BATCHING_NOT_SUPPORTED")


async def test_null_and_empty_parameters_count_as_absent(client: httpx.AsyncClient) -> None:
    for more in ({"operationName": None}, {"operationName": ""}, {"variables": None, "extensions": None}):
        assert (await post(client, "{ echo }", **more)).json() == {"data": {"echo": "1"}}


async def test_simple_content_types_are_refused_so_that_other_sites_cannot_send_operations(
    client: httpx.AsyncClient,
) -> None:
    body = json.dumps({"query": "mutation { connect { id } }"})
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        response = await client.post("/", content=body, headers={"Content-Type": content_type})
        assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert (await client.post("/", content=body)).status_code == 415


async def test_a_query_is_answered_by_get(client: httpx.AsyncClient) -> None:
    parameters = {
        "query": "query A($n: Int!) { echo(number: $n) } query B { echo }",
        "operationName": "A",
        "variables": '{"n": 6}',
        "extensions": "{}",
        "unknown": "1",
    }
    response = await client.get("/", params=parameters)
    assert (response.status_code, response.json()) == (200, {"data": {"echo": "6"}})


async def test_a_mutation_by_get_is_answered_405(client: httpx.AsyncClient) -> None:
    for headers in ({}, JSON):
        response = await client.get("/", params={"query": "mutation { connect { id } }"}, headers=headers)
        assert (response.status_code, code(response)) == (405, "METHOD_NOT_ALLOWED")
        assert response.headers["allow"] == "POST"


async def test_the_operation_that_is_named_decides_about_the_method(client: httpx.AsyncClient) -> None:
    query = "query A { echo } mutation B { connect { id } }"
    assert (await client.get("/", params={"query": query, "operationName": "A"})).status_code == 200
    assert (await client.get("/", params={"query": query, "operationName": "B"})).status_code == 405


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "query={echo}&query={echo}",
        "query={echo}&variables=[]",
        "query={echo}&variables=",
        "query={echo}&variables={",
        "query={echo}&extensions=5",
        "query=%FF",
        "query={echo}" + "&a=1" * 200,
        "query=" + quote("{echo}") + "&variables=" + quote("[" * 3_000),
    ],
)
async def test_a_query_string_that_is_no_request_is_400(client: httpx.AsyncClient, query_string: str) -> None:
    response = await client.get(f"/?{query_string}")
    assert response.status_code == 400
    assert code(response) in {"BAD_REQUEST", "GRAPHQL_PARSE_FAILED"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW"])
async def test_other_methods_are_answered_405(client: httpx.AsyncClient, method: str) -> None:
    response = await client.request(method, "/", json={"query": "{ echo }"})
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


async def test_subscriptions_are_not_served_here(client: httpx.AsyncClient) -> None:
    for headers in ({}, JSON):
        response = await post(client, "subscription { ticks }", headers=headers)
        assert (response.status_code, code(response)) == (400, "SUBSCRIPTION_NOT_SUPPORTED")


async def test_a_token_that_is_not_valid_is_401_with_a_challenge(client: httpx.AsyncClient) -> None:
    for headers in ({}, JSON):
        response = await post(client, "{ echo }", headers={"Authorization": "Bearer stale", **headers})
        assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
        assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_nobody_may_read_but_not_write(client: httpx.AsyncClient) -> None:
    nobody = {"Authorization": ""}
    response = await post(client, "{ viewer { network { id } } }", headers=nobody)
    assert response.json()["data"] == {"viewer": None}
    response = await post(client, "mutation { connect { id } }", headers=nobody)
    assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
    assert response.headers["www-authenticate"] == "Bearer"


async def test_missing_scopes_are_named(client: httpx.AsyncClient) -> None:
    response = await post(client, "mutation { connect { id } }", headers={"Authorization": "Bearer reader"})
    assert response.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'
    assert response.json()["errors"][0]["extensions"] == {
        "code": "MISSING_SCOPE",
        "anyOf": [["NETWORK_WRITE"]],
    }


async def test_a_failure_outside_of_the_operation_is_a_masked_500(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = await post(client, "{ echo }", headers={"Authorization": "Bearer unlucky"})
    assert (response.status_code, code(response)) == (500, "INTERNAL_SERVER_ERROR")
    assert "10.0.0.1" not in response.text
    assert "10.0.0.1" in caplog.text


async def test_a_masked_error_names_the_request_as_its_header_does(client: httpx.AsyncClient) -> None:
    for given in ("a-1.2:3", ""):
        response = await post(client, "{ crash }", headers={"X-Request-Id": given})
        name = response.headers["x-request-id"]
        assert given in {name, ""}
        assert response.json()["errors"][0]["extensions"]["requestId"] == name


async def test_an_operation_that_takes_too_long_is_answered(client: httpx.AsyncClient) -> None:
    response = await post(client, "{ slow }")
    assert (response.status_code, code(response)) == (200, "OPERATION_TIMEOUT")


async def test_half_a_character_in_the_data_does_not_break_the_answer(client: httpx.AsyncClient) -> None:
    response = await post(client, "{ surrogate }")
    assert (response.status_code, response.content) == (200, b'{"data":{"surrogate":"\\ud800"}}')


async def test_a_body_of_exactly_the_largest_size_is_read(client: httpx.AsyncClient) -> None:
    body = b'{"query": "{ echo }"}'
    headers = {"Content-Type": "application/json"}
    for size, status in ((256 * 1024, 200), (256 * 1024 + 1, 413)):
        response = await client.post("/", content=body.ljust(size), headers=headers)
        assert response.status_code == status
    assert code(response) == "BODY_TOO_LARGE"


async def test_a_client_that_sends_everything_first_still_gets_the_413(endpoint: GraphQLEndpoint) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b" " * 10_000

    async with serving(endpoint) as url, httpx.AsyncClient() as client:
        for content in (pieces(), b" " * 2_000_000):
            response = await client.post(url, content=content, headers={"Content-Type": "application/json"})
            assert (response.status_code, code(response)) == (413, "BODY_TOO_LARGE")


async def test_a_body_without_end_is_not_read_for_ever(endpoint: GraphQLEndpoint) -> None:
    received, sent = 0, []

    async def receive() -> Message:
        nonlocal received
        received += 1
        return {"type": "http.request", "body": b" " * 100_000, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    await endpoint(SCOPE, receive, send)
    assert sent[0]["status"] == 413
    assert received < 100


async def test_a_body_that_does_not_arrive_is_408(endpoint: GraphQLEndpoint) -> None:
    head = (
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n"
    )
    async with serving(endpoint) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(url).port)
        writer.write(head + b'{"query":')
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"REQUEST_TIMEOUT" in answer


async def test_a_client_that_leaves_while_sending_gets_nothing(endpoint: GraphQLEndpoint) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    await endpoint(SCOPE, receive, send)
