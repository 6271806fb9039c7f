"""What a profile may hold: lengths, forms and numbers of its parts."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from rules.audiences import ProfileSection
from rules.refusals import UserErrorCode, ValidationError


@dataclass(frozen=True, slots=True)
class TextRule:
    """A text of so many characters, or a list of `max_items` such texts; `url` asks for an https address."""

    max_length: int
    required: bool = False
    max_items: int | None = None
    url: bool = False


MAX_ENTRIES: Final = 100
ENTRIES_COUNTED: Final = 25
"""As how many objects each list of entries counts: few have more, and a page of members has room for them."""
"""Most positions, most courses of study and most skills of one profile."""

PROFILE_TEXTS: Mapping[str, TextRule] = {
    "given_name": TextRule(100, required=True),
    "family_name": TextRule(100, required=True),
    "headline": TextRule(220),
    "photo_url": TextRule(2_000, url=True),
    "summary": TextRule(5_000),
    "location": TextRule(100),
    "industry": TextRule(100),
    "languages": TextRule(50, max_items=50),
    "accomplishments": TextRule(300, max_items=100),
    "contact_email": TextRule(254),
    "phone": TextRule(50),
    "websites": TextRule(2_000, max_items=10, url=True),
    "preferred_channel": TextRule(200),
}
POSITION_TEXTS: Mapping[str, TextRule] = {
    "title": TextRule(150, required=True),
    "company_name": TextRule(150, required=True),
    "description": TextRule(5_000),
}
EDUCATION_TEXTS: Mapping[str, TextRule] = {
    "school": TextRule(150, required=True),
    "degree": TextRule(200),
}
SKILL_TEXTS: Mapping[str, TextRule] = {"names": TextRule(80, required=True, max_items=MAX_ENTRIES)}

WHOLE_PROFILE: Sequence[ProfileSection] = (
    ProfileSection.PHOTO,
    ProfileSection.HEADLINE,
    ProfileSection.LOCATION,
    ProfileSection.INDUSTRY,
    ProfileSection.SUMMARY,
    ProfileSection.EXPERIENCE,
    ProfileSection.EDUCATION,
    ProfileSection.SKILLS,
)
"""The sections that say who somebody is; contact data does not."""

_HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,48}[a-z0-9])")
# Also what hides text or turns its direction: a name must not look like another one.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]"
)


def check_handle(handle: str, field: str = "handle") -> Iterator[ValidationError]:
    """A handle is 3 to 50 lower-case letters, digits and inner hyphens: it stands in addresses as it is."""
    if not _HANDLE.fullmatch(handle):
        text = "A handle has 3 to 50 lower-case letters, digits and inner hyphens."
        yield _invalid(field, text, constraint="pattern=[a-z0-9-]{3,50}")


def completeness(filled: Collection[ProfileSection]) -> int:
    """How much of a whole profile there is, from 0 to 100: each of its sections counts the same."""
    return 100 * sum(section in filled for section in WHOLE_PROFILE) // len(WHOLE_PROFILE)


def check_texts(values: Mapping[str, object], rules: Mapping[str, TextRule]) -> Iterator[ValidationError]:
    """Every violated bound among those of `values` that have a rule."""
    for name, rule in rules.items():
        if name in values:
            yield from _check(name, values[name], rule)


def check_period(started_on: date | None, ended_on: date | None) -> Iterator[ValidationError]:
    """A period does not end before it starts, and lies between 1900 and 2100."""
    for name, day in (("started_on", started_on), ("ended_on", ended_on)):
        if day and not 1900 <= day.year <= 2100:
            yield _invalid(name, "A year from 1900 to 2100 is needed.", constraint="year=1900-2100")
    if started_on and ended_on and ended_on < started_on:
        yield _invalid("ended_on", "The last day is before the first.", constraint="endedOn>=startedOn")


def trimmed(value: object) -> object:
    """The value without blanks around it; a text of nothing but blanks is no text."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list):
        return [item.strip() if isinstance(item, str) else item for item in value]
    return value


def _check(name: str, value: object, rule: TextRule) -> Iterator[ValidationError]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from _check_list(name, value, rule)
    elif value:
        yield from _check_text(name, str(value), rule)
    elif rule.required:
        yield ValidationError(message="A value is needed.", code=UserErrorCode.REQUIRED, field=[name])


def _check_list(name: str, values: Sequence[object], rule: TextRule) -> Iterator[ValidationError]:
    if rule.max_items is not None and len(values) > rule.max_items:
        yield _too_long(name, f"At most {rule.max_items} entries.", f"maxItems={rule.max_items}")
        return
    for value in values:
        if not value:
            yield ValidationError(message="An entry is empty.", code=UserErrorCode.REQUIRED, field=[name])
        else:
            yield from _check_text(name, str(value), rule)


def _check_text(name: str, text: str, rule: TextRule) -> Iterator[ValidationError]:
    if len(text) > rule.max_length:
        yield _too_long(name, f"At most {rule.max_length} characters.", f"maxLength={rule.max_length}")
    elif _CONTROL.search(text):
        yield _invalid(name, "Control characters are not accepted.")
    elif rule.url and not _is_https(text):
        yield _invalid(name, "An absolute https address is needed.", constraint="scheme=https")


def _is_https(text: str) -> bool:
    try:
        address = urlsplit(text)
        return address.scheme == "https" and bool(address.hostname) and not re.search(r"\s", text)
    except ValueError:
        return False


def _invalid(field: str, message: str, constraint: str | None = None) -> ValidationError:
    return ValidationError(message=message, code=UserErrorCode.INVALID, field=[field], constraint=constraint)


def _too_long(field: str, message: str, constraint: str) -> ValidationError:
    return ValidationError(message=message, code=UserErrorCode.TOO_LONG, field=[field], constraint=constraint)
