"""Texts of instants and durations, as clients read them: ISO 8601."""

import re
from datetime import UTC, date, datetime, timedelta

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def parse_instant(text: str) -> datetime:
    """The instant of a text with offset. Raises ValueError for anything else."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("An instant needs an offset, e.g. `Z`.")
    return instant.astimezone(UTC)


def parse_day(text: str) -> date:
    """The day of a text `YYYY-MM-DD`. Raises ValueError for other forms of ISO 8601 too."""
    if not _DAY.fullmatch(text):
        raise ValueError("A day looks like `2026-11-22`.")
    return date.fromisoformat(text)


def duration_text(duration: timedelta) -> str:
    """A duration in days and seconds, e.g. `P21D` or `PT90S`."""
    days = f"{duration.days}D" if duration.days else ""
    seconds = f"T{duration.seconds}S" if duration.seconds else ""
    return f"P{days}{seconds}" if days or seconds else "P0D"


def parse_duration(text: str) -> timedelta:
    """The duration of a text. Raises ValueError for anything else, months and years included."""
    match = _DURATION.fullmatch(text)
    if not match or text.endswith(("P", "T")):
        raise ValueError("A duration looks like `P21D` or `PT90S`.")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
