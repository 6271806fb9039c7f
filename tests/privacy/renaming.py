"""Renames by order of appearance what may differ between two worlds, so that the rest can be compared.

All numbers of rows have seven digits in these tests, handles and addresses too. So ids, cursors and names of
different worlds are of equal length, and a number of so many digits is nothing else. What is numbered by a
member's own log, positions and notifications, may not differ: the names of these tell their numbers.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules import ids
from rules.events import Position, parse_position

Json = Any
FIRST_NUMBER = 1_000_001
CURSORS = frozenset({"cursor", "startCursor", "endCursor"})
IN_PAGES = frozenset({"edges", "pageInfo"})
ID = re.compile(r"\b[A-Z]{1,3}_[A-Za-z0-9_-]+")
NUMBER = re.compile(r"\d{7,}")
POSITION = re.compile(r"\b[0-9a-f]{24}\b")
"""An `EventCursor`: how many events lie between two of them is no secret that may differ."""
REAL_TIME = re.compile(r"20[23]\d-\d\d-\d\d(T[\d:.]+(Z|\+00:00))?")
"""What the machine's own clock tells; the clock of these tests is decades ahead."""
NAME = re.compile(r"<[^<>]*>")


@dataclass
class Renaming:
    """The names that one world's texts got, e.g. `<CR 3>` for the third request that appeared.

    A position in the log is named by how many events lie before it that came after the `told` first ones, and
    a notification by the position at which it was told first.
    """

    names: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    of_kind: Mapping[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    told: int = FIRST_NUMBER - 1

    def name(self, kind: str, text: str, number: int | None = None) -> str:
        """The name of a text, with this number or the next one where it appears for the first time."""
        if text not in self.names:
            known = self.of_kind[kind]
            name = f"<{kind} {len(known) + 1 if number is None else number}>"
            known.append(name)
            self.names[text], self.texts[name] = name, text
        return self.names[text]

    def position(self, sequence: int) -> str:
        """The name of the position behind an event."""
        return self.name("EventCursor", Position(0, sequence).text, sequence - self.told)

    def renamed(self, value: Json, key: str = "", of: str = "") -> Json:
        """A JSON value with names in place of texts; `of` is the list whose cursors stand in it."""
        match value:
            case dict():
                of = of if key in IN_PAGES else key
                return {name: self.renamed(each, name, of) for name, each in value.items()}
            case list():
                return [self.renamed(each, key, of) for each in value]
            case str() if key in CURSORS and not POSITION.fullmatch(value):
                return f"{self.name(f'cursor of {of}', value)} of {len(value)}"
            case str() if key == "refreshToken":
                return f"{self.name(key, value)} of {len(value)}"
            case str() if key == "accessToken":
                # Two of one session are equal if they were made in the same second.
                return f"<{key}> of {len(value)}"
            case str():
                return self.text(value)
            case int() if value >= FIRST_NUMBER:
                return self.name("number", str(value))
        return value

    def text(self, text: str) -> str:
        """A text with names in place of ids and numbers."""
        text = POSITION.sub(lambda found: self.position(parse_position(found[0]).sequence), text)
        text = REAL_TIME.sub("<now>", ID.sub(self._id, text))
        return NUMBER.sub(lambda found: self.name("number", found[0]), text)

    def original(self, value: Json) -> Json:
        """A value with names in it, as this world has it."""
        match value:
            case dict():
                return {name: self.original(each) for name, each in value.items()}
            case list():
                return [self.original(each) for each in value]
            case str():
                return NAME.sub(lambda found: self.texts[found[0]], value)
        return value

    def known(self, *kinds: str) -> list[str]:
        """All names of these kinds, in the order of their appearance."""
        return [name for kind in kinds for name in self.of_kind.get(kind, ())]

    def all_ids(self) -> Iterator[str]:
        """The names of all ids that appeared."""
        for kind, names in self.of_kind.items():
            if kind.isupper():
                yield from names

    def _id(self, found: re.Match[str]) -> str:
        match ids.decode(found[0]):
            case "N", (_, number):
                return self.name("N", found[0], number - self.told)
            case kind, _:
                return self.name(kind, found[0])
        return found[0]
