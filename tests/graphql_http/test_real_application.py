"""The whole application under the same audit and the same fuzzing as the endpoint alone."""

import shutil
from collections import Counter

from starlette.applications import Starlette

from schema.root import schema
from tests.clients import Api
from tests.conditions import require
from tests.graphql_http.conftest import serving
from tests.graphql_http.fuzz import Fuzzer
from tests.graphql_http.test_audit import NODE, audit
from tests.graphql_http.test_fuzz import ACCEPTS, SEED, flaw
from tests.world import World


async def test_every_audit_of_the_specification_passes(app: Starlette, api: Api) -> None:
    require(shutil.which("node"), "Node is not installed")
    require((NODE / "node_modules" / "graphql-http").exists(), "`npm ci` was not run in tests/node")
    async with serving(app) as url:
        results = await audit(url)
    assert len(results) > 50
    assert [result for result in results if result["status"] != "ok"] == []


async def test_no_request_gets_a_5xx_or_a_word_of_python(api: Api, world: World) -> None:
    ada, bob = await world.member("ada"), await world.member("bob")
    await world.connect(ada, bob)
    fuzzer = Fuzzer(schema._schema, SEED)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {api.token(ada)}"}
    seen: Counter[str] = Counter()
    for index, body in enumerate(fuzzer.bodies(2_000)):
        accept = {"Accept": ACCEPTS[index % 3]}
        response = await api.http.post("/graphql", content=body, headers=headers | accept)
        assert (found := flaw(response, schema._schema.type_map)) is None, (found, body, response.content)
        assert b"INTERNAL_SERVER_ERROR" not in response.content, (body, response.content)
        seen[f"{response.status_code} {response.content[:11]!r}"] += 1
    assert len(seen) >= 4, seen
