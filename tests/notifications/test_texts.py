"""What notifications say, in every language; rules alone, and then over HTTP."""

from string import Formatter
from typing import Final

import pytest

from rules.events import NotificationKind
from rules.languages import Language, preferred
from rules.notification_texts import ENGLISH, TEXTS
from rules.notifications import text
from tests.connection_requests.conftest import Newcomer
from tests.connection_requests.people import Person
from tests.notifications.inbox import SHOWN

WITHOUT_ACTORS: Final = {NotificationKind.QUOTA_NOTICE, NotificationKind.EXPORT_READY}
EVERY_TEXT: Final = [(language, kind) for language in Language for kind in NotificationKind]


def fields(template: str) -> set[str]:
    return {name for _, name, *_ in Formatter().parse(template) if name}


@pytest.mark.parametrize(("language", "kind"), EVERY_TEXT)
def test_every_kind_has_a_text_in_every_language(language: Language, kind: NotificationKind) -> None:
    assert fields(TEXTS[language].one[kind]) == (set() if kind in WITHOUT_ACTORS else {"who"})
    assert text(kind, language, ["Ada"], 1).endswith(".")


@pytest.mark.parametrize("language", Language)
def test_a_language_groups_what_the_others_group(language: Language) -> None:
    texts = TEXTS[language]
    assert texts.several.keys() == ENGLISH.several.keys()
    assert all(fields(template) == {"who"} for template in texts.several.values())
    assert (fields(texts.two), fields(texts.many)) == ({"first", "second"}, {"first", "others"})
    assert texts.somebody


def test_no_two_languages_say_the_same() -> None:
    for kind in NotificationKind:
        assert len({text(kind, language, ["Ada"], 1) for language in Language}) == len(Language), kind


FOLLOWED: Final = [
    (Language.ENGLISH, ["Ada follows you.", "Ada and Ines follow you.", "Ada and 2 others follow you."]),
    (
        Language.GERMAN,
        ["Ada folgt Ihnen.", "Ada und Ines folgen Ihnen.", "Ada und 2 weitere Personen folgen Ihnen."],
    ),
    (
        Language.FRENCH,
        ["Ada vous suit.", "Ada et Ines vous suivent.", "Ada et 2 autres personnes vous suivent."],
    ),
    (
        Language.SPANISH,
        ["Ada te sigue.", "Ada y también Ines te siguen.", "Ada y 2 personas más te siguen."],
    ),
]


@pytest.mark.parametrize(("language", "expected"), FOLLOWED)
def test_one_two_and_many_are_said_in_their_own_way(language: Language, expected: list[str]) -> None:
    names = ["Ada", "Ines"]
    said = [text(NotificationKind.NEW_FOLLOWER, language, names[:count], count) for count in (1, 2, 3)]
    assert said == expected


def test_a_name_is_taken_as_it_is() -> None:
    said = text(NotificationKind.MESSAGE_RECEIVED, Language.ENGLISH, ["{who} {0} %s <b>"], 1)
    assert said == "{who} {0} %s <b> wrote to you."


def test_who_disappeared_just_now_is_somebody() -> None:
    assert text(NotificationKind.NEW_FOLLOWER, Language.FRENCH, [], 1) == "Quelqu'un vous suit."
    assert text(NotificationKind.NEW_FOLLOWER, Language.ENGLISH, ["Ada"], 2) == "Ada follows you."


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("DE-at", "de"),
        ("zh-Hant-TW, fr-CA;q=0.8, de;q=0.7", "fr"),
        ("de;q=0.5,es ; q = 0.9", "es"),
        ("fr,de", "fr"),
        ("de;q=0, fr;q=0.001", "fr"),
        ("de;q=0", "en"),
        ("*", "en"),
        ("nl, *;q=0.5", "en"),
        ("de;q=nonsense, es;q=0.1", "es"),
        ("de;q=1.5", "en"),
        ("deutsch", "en"),
        (",;,=;q,de-,", "en"),
        ("x" * 100_000 + ",fr", "fr"),
    ],
)
def test_the_header_chooses_the_language(header: str | None, language: str) -> None:
    assert preferred(header) == language


LATEST: Final = f"{{ viewer {{ notifications(first: 1) {{ nodes {{ {SHOWN} }} }} }} }}"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (None, "Ada T. asks to connect with you."),
        ("de-AT,de;q=0.9,en;q=0.8", "Ada T. möchte sich mit Ihnen vernetzen."),
        ("fr", "Ada T. souhaite entrer en relation avec vous."),
        ("nl, es", "Ada T. quiere conectar contigo."),
    ],
)
async def test_clients_read_it_in_the_language_they_accept(
    ada: Person, ben: Person, header: str | None, said: str
) -> None:
    await ada.sends(ben)
    assert await latest(ben, {"Accept-Language": header} if header else {}) == said


async def latest(person: Person, headers: dict[str, str]) -> str:
    headers |= {"Authorization": f"Bearer {person.api.token(person.number)}"}
    response = await person.api.http.post("/graphql", json={"query": LATEST}, headers=headers)
    [found] = response.json()["data"]["viewer"]["notifications"]["nodes"]
    said: str = found["text"]
    return said


async def test_names_are_shown_as_the_viewer_may_see_them(
    ada: Person, ben: Person, newcomer: Newcomer
) -> None:
    await ada.sends(ben)
    assert await latest(ben, {}) == "Ada T. asks to connect with you."
    await ada.world.connect(ada.number, ben.number)
    assert await latest(ben, {}) == "Ada Tester asks to connect with you."
