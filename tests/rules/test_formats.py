"""Texts of instants and durations."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from rules.formats import duration_text, parse_duration, parse_instant
from schema.scalars import instant_text


def test_an_instant_is_told_in_utc() -> None:
    stockholm = timezone(timedelta(hours=1))
    assert instant_text(datetime(2026, 11, 22, 14, 14, tzinfo=stockholm)) == "2026-11-22T13:14:00Z"


def test_an_instant_is_read_with_its_offset() -> None:
    assert parse_instant("2026-11-22T14:14:00+01:00") == datetime(2026, 11, 22, 13, 14, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-22T14:14:00", "2026-11-22", "tomorrow", ""])
def test_an_instant_without_offset_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what it says is the library's own
        parse_instant(text)


@pytest.mark.parametrize(
    ("duration", "text"),
    [(timedelta(days=21), "P21D"), (timedelta(0), "P0D"), (timedelta(days=1, seconds=90), "P1DT90S")],
)
def test_a_duration_is_told_in_days_and_seconds(duration: timedelta, text: str) -> None:
    assert duration_text(duration) == text
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "P", "PT", "P1M", "P1Y", "21", "P1DT", "-P1D"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)
