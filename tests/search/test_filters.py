"""Searches narrowed to distances, companies, schools, skills, languages, industries, places and a network."""

from itertools import pairwise

import pytest

from rules.ids import encode
from tests.search.asking import EDUCATION, SKILL, Searching, works
from tests.world import World


async def chain(world: World, ada: Searching) -> list[int]:
    """Ben, Cara, Dan and Eve, each connected to the next; Ada to Ben."""
    ids = [ada.member, *[await world.member(name) for name in ("ben", "cara", "dan", "eve")]]
    for one, other in pairwise(ids):
        await world.connect(one, other)
    return ids


@pytest.mark.parametrize(
    ("degrees", "found"),
    [
        (["SELF"], ["ada"]),
        (["FIRST"], ["ben"]),
        (["SECOND"], ["cara"]),
        (["THIRD"], ["dan"]),
        (["OUT_OF_NETWORK"], ["eve"]),
        (["OUT_OF_NETWORK", "FIRST"], ["ben", "eve"]),
        ([], ["ada", "ben", "cara", "eve", "dan"]),
    ],
)
async def test_degrees(ada: Searching, world: World, degrees: list[str], found: list[str]) -> None:
    await chain(world, ada)
    assert await ada.found(filter={"degrees": degrees}) == found
    assert await ada.found("headline", filter={"degrees": degrees}) == found


async def test_connections_of_somebody_as_far_as_visible(ada: Searching, world: World) -> None:
    _, ben, cara, _, _ = await chain(world, ada)
    of_ben, of_cara = ({"connectionsOf": encode("M", member)} for member in (ben, cara))
    assert await ada.found(filter=of_ben) == ["ada", "cara"]
    assert await ada.found("cara", filter=of_ben) == ["cara"]
    assert await ada.found(filter=of_cara) == []
    await world.execute("UPDATE members SET connections_visibility = 'NETWORK' WHERE id = $1", cara)
    assert await ada.found(filter=of_cara) == ["ben", "dan"]
    await world.execute("UPDATE members SET connections_visibility = 'ONLY_ME' WHERE id = $1", ben)
    assert await ada.found(filter=of_ben) == []
    await world.connect(ada.member, cara)
    assert await ada.found(filter=of_ben) == ["cara"]


@pytest.mark.parametrize("id", ["M_OTk5", "CO_MQ", "", "nothing"])
async def test_what_is_not_there_has_nobody(ada: Searching, id: str) -> None:
    for name in ("connectionsOf", "groupId"):
        assert await ada.found(filter={name: id}) == []
    assert await ada.found(filter={"companyIds": [id]}) == []


async def test_values_are_compared_without_case_accents_and_signs(ada: Searching, world: World) -> None:
    columns = {"industry": "Food & Drink", "location": "São Paulo", "languages": ["Português", "English"]}
    ben = await world.member("ben", columns)
    await world.execute("INSERT INTO companies (handle, name) VALUES ('acme', 'Pebble & Vine')")
    await works(world, ben, "pebble and vine")
    await works(world, ben, "PEBBLE, VINE", until="2020-01-01")
    await world.execute(EDUCATION, ben, "École 42")
    await world.execute(SKILL, ben, "C++")
    whole = {
        "industries": ["nothing", "food drink"],
        "locations": ["SAO PAULO"],
        "languages": ["portugues"],
        "schools": ["ecole 42"],
        "skills": ["c++"],
        "companyIds": ["CO_MQ"],
    }
    for name, values in whole.items():
        assert await ada.found(filter={name: values}) == ["ben"], name
    assert await ada.found("headline", filter=whole) == ["ben"]
    assert await ada.found("tester", filter=whole) == []
    for name, value in {"skills": "c", "locations": "sao", "industries": "", "languages": "*"}.items():
        assert await ada.found(filter={**whole, name: [value]}) == [], name


async def test_a_filter_has_a_length(ada: Searching) -> None:
    for name in ("skills", "companyIds"):
        assert await ada.refused(filter={name: ["x"] * 101}) == ["BAD_USER_INPUT"]
        assert await ada.found(filter={name: ["x"] * 100}) == []
