"""The languages in which texts are ready to show, and which of them a client wants."""

import re
from enum import StrEnum
from typing import Final

from rules.header_values import remembered


class Language(StrEnum):
    """A language by its primary subtag."""

    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"


_RANGE: Final = re.compile(
    r"\s*([a-z]{1,8})(?:-[a-z0-9-]+)?\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?", re.IGNORECASE
)


@remembered
def preferred(accept_language: str | None) -> Language:
    """The language that suits an `Accept-Language` header best, as RFC 9110 has it; English where none does.

    Regions are passed over, and so is what is malformed.
    """
    wanted = [_weighed(each) for each in (accept_language or "").split(",")]
    best, language = max(wanted, key=lambda each: each[0])
    return language if best else Language.ENGLISH


def _weighed(language_range: str) -> tuple[float, Language]:
    """The language and its weight, 0 where it is none of ours."""
    found = _RANGE.fullmatch(language_range)
    if found is None or found[1].lower() not in set(Language):
        return 0, Language.ENGLISH
    return float(found[2] or 1), Language(found[1].lower())
