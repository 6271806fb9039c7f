"""An imported network, as its members see it."""

from server.importing.layouts import CONNECTIONS, MEMBERS
from tests.clients import Api, Json
from tests.importing.conftest import Importer
from tests.world import World

QUERY = """
    query($handle: String!, $after: String) {
      member(handle: $handle) {
        connectionCount
        experience { title companyName }
        connections(first: 20, after: $after) { nodes { handle } pageInfo { endCursor hasNextPage } }
      }
    }
"""


async def test_a_member_sees_the_network_of_the_file(importer: Importer, api: Api, world: World) -> None:
    others = [number for number in range(45) if number != 17]
    rows = "".join(f"{n},person-{n},Person,{n},Works,Department {n % 3}\n" for n in range(45))
    pairs = "".join(f"{n},17\n" if n % 2 else f"17,{n}\n" for n in reversed(others))
    importer.write(MEMBERS, f"key,handle,given_name,family_name,headline,company\n{rows}")
    importer.write(CONNECTIONS, f"member,other\n{pairs}")
    await importer.run()
    first = await _page(api, world, after=None)
    second = await _page(api, world, after=first["connections"]["pageInfo"]["endCursor"])
    assert first["connectionCount"] == 44
    assert first["experience"] == [{"title": "Works", "companyName": "Department 2"}]
    assert _handles(first) + _handles(second) == [f"person-{n}" for n in others][:40]
    assert second["connections"]["pageInfo"]["hasNextPage"]


async def _page(api: Api, world: World, after: str | None) -> Json:
    me = await world.value("SELECT member_id FROM handles WHERE handle = 'person-17'")
    answer = await api.ask(QUERY, {"handle": "person-17", "after": after}, member=me)
    return answer.data["member"]


def _handles(member: Json) -> list[str]:
    return [node["handle"] for node in member["connections"]["nodes"]]
