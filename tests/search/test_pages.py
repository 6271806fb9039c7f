"""The order of what is found, in pages, and how much is looked at."""

import pytest

from models.search import MOST
from tests.clients import Json
from tests.search.asking import Searching, works
from tests.statements import counted
from tests.world import World

ORDERS = ["RELEVANCE", "DEGREE", "NEWEST"]
MANY = """
INSERT INTO members (handle, given_name, family_name, headline, joined_at)
SELECT 'm' || number, 'Mia', 'Tester', $2, now() + make_interval(secs => number % 7)
FROM generate_series(1, $1::int) AS number
"""
IN_BLOCK = """
INSERT INTO members (id, handle, given_name, family_name, headline, joined_at)
SELECT $1::int * 16384 + number, concat('b', $1, 'm', number), 'Mia', 'Tester', 'Baker', now()
FROM generate_series(9, 8 + $2::int) AS number
"""


def handles(page: Json) -> list[str]:
    return [node["handle"] for node in page["nodes"]]


async def test_who_is_called_so_comes_before_who_mentions_it_and_near_before_far(
    ada: Searching, world: World
) -> None:
    near = await world.member("near", {"given_name": "Bo", "headline": "Knows Rose"})
    await world.member("far", {"given_name": "Cy", "headline": "Knows Rose"})
    await world.member("rosemary", {"headline": None})
    rose = await world.member("rose", {"headline": None})
    await world.member("other-rose", {"given_name": "Rose", "headline": None})
    await world.connect(ada.member, near)
    await world.connect(near, rose)
    assert await ada.found("rose") == ["rose", "other-rose", "rosemary", "near", "far"]
    assert await ada.found("rose", orderBy="DEGREE") == ["near", "rose", "other-rose", "rosemary", "far"]
    assert await ada.found("rose", orderBy="NEWEST") == ["other-rose", "rose", "rosemary", "far", "near"]


async def test_a_hidden_name_does_not_lift_anybody(ada: Searching, world: World) -> None:
    """One of the two is called so, which nobody may see."""
    await world.member(
        "ben", {"family_name": "Rose", "headline": "Rose", "audiences": {"FAMILY_NAME": "ONLY_ME"}}
    )
    await world.member("cara", {"family_name": "Lily", "headline": "Rose"})
    assert await ada.found("rose") == ["cara", "ben"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 7, 100])
async def test_pages_join_without_a_seam_both_ways(
    ada: Searching, world: World, order: str, size: int
) -> None:
    await world.execute(MANY, 30, "Baker")
    for other in (5, 9, 20):
        await world.connect(ada.member, other)
    whole = handles(await ada.page("baker", orderBy=order, first=100))
    assert len(whole) == 30
    seen, cursor = [], None
    while True:
        page = await ada.page("baker", orderBy=order, first=size, after=cursor)
        assert page["totalCount"] == 30
        assert page["pageInfo"]["hasPreviousPage"] is (cursor is not None)
        seen += handles(page)
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == whole
    back = await ada.page("baker", orderBy=order, last=size, before=cursor)
    assert handles(back) == whole[:-1][-size:]
    last = await ada.page("baker", orderBy=order, last=size)
    assert handles(last) == whole[-size:]


async def test_of_a_common_word_the_near_and_the_latest_are_found(ada: Searching, world: World) -> None:
    await world.execute(MANY, 3 * MOST, "Baker")
    await world.connect(ada.member, 2)
    await world.connect(2, 3)
    page = await ada.page("baker", first=3)
    assert handles(page) == ["m1", "m2", f"m{3 * MOST}"]
    assert page["totalCount"] is None
    assert handles(await ada.page("baker", filter={"degrees": ["FIRST", "SECOND"]})) == ["m1", "m2"]
    listed = handles(page)
    while page["pageInfo"]["hasNextPage"]:
        page = await ada.page("baker", first=100, after=page["pageInfo"]["endCursor"])
        listed += handles(page)
    assert listed == ["m1", "m2", *(f"m{number}" for number in range(3 * MOST, 2 * MOST, -1))]


async def test_who_joined_first_is_found_like_who_joined_last(ada: Searching, world: World) -> None:
    for block in (0, 3, 4, 11, 12):
        await world.execute(IN_BLOCK, block, 1)
    assert sorted(await ada.found("baker")) == ["b0m9", "b11m9", "b12m9", "b3m9", "b4m9"]


async def test_the_latest_are_found_once_however_far_back_they_are(ada: Searching, world: World) -> None:
    for block in (0, 3, 12):
        await world.execute(IN_BLOCK, block, MOST // 2)
    first, second = (await ada.page("baker", first=100), await ada.page("baker", last=100))
    in_block = {handle.split("m")[0] for handle in handles(first) + handles(second)}
    assert len({*handles(first), *handles(second)}) == MOST
    assert in_block == {"b12", "b3"}


async def test_hidden_names_do_not_crowd_out_what_is_open(ada: Searching, world: World) -> None:
    await world.member("ben", {"headline": "The tester"})
    await world.execute(MANY, 2 * MOST, "Baker")
    assert handles(await ada.page("tester")) == ["ada", "ben"]


async def test_what_is_hidden_does_not_change_the_length(ada: Searching, world: World) -> None:
    """Whether candidates are left out depends on all who match, which the length must not tell."""
    await world.execute(MANY, MOST - 1, "Baker")
    hidden = await world.member("ben", {"headline": "Baker", "audiences": {"HEADLINE": "ONLY_ME"}})
    assert (await ada.page("baker"))["totalCount"] == MOST - 1
    await world.execute("UPDATE members SET audiences = NULL WHERE id = $1", hidden)
    assert (await ada.page("baker"))["totalCount"] is None


async def test_nobody_is_listed_for_knowing_somebody_who_hides_it(ada: Searching, world: World) -> None:
    """Among too many to look at, only those whom the viewer may know to be near are looked for."""
    await world.execute(MANY, 3 * MOST, "Baker")
    await world.connect(ada.member, 2)
    await world.connect(2, 3)
    await world.execute("UPDATE members SET connections_visibility = 'NOBODY' WHERE id = 2")
    assert handles(await ada.page("baker", first=2)) == ["m1", f"m{3 * MOST}"]
    assert handles(await ada.page("baker", filter={"degrees": ["SECOND"]})) == []


@pytest.mark.parametrize("other", [{"query": "tester"}, {"orderBy": "NEWEST"}, {"filter": {"skills": ["x"]}}])
async def test_a_cursor_of_another_search_is_refused(ada: Searching, world: World, other: Json) -> None:
    await world.execute(MANY, 3, "Baker")
    cursor = (await ada.page("baker", first=1))["pageInfo"]["endCursor"]
    arguments = {"query": "baker", "after": cursor, **other}
    assert await ada.refused(**arguments) == ["INVALID_CURSOR"]


@pytest.mark.parametrize("arguments", [{"first": 0}, {"first": 101}, {"last": 0}, {"first": 1, "last": 1}])
async def test_page_sizes_are_limited(ada: Searching, arguments: Json) -> None:
    assert await ada.refused("x", **arguments) == ["BAD_USER_INPUT"]


async def test_a_page_takes_as_many_statements_however_long_it_is(ada: Searching, world: World) -> None:
    await world.execute(MANY, 50, "Baker")
    numbers = set()
    for size in (1, 50):
        async with counted(ada.api.deployment.pool) as sent:
            await ada.page("baker", first=size)
        numbers.add(len(sent))
    assert numbers == {2}


async def test_a_company_is_found_among_many(ada: Searching, world: World) -> None:
    ben = await world.member("ben")
    await works(world, ben, "Acme")
    await world.execute(MANY, MOST + 1, "Acme")
    await world.execute("INSERT INTO companies (handle, name) VALUES ('acme', 'Acme')")
    assert await ada.found(filter={"companyIds": ["CO_MQ"]}) == ["ben"]
