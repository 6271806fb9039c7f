"""The whole application under the same audit and the same fuzzing as the endpoint alone."""

from collections import Counter

from starlette.applications import Starlette

from schema.root import schema
from tests.clients import Api
from tests.graphql_http.fuzz import Fuzzer
from tests.graphql_http.test_audit import passes_every_audit
from tests.graphql_http.test_fuzz import ACCEPTS, SEED, flaw
from tests.world import World


async def test_every_audit_of_the_specification_passes(app: Starlette, api: Api) -> None:
    await passes_every_audit(app)


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
