"""Which media type is answered, and which is read."""

import httpx
import pytest

from server.graphql_http.errors import HTTPError
from server.graphql_http.media_types import GRAPHQL_RESPONSE, JSON, negotiated, require_json

ACCEPTED = [
    (None, JSON),
    ("", JSON),
    ("*/*", JSON),
    ("application/*", JSON),
    ("application/json", JSON),
    ("application/graphql-response+json", GRAPHQL_RESPONSE),
    ("APPLICATION/GRAPHQL-RESPONSE+JSON", GRAPHQL_RESPONSE),
    ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", GRAPHQL_RESPONSE),
    ("application/json, application/graphql-response+json", JSON),
    ("application/json;q=0.8, application/graphql-response+json;q=0.9", GRAPHQL_RESPONSE),
    ("application/json;q=0.9, application/graphql-response+json;q=0.8", JSON),
    ("application/graphql-response+json;q=0.8, */*;q=0.9", JSON),
    ("application/graphql-response+json, */*;q=0.1", GRAPHQL_RESPONSE),
    ("application/json;q=0, */*", GRAPHQL_RESPONSE),
    ("*/*, application/graphql-response+json", GRAPHQL_RESPONSE),
    ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
    ("text/event-stream, application/graphql-response+json, multipart/mixed", GRAPHQL_RESPONSE),
    ('application/json;charset="utf-8"', JSON),
    ("application/json;charset=latin-1, application/graphql-response+json;q=0.1", GRAPHQL_RESPONSE),
    ("application/json;q=nonsense", JSON),
    (",,, application/json ,", JSON),
]
REFUSED = [
    "text/html",
    "application/xml, image/*",
    "application/json;q=0",
    "*/*;q=0",
    "application/json;charset=utf-16",
    ";;;",
    "application/json;q=0, application/*;q=0.0",
]


@pytest.mark.parametrize(("accept", "media_type"), ACCEPTED)
def test_the_most_welcome_media_type_is_answered(accept: str | None, media_type: str) -> None:
    assert negotiated(accept) == media_type


@pytest.mark.parametrize("accept", REFUSED)
async def test_where_no_media_type_is_welcome_the_answer_is_406(
    client: httpx.AsyncClient, accept: str
) -> None:
    response = await client.post("/", json={"query": "{ echo }"}, headers={"Accept": accept})
    assert response.status_code == 406
    assert response.json()["errors"][0]["extensions"]["code"] == "NOT_ACCEPTABLE"


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON ; charset=UTF-8", 'application/json;charset="utf-8"'],
)
def test_json_in_utf_8_is_read(content_type: str) -> None:
    require_json(content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/graphql",
        "text/plain; x=application/json",
    ],
)
def test_other_content_types_are_refused(content_type: str | None) -> None:
    with pytest.raises(HTTPError) as caught:
        require_json(content_type)
    assert caught.value.status == 415
