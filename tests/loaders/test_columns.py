"""Members are read with the columns that an operation reads: each field alone is what it is among all."""

import pytest

from executor.engine import Engine
from loaders.members import COLUMNS, EVERYTHING, TOGETHER, MemberRow
from schema.root import schema
from tests.clients import Api
from tests.selections import each_field
from tests.world import World

BELOW = {
    "experience": "{ title }",
    "education": "{ school }",
    "skills": "{ name }",
    "contactInfo": "{ email phone websites preferredChannel }",
    "connections": "{ totalCount nodes { handle headline } edges { cursor connection { connectedAt } } }",
    "followers": "{ totalCount nodes { id } }",
    "following": "{ totalCount nodes { id } }",
    "mutualConnections": "{ totalCount nodes { handle headline } edges { cursor } }",
    "relationship": "{ status canConnect { allowed } reachOptions { action } member { handle } }",
    "viewerFollow": "{ id }",
    "hiddenSections": "{ section reason }",
}
SELECTIONS = each_field("Member", BELOW)
ASK = 'query { member(handle: "ben") { %s } }'


@pytest.mark.parametrize("viewer", ["ada", "ben", None])
async def test_each_field_alone_is_what_it_is_among_all(api: Api, world: World, viewer: str | None) -> None:
    ids = {handle: await world.member(handle) for handle in ("ada", "ben", "cara")}
    await world.connect(ids["ada"], ids["ben"])
    await world.connect(ids["ben"], ids["cara"])
    member = ids.get(viewer or "")
    everything = (await api.ask(ASK % " ".join(SELECTIONS.values()), member=member)).data["member"]
    for name, selection in SELECTIONS.items():
        alone = (await api.ask(ASK % selection, member=member)).data["member"]
        assert alone == {name: everything[name]}


def test_every_column_is_read() -> None:
    assert EVERYTHING == set(COLUMNS) >= set(MemberRow.__annotations__)
    assert all(isinstance(vars(MemberRow)[name], property) for name in COLUMNS)
    assert frozenset().union(*TOGETHER) <= EVERYTHING


def test_no_field_of_a_member_reads_everything() -> None:
    engine = Engine(schema)
    for selection in SELECTIONS.values():
        assert engine.prepare(ASK % selection).document.reads[MemberRow] is not None
