"""What words find: whole or begun, without case and accents, and mistyped ones where nobody has them."""

import pytest

from models.search import MOST_BEGUN
from tests.search.asking import SKILL, Searching, works
from tests.world import World


@pytest.fixture
async def zoe(world: World) -> int:
    """Somebody with words in every part of the profile that is searched."""
    zoe = await world.member("zoe", {"given_name": "Zoë", "headline": "Émigré baker in Łódź"})
    await works(world, zoe, "Nordvik Energy", "Chief of Ovens")
    await world.execute(SKILL, zoe, "C++")
    return zoe


@pytest.mark.parametrize(
    "query",
    [
        "zoe",
        "ZOË",
        "Zoe\u0308",
        "zo",
        "emigre",
        "lodz",
        "nordvik",
        "ener nord",
        "ovens",
        "c++",
        "zoe, c++!",
        " Zoë ",
    ],
)
@pytest.mark.usefixtures("zoe")
async def test_words_find_wherever_they_stand(ada: Searching, query: str) -> None:
    assert await ada.found(query) == ["zoe"]


@pytest.mark.parametrize("word", ["i", "at", "tea", "x" * 40])
async def test_words_of_any_length_are_found_and_are_beginnings(
    ada: Searching, world: World, word: str
) -> None:
    await world.member("ben", {"headline": f"{word}las"})
    await world.member("cy", {"headline": word})
    assert await ada.found(word) == ["cy", "ben"]
    assert await ada.found(f"{word}l") == ["ben"]


async def test_many_words_may_begin_so(ada: Searching, world: World) -> None:
    for number in range(MOST_BEGUN + 5):
        await world.member(f"m{number}", {"headline": f"baker{number}"})
    page = await ada.page("baker", first=100)
    assert page["totalCount"] == len(page["nodes"]) == MOST_BEGUN + 5


@pytest.mark.parametrize(
    "query", ["zoe norway", "oe", "c#", "!?", "'", "a'b & !zoe | :*", "@0", "=company", "~", "*"]
)
@pytest.mark.usefixtures("zoe")
async def test_what_no_profile_has_finds_nobody(ada: Searching, query: str) -> None:
    assert await ada.found(query) == []


@pytest.mark.parametrize(
    "query", ["nordvk", "nordvvik", "nordwik", "nrodvik", "onrdvik energy", "zoe nodrvik"]
)
@pytest.mark.usefixtures("zoe")
async def test_one_letter_may_be_wrong(ada: Searching, query: str) -> None:
    assert await ada.found(query) == ["zoe"]


@pytest.mark.parametrize("query", ["nrdvk", "zeo", "norwix"])
@pytest.mark.usefixtures("zoe")
async def test_more_may_not_nor_in_short_words(ada: Searching, query: str) -> None:
    assert await ada.found(query) == []


async def test_words_are_not_forgiven_where_somebody_has_them(ada: Searching, world: World) -> None:
    for name in ("marc", "mark", "mary"):
        await world.member(name)
    assert await ada.found("mark") == ["mark"]
    assert await ada.found("marx") == ["mary", "mark", "marc"]


async def test_pages_of_forgiven_words_go_on(ada: Searching, world: World) -> None:
    for name in ("marc", "mark", "mary"):
        await world.member(name)
    first = await ada.page("marx", first=2)
    rest = await ada.page("marx", first=2, after=first["pageInfo"]["endCursor"])
    assert [node["handle"] for page in (first, rest) for node in page["nodes"]] == ["mary", "mark", "marc"]


async def test_no_words_find_everybody(ada: Searching, world: World) -> None:
    await world.member("ben")
    assert await ada.found() == await ada.found("  ") == ["ada", "ben"]


async def test_a_query_of_every_kind_of_sign_is_only_words(ada: Searching) -> None:
    signs = "".join(map(chr, range(1, 128)))
    for start in range(0, len(signs), 16):
        assert await ada.found(f"ada {signs[start : start + 16]} x{start}") == []


async def test_a_query_has_a_length(ada: Searching) -> None:
    assert await ada.refused("x" * 201) == ["BAD_USER_INPUT"]
    assert await ada.found("x" * 200) == []


@pytest.mark.parametrize("text", ["\u3316" * 200, "x" * 150, "\u337f \u3316" * 60])
async def test_of_the_longest_words_the_beginning_counts(ada: Searching, world: World, text: str) -> None:
    """Some signs stand for several letters: folded, the words were longer than a vector holds."""
    ben = await world.member("ben", {"headline": text, "location": text})
    await works(world, ben, text)
    assert await ada.found(text) == ["ben"]
    assert await ada.found(filter={"locations": [30 * text]}) == ["ben"]
    assert await ada.found(filter={"locations": [f"y{text}"]}) == []


async def test_what_is_no_text_is_refused(ada: Searching) -> None:
    assert await ada.refused("a\0") == ["BAD_USER_INPUT"]
    assert await ada.refused(filter={"skills": ["a\0"]}) == ["BAD_USER_INPUT"]
