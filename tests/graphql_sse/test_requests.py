"""Any operation can be asked for as an event stream; what is no good request is refused as elsewhere."""

from typing import Any

import httpx
import orjson
import pytest

from tests.graphql_sse.conftest import EVENTS, Served

QUERY = "query Policy { policy { maxConnections } }"
RESULT = '{"data":{"policy":{"maxConnections":30000}},"extensions":{"cost":{"points":1,"nodes":1}}}'
ANSWER = f"event: next\ndata: {RESULT}\n\nevent: complete\ndata:\n\n"
STREAM = {"Accept": "text/event-stream"}


async def post(served: Served, query: str, token: str = "", **headers: str) -> httpx.Response:
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return await served.http.post(served.url, json={"query": query}, headers=STREAM | headers)


def told(response: httpx.Response) -> Any:
    """The content of a stream of one result."""
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    name, data, *rest = response.text.split("\n")
    assert (name, rest) == ("event: next", ["", "event: complete", "data:", "", ""])
    return orjson.loads(data.removeprefix("data: "))


async def test_a_query_by_post_is_one_result_and_its_end(served: Served) -> None:
    response = await post(served, QUERY)
    assert response.text == ANSWER
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_a_query_may_be_sent_by_get(served: Served) -> None:
    response = await served.http.get(served.url, params={"query": QUERY}, headers=STREAM)
    assert response.text == ANSWER


async def test_a_mutation_runs_by_post_and_by_get_is_answered_405(served: Served) -> None:
    mutation = "mutation { signOut(input: {}) { userErrors { code } } }"
    token = served.api.token(await served.world.member("ada"))
    assert "data" in told(await post(served, mutation, token))
    response = await served.http.get(served.url, params={"query": mutation}, headers=STREAM)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("query", ["{", "{ nothing }", "query($a: Int!) { policy { maxConnections } }"])
async def test_what_is_wrong_with_a_document_is_told_in_the_stream(served: Served, query: str) -> None:
    content = told(await post(served, query))
    assert content["errors"]
    assert "data" not in content


async def test_a_failure_while_it_runs_is_told_in_the_stream(served: Served) -> None:
    token = served.api.token(await served.world.member("ada"))
    content = told(
        await post(served, 'subscription { conversationEvents(conversationId: "x") { cursor } }', token)
    )
    assert content["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_a_subscription_needs_a_member_and_a_scope(served: Served) -> None:
    assert told(await post(served, EVENTS))["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    token = served.api.token(await served.world.member("ada"), frozenset({"EXPORT"}))
    assert told(await post(served, EVENTS, token))["errors"][0]["extensions"]["code"] == "MISSING_SCOPE"


async def test_a_token_that_is_no_good_is_answered_401(served: Served) -> None:
    response = await post(served, EVENTS, "abc")
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("text/event-stream", 200),
        ("text/*", 200),
        ("*/*", 200),
        ("application/json", 406),
        ("application/*", 406),
        ("text/event-stream;q=0", 406),
    ],
)
async def test_who_does_not_accept_event_streams_is_answered_406(
    served: Served, accept: str, status: int
) -> None:
    assert (await post(served, QUERY, Accept=accept)).status_code == status


async def test_what_is_no_graphql_request_is_refused_with_its_status(served: Served) -> None:
    async def status(method: str, content: bytes, media_type: str = "application/json") -> int:
        headers = STREAM | {"Content-Type": media_type}
        response = await served.http.request(method, served.url, content=content, headers=headers)
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        return response.status_code

    assert await status("POST", b"{") == 400
    assert await status("POST", b"{}", "text/plain") == 415
    assert await status("POST", b" " * 300_000) == 413
    assert await status("PUT", b"") == 405
    assert await status("DELETE", b"") == 405
