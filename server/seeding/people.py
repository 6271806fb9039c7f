"""The members of a made-up network, one after another."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from server.seeding.careers import Career, career
from server.seeding.names import CAST, CULTURES, Culture
from server.seeding.occupations import GENERAL_SKILLS, Occupation
from server.seeding.privacy import Privacy, privacy

AGE_OF_NETWORK: Final = timedelta(days=6 * 365)
SHOWS_EMAIL: Final = 0.3
ALL_LANGUAGES: Final = tuple(culture.language for culture in CULTURES)
LARGE_FROM: Final = 3_000
"""Members. In larger networks employers have branches, and people know more others, in smaller circles."""

LETTERS: Final = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "đ": "d"})


@dataclass(frozen=True, slots=True)
class Person:
    """A member before there is a row. `index` counts from 0 in the order of joining."""

    index: int
    handle: str
    given_name: str
    family_name: str
    languages: tuple[str, ...]
    location: str
    career: Career
    skills: tuple[str, ...]
    privacy: Privacy
    shows_email: bool
    joined_at: datetime

    @property
    def email(self) -> str:
        """The address to sign in with, in a domain that is reserved for examples."""
        return f"{self.handle}@example.com"

    @property
    def headline(self) -> str:
        """What the person does now."""
        if not self.career.positions:
            return f"Studying {self.career.occupation.subject} at {self.career.study.place}"
        position = self.career.positions[-1]
        return f"{position.role} at {position.place}"

    @property
    def summary(self) -> str:
        """Two sentences about the person."""
        field = self.career.occupation.field.lower()
        *others, last = self.languages
        languages = f"{', '.join(others)} and {last}" if others else last
        return f"I care about {field} and enjoy {self.skills[0]} and {self.skills[1]}. I speak {languages}."


class People:
    """Makes so many members; those of the CAST come first, with default privacy."""

    def __init__(self, dice: Random, number: int, today: date) -> None:
        self._dice = dice
        self._number = number
        self._today = today
        self._handles: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Person]:
        return map(self._person, range(self._number))

    def _person(self, index: int) -> Person:
        dice = self._dice
        culture, given, family = _cast_member(index) or _stranger(dice)
        path = career(dice, culture, self._today, has_branches=self._number >= LARGE_FROM)
        return Person(
            index=index,
            handle=self._handle(f"{slug(given)}-{slug(family)}"),
            given_name=given,
            family_name=family,
            languages=_languages(dice, culture),
            location=path.employer.city if path.employer else dice.choice(culture.cities),
            career=path,
            skills=_skills(dice, path.occupation),
            privacy=Privacy() if index < len(CAST) else privacy(dice),
            shows_email=dice.random() < SHOWS_EMAIL,
            joined_at=self._joined_at(index),
        )

    def _handle(self, name: str) -> str:
        """The second of a name is called `name-2`."""
        self._handles[name] += 1
        return name if self._handles[name] == 1 else f"{name}-{self._handles[name]}"

    def _joined_at(self, index: int) -> datetime:
        """In the order of the index, ever more as time goes on."""
        share = float(((index + self._dice.random()) / self._number) ** 0.7)
        end = datetime.combine(self._today, time(), UTC)
        return (end - AGE_OF_NETWORK * (1 - share)).replace(microsecond=0)


def slug(name: str) -> str:
    """A name in the letters of a handle."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(LETTERS))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def _cast_member(index: int) -> tuple[Culture, str, str] | None:
    if index >= len(CAST):
        return None
    given, family = CAST[index]
    return next(culture for culture in CULTURES if family in culture.family), given, family


def _stranger(dice: Random) -> tuple[Culture, str, str]:
    """Given and family names are of one culture, with exceptions."""
    culture = dice.choice(CULTURES)
    given_in = culture if dice.random() < 0.9 else dice.choice(CULTURES)
    return culture, dice.choice(given_in.given), dice.choice(culture.family)


def _languages(dice: Random, culture: Culture) -> tuple[str, ...]:
    further = dice.sample(ALL_LANGUAGES, dice.choices((0, 1, 2), (6, 3, 1))[0])
    return tuple(dict.fromkeys((culture.language, "English", *further)))


def _skills(dice: Random, occupation: Occupation) -> tuple[str, ...]:
    own = dice.sample(occupation.skills, dice.randint(3, len(occupation.skills)))
    return (*own, *dice.sample(GENERAL_SKILLS, dice.randint(0, 3)))
