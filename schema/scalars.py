"""Scalars beyond those of the specification."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NewType
from urllib.parse import urlsplit

import orjson
import strawberry
from strawberry.types.scalar import ScalarDefinition

from rules.events import Position, parse_position
from rules.formats import duration_text, parse_day, parse_duration, parse_instant

URL = NewType("URL", str)
"""An absolute https address."""


def instant_text(instant: datetime) -> str:
    """An instant in UTC, e.g. `2026-11-22T13:14:00Z`."""
    return instant_texts([instant])[0]


def instant_texts(instants: Sequence[datetime]) -> list[str]:
    """Instants in UTC, in a quarter of the time that `isoformat` takes."""
    in_utc = [each if each.tzinfo is UTC else each.astimezone(UTC) for each in instants]
    found: list[str] = orjson.loads(orjson.dumps(in_utc, option=orjson.OPT_UTC_Z))
    return found


instant_text.each = instant_texts  # type: ignore[attr-defined]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("A text is needed.")
    return value


def _parse_url(value: object) -> str:
    address = urlsplit(_text(value))
    if address.scheme != "https" or not address.hostname:
        raise ValueError("An absolute https address is needed.")
    return _text(value)


DATE_TIME_URL = "https://scalars.graphql.org/andimarek/date-time.html"

SCALARS: dict[object, ScalarDefinition] = {
    Position: strawberry.scalar(
        name="EventCursor",
        description="An opaque position in the viewer's durable event log. Totally ordered per viewer: "
        "within an epoch cursors compare as strings, and `StreamGap` tells a new epoch. Keep it and return "
        "it unmodified.",
        serialize=lambda position: position.text,
        parse_value=lambda value: parse_position(_text(value)),
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant, ISO-8601 with offset, always serialised in UTC, "
        "e.g. `2026-11-22T13:14:00Z`.",
        specified_by_url=DATE_TIME_URL,
        serialize=instant_text,
        parse_value=lambda value: parse_instant(_text(value)),
    ),
    date: strawberry.scalar(
        name="Date",
        description="A calendar day, `YYYY-MM-DD`.",
        serialize=date.isoformat,
        parse_value=lambda value: parse_day(_text(value)),
    ),
    timedelta: strawberry.scalar(
        name="Duration",
        description="An ISO-8601 duration, e.g. `P21D`.",
        serialize=duration_text,
        parse_value=lambda value: parse_duration(_text(value)),
    ),
    URL: strawberry.scalar(
        name="URL", description="An absolute https URL.", serialize=str, parse_value=_parse_url
    ),
}
