"""Refetching objects by their global ids."""

from collections import defaultdict
from collections.abc import Mapping

import pytest

from auth.closing import close
from rules.ids import encode
from tests.clients import Api, Json
from tests.selections import each_field
from tests.world import World

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


async def furnished(world: World) -> tuple[int, int]:
    """Two connected members, the first with an entry in each section."""
    ada, bob = await world.member("ada"), await world.member("bob")
    await world.connect(ada, bob)
    for insert in (
        "INSERT INTO positions (member_id, title, company_name) VALUES ($1, 'Engineer', 'A')",
        "INSERT INTO educations (member_id, school) VALUES ($1, 'Lund')",
        "INSERT INTO skills (member_id, name, rank) VALUES ($1, 'Python', 0)",
    ):
        await world.execute(insert, ada)
    return ada, bob


def ids(ada: int, bob: int) -> dict[str, str]:
    return {
        "Member": encode("M", ada),
        "Position": encode("P", ada, 1),
        "Education": encode("E", ada, 1),
        "Skill": encode("SK", ada, 1),
        "Connection": encode("C", *sorted((ada, bob))),
        "Viewer": encode("V", ada),
        "ViewerSettings": encode("VS", ada),
    }


async def test_every_kind_is_refetched_by_its_owner(api: Api, world: World) -> None:
    ada, bob = await furnished(world)
    wanted = ids(ada, bob)
    nodes = (await api.ask(NODES, {"ids": list(wanted.values())}, member=ada)).data["nodes"]
    assert nodes == [{"__typename": kind, "id": id} for kind, id in wanted.items()]


async def test_what_is_another_members_own_is_null(api: Api, world: World) -> None:
    ada, bob = await furnished(world)
    eve = await world.member("eve")
    wanted = ids(ada, bob)
    nodes = (await api.ask(NODES, {"ids": list(wanted.values())}, member=eve)).data["nodes"]
    assert [node and node["__typename"] for node in nodes] == [
        "Member", "Position", "Education", "Skill", None, None, None,
    ]  # fmt: skip


async def test_entries_of_a_hidden_section_are_null(api: Api, world: World) -> None:
    ada, bob = await furnished(world)
    assert (await api.ask(NODE, {"id": ids(ada, bob)["Position"]})).data == {"node": None}


@pytest.mark.parametrize(
    "id",
    [
        "",
        "M",
        "M_",
        "M_MQ==",
        "M_0",
        "m_MQ",
        "M_MS4x",
        "P_MQ",
        "C_Mi4x",
        "X_MQ",
        "\x00",
        encode("C", 1, 2**40),
        encode("C", 1, 2**31),
        "💼",
        "M_" + "9" * 500,
    ],
)
async def test_anything_that_is_no_id_is_null(api: Api, world: World, id: str) -> None:
    ada, _ = await furnished(world)
    assert (await api.ask(NODE, {"id": id}, member=ada)).data == {"node": None}


async def test_a_hundred_and_one_ids_are_a_coded_error(api: Api, world: World) -> None:
    answer = await api.ask(NODES, {"ids": [encode("M", 1)] * 101})
    assert answer.codes == ["BAD_USER_INPUT"]


async def test_holes_keep_the_order(api: Api, world: World) -> None:
    ada, bob = await furnished(world)
    wanted = [encode("M", bob), encode("M", 999), encode("M", ada), encode("M", bob)]
    nodes: Json = (await api.ask(NODES, {"ids": wanted}, member=ada)).data["nodes"]
    assert [node and node["id"] for node in nodes] == [wanted[0], None, wanted[2], wanted[3]]


async def test_settings_are_refetched_with_their_scope_alone(api: Api, world: World) -> None:
    ada = await world.member("ada")
    id = {"id": encode("VS", ada)}
    assert (await api.ask(NODE, id, member=ada, scopes=frozenset({"CONTENT_READ"}))).data == {"node": None}
    assert (await api.ask(NODE, id, member=ada, scopes=frozenset({"PROFILE_READ"}))).data["node"]


async def test_a_closed_account_owns_nothing_that_takes_one(api: Api, world: World) -> None:
    ada = await world.member("ada")
    async with world.connection() as connection, connection.transaction():
        await close(connection, ada)
    below: Mapping[str, str] = defaultdict(lambda: "{ __typename }")
    fields = each_field("Viewer", below) | {"relationships": "relationships(memberIds: []) { id }"}
    for name, text in each_field("NetworkHealth", below).items():
        fields[f"networkHealth {name}"] = f"networkHealth {{ {text} }}"
    codes = {
        name: (await api.ask(f"{{ viewer {{ {text} }} }}", member=ada)).codes for name, text in fields.items()
    }
    refused = {"member", "connectionCount", "settings", "following", "followers", "events", "eventCursor"}
    refused.add("networkHealth connectionCount")
    assert {name for name, found in codes.items() if found} == refused
    assert {code for found in codes.values() for code in found} == {"UNAUTHENTICATED"}
