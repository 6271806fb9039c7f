"""Whatever is sent, the answer is JSON with coded errors, without a word of Python, and never a 5xx."""

import re
from collections import Counter
from collections.abc import Collection
from urllib.parse import quote

import httpx
import orjson
import pytest

from executor.engine import Engine
from server.graphql_http import GraphQLEndpoint
from tests.executor.toy import schema
from tests.graphql_http.conftest import open_context
from tests.graphql_http.fuzz import Fuzzer

COUNT = 10_000
SEED = 20_261_122
PYTHON = re.compile(
    rb"Traceback|object at 0x|NoneType|\b(None|True|False)\b|<class|\.py\b|site-packages|secret"
    rb"|\b[A-Z][a-z]+(Error|Exception)\b|instance>|argument of type|unhashable|positional"
)
ACCEPTS = ["application/graphql-response+json", "application/json", "*/*"]
TOKENS = ["Bearer first-party", "Bearer reader", ""]


def flaw(response: httpx.Response, types: Collection[str] = ()) -> str | None:
    """What is wrong with an answer; the names of `types` may stand in it."""
    if response.status_code >= 500:
        return f"status {response.status_code}"
    words = (match for match in PYTHON.finditer(response.content) if match[0].decode() not in types)
    if found := next(words, None):
        return f"Python: {found[0]!r}"
    content = orjson.loads(response.content)
    codes = [error.get("extensions", {}).get("code") for error in content.get("errors", ())]
    return None if ("data" in content or codes) and all(codes) else "neither data nor codes"


@pytest.mark.parametrize("part", range(4))
async def test_no_request_gets_a_5xx_or_a_word_of_python(part: int) -> None:
    endpoint = GraphQLEndpoint(Engine(schema), open_context, operation_timeout=5)
    fuzzer = Fuzzer(Engine(schema).schema, SEED + part, frozenset({"slow", "surrogate"}))
    seen: Counter[str] = Counter()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://toy") as client:
        for index, body in enumerate(fuzzer.bodies(COUNT // 4)):
            headers = {"Accept": ACCEPTS[index % 3], "Authorization": TOKENS[index % 2]}
            response = await client.post(
                "/", content=body, headers={**headers, "Content-Type": "application/json"}
            )
            assert flaw(response) is None, (flaw(response), body, response.content)
            seen[f"{response.status_code} {response.content[:11]!r}"] += 1
    assert len(seen) >= 6, seen


async def test_no_query_string_gets_a_5xx_or_a_word_of_python(client: httpx.AsyncClient) -> None:
    fuzzer = Fuzzer(Engine(schema).schema, SEED, frozenset({"slow", "surrogate"}))
    for _ in range(500):
        document = fuzzer.flawed(fuzzer.document())
        response = await client.get(
            f"/?query={quote(document.encode('utf-8', 'replace'))[:4_000]}&variables={{}}"
        )
        assert flaw(response) is None, (flaw(response), document, response.content)
